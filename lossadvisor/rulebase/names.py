"""Names in the rule files that lead nowhere: questions, choices, losses, contracts, pitfalls, domains."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lossadvisor.checknames import CHECK_NAMES
from lossadvisor.rulebase.finding import Finding, did_you_mean
from lossadvisor.rulebase.load import RuleBase, strings
from lossadvisor.rulebase.records import Modifier, Question, Rule
from lossadvisor.rulebase.schema import load as load_schema
from lossadvisor.rulebase.sources import Source, Sources
from lossadvisor.rulebase.table import Table
from lossadvisor.rulebase.yamlfile import Path_, Place

Choices = Mapping[str, Collection[str]]
"""Question id to choice ids."""


def unknown(kind: str, value: str, valid: Collection[str], place: Place, *, of: str = "") -> Iterator[Finding]:
    """A finding if `value` is not `valid`."""
    if value not in valid:
        yield Finding(place, f"unknown-{kind}", f"unknown {kind} {value!r}{of}{did_you_mean(value, valid)}")


def rows(base: RuleBase, sources: Sources) -> Iterator[tuple[str, Table, Rule | Modifier]]:
    """Every row of every sound table, with its domain."""
    for domain in sources.domains:
        table = base.table(domain)
        for row in table.rows:
            yield domain, table, row


def in_questions(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Defaults, aliases and domains that name nothing, or two things."""
    for question in base.questions.values():
        at = ("questions", question.id)
        yield from aliases(question, sources)
        if question.default:
            yield from unknown("choice", question.default, question.choices, sources.at(*at, "default"))
        elif question.id != "task":
            yield Finding(sources.at_key(*at), "missing-key", "the key 'default' is missing")
        for choice in question.choices.values():
            if question.id == "task" and not choice.domain:
                yield Finding(sources.at_key(*at, "choices", choice.id), "missing-key", "the key 'domain' is missing")
            for key in ("domain", "defaults") if question.id != "task" else ():
                if getattr(choice, key):
                    place = sources.at_key(*at, "choices", choice.id, key)
                    yield Finding(place, "unknown-key", f"{key!r} belongs to choices of task alone")
    yield from in_tasks(base, sources)


def in_tasks(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Domains and defaults of tasks that name nothing. Domains to come are listed in the schema."""
    if "task" not in base.questions:
        place = sources.of("questions")[-1].marks.at()
        yield Finding(place, "missing-key", "there is no question 'task'")
        return
    domains = [*base.domains, *load_schema()["$defs"]["choice"]["properties"]["domain"]["examples"]]
    choices = {question.id: question.choices for question in base.questions.values()}
    for task in base.questions["task"].choices.values():
        at = ("task", "choices", task.id)
        if task.domain:
            yield from unknown("domain", task.domain, domains, sources.at("questions", *at, "domain"))
        yield from in_cells(choices, task.defaults, sources.section("questions", "task"), (*at, "defaults"))


def aliases(question: Question, sources: Sources) -> Iterator[Finding]:
    """Aliases that mean two choices."""
    meaning = {choice: choice for choice in question.choices}
    for choice in question.choices.values():
        for i, alias in enumerate(choice.aliases):
            if alias in meaning:
                place = sources.at("questions", question.id, "choices", choice.id, "aliases", i)
                yield Finding(place, "alias-clash", f"{alias!r} already means {meaning[alias]!r}")
            meaning.setdefault(alias, choice.id)


def in_cells(
    valid: Choices, cells: Mapping[str, Any], source: Source, path: Path_, *, of: str = ""
) -> Iterator[Finding]:
    """Questions and choices that are not `valid`, in a mapping of cells at `path`."""
    for question, value in cells.items():
        if question not in valid:
            yield from unknown("question", question, valid, source.marks.at_key(*path, question), of=of)
            continue
        for i, choice in enumerate(strings(value)):
            place = source.marks.at(*path, question, *([i] if isinstance(value, list) else []))
            yield from unknown("choice", choice, valid[question], place, of=f" of {question}{of}")


def in_tables(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Names in the tables that do not exist."""
    tasks = base.questions["task"].choices if "task" in base.questions else {}
    domains = [*dict.fromkeys(task.domain for task in tasks.values())]
    valid = {question.id: question.choices for question in base.questions.values()}
    for source in sources.of("tables"):
        raw, marks, domain = source.value, source.marks, source.domain
        if domain not in sources.domains:
            continue
        if raw["domain"] != domain:
            yield Finding(marks.at("domain"), "unknown-domain", f"the domain is {domain!r}, the name of this file")
        elif tasks:
            yield from unknown("domain", domain, domains, marks.at("domain"), of=": no task names it")
        yield from in_cells(valid, raw.get("inputs", {}), source, ("inputs",))
        inputs = base.table(domain).inputs
        for i, task in enumerate(strings(raw.get("inputs", {}).get("task"))):
            if task in tasks and tasks[task].domain not in ("", domain):
                message = f"task {task!r} belongs to the domain {tasks[task].domain!r}"
                yield Finding(marks.at("inputs", "task", i), "wrong-value", message)
        if "task" not in inputs:
            yield Finding(marks.at_key("inputs"), "missing-key", "the inputs lack 'task'")
            continue
        for group in ("rules", "modifiers"):
            for i, row in enumerate(raw.get(group, ())):
                yield from in_row(base, source, (group, i), row)
    yield from removed(sources)


def in_row(base: RuleBase, source: Source, path: Path_, row: Mapping[str, Any]) -> Iterator[Finding]:
    """Names in a rule or modifier that do not exist."""
    marks = source.marks
    when = row["when"]
    if outside := list(
        in_cells(base.table(source.domain).inputs, when, source, (*path, "when"), of=" in this table's inputs")
    ):
        choices = {question.id: question.choices for question in base.questions.values()}
        yield from list(in_cells(choices, when, source, (*path, "when"))) or outside
    for i, pitfall in enumerate(row.get("pitfalls", ())):
        yield from unknown("pitfall", pitfall, base.pitfalls, marks.at(*path, "pitfalls", i))
    if "use" in row:
        yield from pairing(base, source, (*path, "use"), row["use"], row["contract"])
    for i, other in enumerate(row.get("instead", ())):
        here = (*path, "instead", i)
        contract = other.get("contract", row["contract"])
        yield from pairing(base, source, (*here, "loss"), other["loss"], contract)
    for loss in row.get("why-not", {}):
        yield from unknown("loss", loss, base.losses, marks.at_key(*path, "why-not", loss))


def pairing(base: RuleBase, source: Source, path: Path_, loss: str, contract: str) -> Iterator[Finding]:
    """A loss and the contract that it is used with: both exist, and go together."""
    place = source.marks.at(*path)
    found = [
        *unknown("loss", loss, base.losses, place),
        *unknown("contract", contract, base.contracts, source.marks.at(*path[:-1], "contract")),
    ]
    yield from found
    if not found and contract not in (served := base.loss(loss).contracts):
        message = f"{loss} does not serve contract {contract!r}: it serves {', '.join(served)}"
        yield Finding(place, "unsupported-contract", message)


def removed(sources: Sources) -> Iterator[Finding]:
    """Rows that a user's folder removes, and that are not there."""
    for source in sources.of("tables"):
        shipped = [other for other in sources.of("tables") if other.name == source.name and other != source]
        ids = [row["id"] for other in shipped for group in ("rules", "modifiers") for row in other.value.get(group, ())]
        for i, key in enumerate(source.value.get("remove", ())):
            yield from unknown("rule", key, ids, source.marks.at("remove", i))


def in_cards(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Contracts, checks and pitfalls in losses, formats, checks and pitfalls in contracts, that do not exist."""
    for key in sources.keys("losses"):
        loss = base.loss(key)
        for i, contract in enumerate(loss.contracts):
            yield from unknown("contract", contract, base.contracts, sources.at("losses", key, "contracts", i))
        for i, pitfall in enumerate(loss.pitfalls):
            yield from unknown("pitfall", pitfall, base.pitfalls, sources.at("losses", key, "pitfalls", i))
        for i, check in enumerate(loss.proof.get("checks", ())):
            yield from unknown("check", check, CHECK_NAMES, sources.at("losses", key, "proof", "checks", i))
    formats = base.questions["target"].choices if "target" in base.questions else {}
    for key in sources.keys("contracts"):
        for name in base.contract(key).stored:
            yield from unknown("format", name, formats, sources.at_key("contracts", key, "stored", name))
        for i, check in enumerate(base.contract(key).checks):
            yield from unknown("check", check, CHECK_NAMES, sources.at("contracts", key, "checks", i))
        for check in base.contract(key).without:
            yield from unknown("check", check, CHECK_NAMES, sources.at_key("contracts", key, "without", check))
        for i, pitfall in enumerate(base.contract(key).pitfalls):
            yield from unknown("pitfall", pitfall, base.pitfalls, sources.at("contracts", key, "pitfalls", i))


def in_axes(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Contracts of axes that do not exist, and intervals that are none."""
    for key in sources.keys("axes"):
        axis = base.axes[key]
        for i, contract in enumerate(axis.contracts):
            place = sources.at("axes", key, "contracts", i)
            yield from unknown("contract", contract, base.contracts, place)
        for part in ("paths", "remarks"):
            for contract in getattr(axis, part):
                place = sources.at_key("axes", key, part, contract)
                yield from unknown("contract", contract, axis.contracts, place, of=" of this axis")
        ranges: list[tuple[Path_, float, float]] = [(("range",), axis.low, axis.high)]
        ranges += [(("numbers", name, "range"), number.low, number.high) for name, number in axis.numbers.items()]
        for path, low, high in ranges:
            if not low < high:
                place = sources.at("axes", key, *path)
                yield Finding(place, "wrong-value", f"[{low:g}, {high:g}] is no interval: the lower end comes first")
