"""What `explain` says about a check."""

from __future__ import annotations

import json

import pytest

from lossadvisor.checknames import CELLS, GENERAL, SPECIAL
from lossadvisor.cli import main


def explained(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["explain", name, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_check_says_what_it_catches_in_which_cells_and_at_which_level(capsys: pytest.CaptureFixture[str]) -> None:
    assert explained("half-precision", capsys) == {
        "schema": 1,
        "kind": "check",
        "id": "half-precision",
        "catches": GENERAL["half-precision"],
        "cells": ["fp32", "bf16", "fp16"],
        "level": ["smoke", "full"],
    }
    assert explained("overfits", capsys)["level"] == ["full"]
    assert explained("compiled", capsys)["catches"] == CELLS["compiled"]
    assert explained("compiled", capsys)["cells"] == ["compiled"]


def test_a_special_check_says_who_asks_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    data = explained("row-scale", capsys)
    assert data["catches"] == SPECIAL["row-scale"]
    assert "text-pairs" in data["contracts"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("huber", "lossadvisor plot curves huber mse l1 gaussian_nll log_cosh"),
        ("multiclass", "lossadvisor plot curves --task multiclass"),
        ("coral", "lossadvisor plot curves coral corn soft_ordinal_cross_entropy cross_entropy"),
    ],
)
def test_losses_and_rules_come_with_the_command_that_draws_them(
    name: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(name, capsys)["curves"] == command
