"""The answers of a whole table as text, so that a changed rule shows in review as changed answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.table import Part, Table


def snapshot(base: RuleBase, domain: str) -> str:
    """The grid of a domain, one line for each part that has one outcome.

    A line gives the choices of each question (`*`: any, `!`: all but), the rule, its loss and the loss's contract; or
    the rows that say that it is impossible. The options that modifiers add follow, with the answers that add them.
    """
    table = base.table(domain)
    lines = [f"# {domain}: {table.points:,} grid points", f"# {' / '.join(table.inputs)}"]
    lines += [f"{answers(table, part)} -> {outcome(table, rows)}" for part, rows in parts(table)]
    lines += [f"{answers(table, modifier.when)} -> +{modifier.option}" for modifier in table.modifiers]
    return "\n".join([*lines, ""])


def parts(table: Table) -> Iterator[tuple[Part, int]]:
    """The grid in parts of one outcome each, and the rule of each (or the impossible rows that match in it)."""
    yield from search(table, tuple(table.inputs), table.all_rules, {})


def search(table: Table, questions: tuple[str, ...], rows: int, part: Part) -> Iterator[tuple[Part, int]]:
    """The parts of `part`, where `rows` match; depth-first over the questions that are left."""
    rules = rows & table.possible
    for position, question in enumerate(questions if rules else ()):
        groups = table.groups(question, rules)
        if len(groups) > 1:
            for choices in groups.values():
                standing = rows & table.meeting({question: choices})
                yield from search(table, questions[position + 1 :], standing, {**part, question: choices})
            return
    yield part, rules or rows


def outcome(table: Table, rows: int) -> str:
    """What the rows of a part say."""
    found = table.rules_in(rows)
    if found and all(row.impossible for row in found):
        return f"impossible: {', '.join(row.id for row in found)}"
    return ", ".join(f"{rule.id}: {rule.loss} [{rule.contract}]" for rule in found) or "nothing: a gap"


def answers(table: Table, part: Mapping[str, tuple[str, ...]]) -> str:
    """The choices of each question in a part of the grid, separated by slashes."""
    return " / ".join(cell(choices, part.get(question, choices)) for question, choices in table.inputs.items())


def cell(choices: tuple[str, ...], inside: tuple[str, ...]) -> str:
    """The choices of a question that are inside a part; those that are not, if they are fewer."""
    outside = [choice for choice in choices if choice not in inside]
    if not outside:
        return "*"
    return "|".join(inside) if len(inside) <= len(outside) else f"!{'|'.join(outside)}"
