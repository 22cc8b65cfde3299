"""No task is left without rules, or without a promise of what it offers."""

from __future__ import annotations

from pathlib import Path

import yaml

from lossadvisor.questionnaire.interview import covered
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()
TASKS = BASE.questions["task"].choices


def test_every_task_has_rules() -> None:
    assert [task for task in TASKS if not covered(BASE, task)] == []


def test_every_task_has_its_offers_tested() -> None:
    files = Path(__file__).parent.glob("*.yaml")
    promised = [task for path in files for task in yaml.safe_load(path.read_text(encoding="utf-8"))["scenarios"]]
    assert sorted(promised) == sorted(TASKS)
