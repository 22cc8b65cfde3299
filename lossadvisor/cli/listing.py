"""`lossadvisor list`: what the rule base holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lossadvisor.cli.common import open_base
from lossadvisor.errors import unknown
from lossadvisor.report.data import SCHEMA, dumps
from lossadvisor.rulebase.load import RuleBase


def listing(what: str, *, as_json: bool, rules: Path | None) -> int:
    """Print the tasks, questions, losses or rules."""
    makers = {"tasks": tasks, "questions": questions, "losses": losses, "rules": rule_list}
    if what not in makers:
        raise unknown("list", what, makers)
    rows = makers[what](open_base(rules))
    if as_json:
        print(dumps({"schema": SCHEMA, what: rows}))
        return 0
    width = max(len(row["id"]) for row in rows)
    for row in rows:
        print(f"{row['id']:{width}}  {row['say']}{note(row)}")
    return 0


def note(row: dict[str, Any]) -> str:
    if row.get("available") is False:
        return f" ({row['domain']}: no rules yet)"
    return f" [{', '.join(row['choices'])}]" if "choices" in row else ""


def tasks(base: RuleBase) -> list[dict[str, Any]]:
    """All tasks; `available` says whether their domain has rules."""
    return [
        {"id": task.id, "say": task.say, "domain": task.domain, "available": available(base, task.id, task.domain)}
        for task in base.questions["task"].choices.values()
    ]


def available(base: RuleBase, task: str, domain: str) -> bool:
    return domain in base.domains and task in base.table(domain).inputs["task"]


def questions(base: RuleBase) -> list[dict[str, Any]]:
    return [
        {
            "id": question.id,
            "say": question.ask,
            "why": question.why,
            "default": question.default,
            "choices": [choice.id for choice in question.choices.values()],
        }
        for question in base.questions.values()
    ]


def losses(base: RuleBase) -> list[dict[str, Any]]:
    cards = [base.loss(key) for key in base.losses]
    return [{"id": card.id, "say": f"{card.name}: {card.call}", "contracts": list(card.contracts)} for card in cards]


def rule_list(base: RuleBase) -> list[dict[str, Any]]:
    """All rules; one that says that something is impossible has no loss."""
    rules = [rule for domain in base.domains for rule in base.table(domain).rules]
    return [
        {
            "id": rule.id,
            "say": rule.loss or f"impossible: {rule.impossible}",
            "domain": rule.domain,
            "when": {question: list(choices) for question, choices in rule.when.items()},
        }
        for rule in rules
    ]
