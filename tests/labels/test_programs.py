"""Programs with the numbers of labels in them pass the whole proof, whatever the numbers are."""

from __future__ import annotations

from typing import Any

import pytest

from lossadvisor.cli.generate import make_spec
from lossadvisor.codegen.program import Program, render
from lossadvisor.labels.look import interpret, recommended
from lossadvisor.labels.profile import Source
from lossadvisor.rulebase.load import RuleBase
from tests.labels.profiles import written

pytestmark = pytest.mark.torch
BASE = RuleBase()
SCALE = {"mean": 500.0, "std": 120.0, "outlier_fraction": 0.0}
PROFILES: dict[str, tuple[str, dict[str, Any]]] = {
    "an absent class": ("", {"kind": "class-index", "classes": {0: 900, 1: 0, 2: 70}}),
    "classes of one size": ("", {"kind": "class-index", "classes": {0: 500, 1: 500, 2: 50}}),
    "weights that saturate": (
        "class_balanced_cross_entropy",
        {"kind": "class-index", "classes": {0: 2 * 10**6, 1: 10**6, 2: 110000}},
    ),
    "more classes than a batch has": ("", {"kind": "class-index", "classes": {n: 10000 // (n + 1) for n in range(40)}}),
    "class numbers from one": ("", {"kind": "class-index", "classes": {1: 50, 2: 30, 3: 20}}),
    "a weight above the cap": ("bce_pos_weight", {"kind": "binary", "classes": {0: 10**6, 1: 9}}),
    "rare positives": ("", {"kind": "binary", "classes": {0: 10**6, 1: 9}}),
    "labels above the cap": (
        "bce_pos_weight_labels",
        {"kind": "multi-hot", "rows": 10**5, "classes": {0: 500, 1: 100, 2: 0}},
    ),
    "a label that is always on": ("", {"kind": "multi-hot", "rows": 1000, "classes": {0: 1000, 1: 100, 2: 70}}),
    "tags": ("", {"kind": "delimited-labels", "dtype": "str", "rows": 90, "classes": {"a": 50, "b": 9, "c": 8}}),
    "tags of tokens": ("", {"kind": "token-labels", "dtype": "str", "classes": {"O": 900, "B": 70, "I": 60}}),
    "ids in masks": (
        "",
        {"kind": "mask", "dtype": "uint8", "ignore": 0, "classes": {7: 700, 8: 600, 11: 500}},
    ),
    "colours": ("", {"kind": "mask", "classes": {"#000000": 9, "#ff0000": 8}, "numbers": {"encoding": "color-masks"}}),
    "a scale": ("", {"kind": "real", "dtype": "float64", "numbers": {**SCALE, "mean": 5.4e9, "std": 1.2e8}}),
    "a code": ("", {"kind": "real", "dtype": "float64", "missing": 3, "ignore": 999, "numbers": SCALE}),
    "whole numbers with a code": ("", {"kind": "real", "missing": 3, "ignore": -1, "numbers": SCALE}),
}


def program(loss: str, given: dict[str, Any]) -> Program:
    seen = interpret(BASE, Source("labels.csv"), written(given), {})
    parts = {"loss": loss, "model": "", "library": "", "device": "auto"}
    return render(BASE, make_spec(recommended(seen), parts, seen.values))


def test_every_program_is_proven() -> None:
    from lossadvisor.proof.run import prove

    programs = [program(*given) for given in PROFILES.values()]
    verdicts = dict(zip(PROFILES, prove(BASE, programs), strict=True))
    failed = {
        name: [(result.check, result.message) for result in verdict.results if result.status == "failed"]
        for name, verdict in verdicts.items()
        if not verdict.passed
    }
    assert failed == {}


def test_constants_say_how_they_were_computed() -> None:
    source = program(*PROFILES["an absent class"]).source
    assert "CLASS_COUNTS = [900, 1, 70]  # samples of 0 to 2 in labels.csv (y); 1: none, taken as 1" in source


def test_the_name_of_a_file_stays_in_its_comment() -> None:
    source = program("", {**PROFILES["an absent class"][1], "source": "a\nimport os\n.csv"}).source
    assert "import os" not in source.splitlines()
    assert "in a?import os?.csv" in source
