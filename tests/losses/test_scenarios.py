"""No task is left without rules, or without a promise of what it offers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lossadvisor.questionnaire.interview import covered
from lossadvisor.rulebase.load import RuleBase, strings

BASE = RuleBase()
TASKS = BASE.questions["task"].choices


def test_every_task_has_rules() -> None:
    assert [task for task in TASKS if not covered(BASE, task)] == []


def test_every_task_has_its_offers_tested() -> None:
    files = Path(__file__).parent.glob("*.yaml")
    promised = [task for path in files for task in yaml.safe_load(path.read_text(encoding="utf-8"))["scenarios"]]
    assert sorted(promised) == sorted(TASKS)


def named_choices(domain: str, task: str) -> dict[str, set[str]]:
    """The choices that the rules of a task name themselves, by question."""
    table = yaml.safe_load((BASE.folders[0] / "tables" / f"{domain}.yaml").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for row in table["rules"]:
        if "impossible" not in row and task in strings(row["when"].get("task")):
            for question, cell in row["when"].items():
                found.setdefault(question, set()).update(strings(cell))
    return found


@pytest.mark.parametrize("task", TASKS)
def test_no_task_is_offered_what_only_other_tasks_know(task: str) -> None:
    table = BASE.table(TASKS[task].domain)
    for question, choices in named_choices(TASKS[task].domain, task).items():
        if question not in ("task", "target"):
            assert set(table.alive(question, table.matching({"task": task}))) <= choices, question
