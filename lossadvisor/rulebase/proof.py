"""The proof of a table as findings: gaps, overlaps, dead rows, and examples that lead elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lossadvisor.errors import UserError
from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.coverage import Box, Overlap
from lossadvisor.rulebase.decide import check_answers, fill, table_of
from lossadvisor.rulebase.finding import Finding
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.sources import Sources
from lossadvisor.rulebase.table import Table
from lossadvisor.rulebase.yamlfile import Place

NAMED = 4


def tables(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Gaps, overlaps and dead rows of all tables."""
    for domain in sources.domains:
        table = base.table(domain)
        yield from gaps(domain, table, sources)
        for pair in coverage.overlaps(table):
            message = f"{pair.first.id} and {pair.second.id} both match {describe(table, pair.box)}"
            yield Finding(later(domain, pair, sources), "overlap", message, witness(table, pair.box))
        yield from dead(domain, table, sources)


def gaps(domain: str, table: Table, sources: Sources) -> Iterator[Finding]:
    """Parts of the grid that no row covers; the finding stands at the rules of the file that counts."""
    files = [source for source in sources.of("tables") if source.domain == domain]
    place = next(
        (source.marks.at_key("rules") for source in reversed(files) if "rules" in source.value), files[-1].marks.at()
    )
    for gap in coverage.gaps(table):
        hint = "".join(f"; {rule.id} would, but for {question}" for rule, question in gap.near[:NAMED])
        yield Finding(place, "gap", f"no row covers {describe(table, gap.box)}{hint}", witness(table, gap.box))


def later(domain: str, pair: Overlap, sources: Sources) -> Place:
    """The row of an overlap to look at: the user's rather than a shipped one, else the second."""
    first, second = sources.row(domain, pair.first.id, "id"), sources.row(domain, pair.second.id, "id")
    order = [str(source.path) for source in sources.files]
    return first if order.index(first.file) > order.index(second.file) else second


def dead(domain: str, table: Table, sources: Sources) -> Iterator[Finding]:
    """Rows that decide nothing."""
    for rule, others in coverage.dead(table):
        names = ", ".join(other.id for other in others[:NAMED]) + (", ..." if len(others) > NAMED else "")
        why = f"all that it matches, {names} match too" if others else "it matches no answers that exist in this table"
        yield Finding(sources.row(domain, rule.id, "id"), "dead-rule", f"{rule.id} decides nothing: {why}")
    for modifier in coverage.idle(table):
        message = f"{modifier.id} applies to no recommendation"
        yield Finding(sources.row(domain, modifier.id, "id"), "dead-rule", message)


def describe(table: Table, box: Box) -> str:
    """A part of the grid in words: the questions that bound it, and their choices."""
    parts = [
        f"{question} {'|'.join(choices)}" for question, choices in box.items() if choices != table.inputs[question]
    ]
    return ", ".join(parts) or "everything"


def witness(table: Table, box: Box) -> str:
    """A one-shot command whose answers lie in `box`."""
    bound = (question for question, choices in box.items() if question == "task" or choices != table.inputs[question])
    return command({question: box[question][0] for question in bound})


def command(answers: Mapping[str, str]) -> str:
    """The one-shot command for answers."""
    return " ".join(["lossadvisor recommend", *(f"--{question} {choice}" for question, choice in answers.items())])


def examples(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Examples that lead to another row than their own."""
    for domain in sources.domains:
        for row in base.table(domain).rows:
            for i, example in enumerate(row.examples):
                message = misled(base, row.id, example)
                if message:
                    place = sources.row(domain, row.id, "examples", i)
                    yield Finding(place, "wrong-example", message, command(example))


def misled(base: RuleBase, key: str, example: Mapping[str, str]) -> str:
    """Where an example of row `key` leads instead, or ""."""
    try:
        answers = check_answers(base, example)
        table = table_of(base, answers["task"])
    except UserError as error:
        return f"{error.message} ({error.hint})"
    rows = fill(base, table, answers)[2]
    reached = [rule.id for rule in table.rules_in(rows & table.possible)]
    reached += [modifier.id for modifier in table.modifiers_in(rows)]
    return "" if key in reached else f"leads to {', '.join(reached)}, not to {key}"
