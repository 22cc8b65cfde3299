"""Every loss of ours has an independent implementation that it is compared with, or a reason why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lossadvisor.rulebase.load import RuleBase

FOLDER = Path(__file__).parent
BASE = RuleBase()
ORACLES = {
    loss: entry
    for path in sorted(FOLDER.glob("*.yaml"))
    for loss, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
"""By card: what it is compared with, and where; or the reason why nothing independent is known."""

CASES = [(loss, oracle) for loss, entry in ORACLES.items() for oracle in entry.get("compared-with", ())]


def test_every_loss_is_compared_or_says_why_not() -> None:
    assert set(ORACLES) == set(BASE.losses)
    assert all(set(entry) & {"compared-with", "none"} for entry in ORACLES.values())


@pytest.mark.parametrize(("loss", "oracle"), CASES, ids=["-".join(case) for case in CASES])
def test_what_is_named_is_called(loss: str, oracle: str) -> None:
    path = FOLDER / ORACLES[loss]["in"]
    text = path.read_text(encoding="utf-8")
    assert oracle.rpartition(".")[2] in text
    assert loss in text


@pytest.mark.parametrize("loss", [card.id for card in map(BASE.loss, BASE.losses) if card.conventions])
def test_conventions_are_of_what_the_loss_is_compared_with(loss: str) -> None:
    assert set(BASE.loss(loss).conventions) <= {*ORACLES[loss].get("compared-with", ())}
