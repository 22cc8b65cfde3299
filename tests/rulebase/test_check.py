"""Every kind of fault is found, in its place, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lossadvisor.errors import UserError
from lossadvisor.rulebase.check import Finding, check, examine, run
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.sources import Sources
from lossadvisor.rulebase.yamlfile import Place
from tests.rulebase.toybase import HERE, copy, toy, write

FAULTS: list[dict[str, Any]] = yaml.safe_load((HERE / "faults.yaml").read_text(encoding="utf-8"))
CODES = set(
    """
    alias-clash bad-yaml dead-rule duplicate-id duplicate-key gap missing-key missing-template no-example no-source
    overlap stale-later type-trap unconvertible-target unknown-choice unknown-contract unknown-domain
    unknown-format unknown-key unknown-loss unknown-option unknown-pitfall unknown-question unknown-rule unread-file
    unreadable-file unsupported-contract unused-choice unused-contract unused-format unused-loss unused-pitfall
    unused-question unused-template wrong-example wrong-type wrong-value
    """.split()
)


def planted(fault: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    """What the check finds, as the list of faults has it."""
    top = copy(folder, fault.get("edits"), fault.get("files"))
    overlay = write(folder / "mine", fault["overlay"]) if "overlay" in fault else None
    found = []
    for finding in check(RuleBase(overlay, shipped=top)):
        told = {"at": f"{finding.place} {finding.code}", "says": finding.message}
        told |= {"witness": finding.witness} if finding.witness else {}
        found.append({key: text.replace(f"{top}/", "").replace(f"{folder}/", "") for key, text in told.items()})
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["fault"]))
def test_a_fault_is_found_in_its_place(fault: dict[str, Any], tmp_path: Path) -> None:
    assert planted(fault, tmp_path) == fault["expect"]


def test_nothing_is_found_in_a_sound_base() -> None:
    assert check(toy()) == []


def test_nothing_is_found_in_the_shipped_base() -> None:
    assert list(map(str, check(RuleBase()))) == []


def test_every_code_is_planted() -> None:
    planted_codes = {line["at"].split()[1] for fault in FAULTS for line in fault["expect"]}
    assert planted_codes | {"unreadable-file"} == CODES


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("pitfalls/toy.yaml", b"cause: caf\xe9\n", "not UTF-8 text"), ("losses/x.yaml", None, "Is a directory")],
)
def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path, name: str, content: bytes | None, reason: str) -> None:
    top = copy(tmp_path)
    path = top / "rules" / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    (finding,) = check(RuleBase(shipped=top))
    assert str(finding) == f"{path}:1:1: unreadable-file: can't read the rule file: {reason}"


def test_an_error_in_a_check_is_swallowed_only_where_a_broken_file_may_be_its_cause() -> None:
    def trips(base: RuleBase, _: Sources) -> Iterator[Finding]:
        yield Finding(Place("x", 1, 1), "gap", base.loss("none").name)

    base = toy()
    assert [*run([trips], base, examine(base).sound, whole=False)] == []
    with pytest.raises(UserError, match="unknown loss 'none'"):
        [*run([trips], base, examine(base).sound, whole=True)]


def test_the_report_says_what_was_checked_and_how_long_it_took() -> None:
    report = examine(toy())
    assert report.files == 5
    assert report.sound.domains == ("toy",)
    assert [*report.seconds] == ["files", "schema", "names", "proof", "examples"]
    assert all(seconds >= 0 for seconds in report.seconds.values())


def test_a_broken_vocabulary_stops_the_proof_but_not_the_other_files(tmp_path: Path) -> None:
    files = {"rules/questions.yaml": "task: [\n", "rules/pitfalls/toy.yaml": "x: {}\n"}
    report = examine(RuleBase(shipped=copy(tmp_path, files=files)))
    assert {Path(finding.place.file).name for finding in report.findings} == {"questions.yaml", "toy.yaml"}
    assert "proof" not in report.seconds
