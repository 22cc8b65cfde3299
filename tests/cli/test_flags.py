"""A flag for each question: all of them where a user looks for one, else those that were typed."""

from __future__ import annotations

import inspect

import pytest

from lossadvisor.cli.app import recommend
from lossadvisor.cli.flags import wanted
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        ("--imbalance severe --task binary --json", ["task", "imbalance"]),
        ("--task=binary", ["task"]),
        ("--json", []),
        ("", [*BASE.questions]),
        ("--help", [*BASE.questions]),
        ("--task binary --imbalanced severe", [*BASE.questions]),
    ],
)
def test_flags_that_are_not_typed_are_made_only_for_help_and_mistakes(arguments: str, made: list[str]) -> None:
    assert wanted(BASE, inspect.signature(recommend, eval_str=True), arguments.split()) == made
