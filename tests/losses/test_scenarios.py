"""What each task promises: its loss, the others on offer, where answers lead, and which contradict each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lossadvisor.errors import UserError
from lossadvisor.questionnaire.interview import covered
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase, strings
from lossadvisor.rulebase.records import Loss

BASE = RuleBase()
TASKS = BASE.questions["task"].choices
CASES: list[dict[str, Any]] = [
    yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(Path(__file__).parent.glob("*.yaml"))
]
PROMISES: dict[str, Any] = {task: promise for cases in CASES for task, promise in cases["scenarios"].items()}


def rows(task: str) -> list[dict[str, Any]]:
    """The rules that name a task and recommend something, as they are written."""
    path = BASE.folders[0] / "tables" / f"{TASKS[task].domain}.yaml"
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [row for row in table["rules"] if "use" in row and task in strings(row["when"].get("task", task))]


def is_called(loss: Loss, name: str) -> bool:
    return loss.id == name or loss.name.startswith(name) or loss.call.startswith(name)


def test_every_task_has_rules_and_a_promise() -> None:
    assert [task for task in TASKS if not covered(BASE, task)] == []
    assert sorted(PROMISES) == sorted(TASKS)


@pytest.mark.parametrize("task", PROMISES)
def test_a_bare_task_gets_its_loss_and_all_others_are_on_offer(task: str) -> None:
    assert is_called(decide(BASE, {"task": task}).loss, PROMISES[task]["first"])
    uses = [use for row in rows(task) for use in (row["use"], *(other["loss"] for other in row.get("instead", ())))]
    told = [f"{card.id} {card.name} {card.call}" for card in map(BASE.loss, dict.fromkeys(uses))]
    assert [offer for offer in PROMISES[task]["offers"] if not any(offer in text for text in told)] == []


@pytest.mark.parametrize(
    ("answers", "outcome"), [(case[0], case[1:]) for cases in CASES for case in cases["decisions"]]
)
def test_answers_lead_to_the_loss_that_fits(answers: dict[str, str], outcome: list[str]) -> None:
    answer = decide(BASE, answers)
    assert [answer.loss.id, answer.contract.id][: len(outcome)] == outcome


@pytest.mark.parametrize(("answers", "advice"), [case for cases in CASES for case in cases["refused"]])
def test_a_contradiction_says_what_to_answer_instead(answers: dict[str, str], advice: str) -> None:
    with pytest.raises(UserError, match="contradict") as refused:
        decide(BASE, answers)
    assert advice in refused.value.hint


@pytest.mark.parametrize("task", TASKS)
def test_no_task_is_offered_what_only_other_tasks_know(task: str) -> None:
    table = BASE.table(TASKS[task].domain)
    named: dict[str, set[str]] = {}
    for row in rows(task):
        for question, cell in row["when"].items():
            named.setdefault(question, set()).update(strings(cell))
    for question in named.keys() - {"task", "target"}:
        assert set(table.alive(question, table.matching({"task": task}))) <= named[question], question
