"""What the rule base has and never uses, and what it says twice."""

from __future__ import annotations

from collections.abc import Iterator

from lossadvisor.rulebase.finding import Finding
from lossadvisor.rulebase.load import ONE, RuleBase
from lossadvisor.rulebase.names import rows
from lossadvisor.rulebase.records import Rule
from lossadvisor.rulebase.sources import Sources
from lossadvisor.rulebase.table import Table
from lossadvisor.rulebase.yamlfile import Place


def recommending(base: RuleBase, sources: Sources) -> Iterator[tuple[str, Table, Rule]]:
    """Every rule that recommends a loss, with its domain."""
    for domain, table, row in rows(base, sources):
        if isinstance(row, Rule) and not row.impossible:
            yield domain, table, row


def unused(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Cards, contracts and pitfalls that no rule leads to."""
    rules = [rule for _, _, rule in recommending(base, sources)]
    listing = [
        *(row for _, _, row in rows(base, sources)),
        *map(base.loss, base.losses),
        *map(base.contract, base.contracts),
    ]
    used = {
        "losses": {loss for rule in rules for loss in (rule.loss, *(other.loss for other in rule.instead))},
        "contracts": {key for rule in rules for key in (rule.contract, *(other.contract for other in rule.instead))},
        "pitfalls": {key for record in listing for key in record.pitfalls},
    }
    for kind, one in ONE.items():
        for name in sources.keys(kind):
            if name not in used[kind]:
                yield Finding(sources.at_key(kind, name), f"unused-{one}", f"no rule leads to the {one} {name!r}")


def formats(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Targets that a rule can be reached with and a contract can't convert, and formats that no rule reaches."""
    reached: dict[str, set[str]] = {}
    for domain, table, rule in recommending(base, sources):
        targets = [choice for choice in table.inputs.get("target", ()) if choice in rule.when.get("target", (choice,))]
        uses = [(rule.contract, sources.row(domain, rule.id, "when", "target"))]
        uses += [
            (rule.instead[i].contract, sources.row(domain, rule.id, "instead", i, "loss"))
            for i in range(len(rule.instead))
        ]
        for contract, place in uses:
            if contract not in base.contracts:
                continue
            reached.setdefault(contract, set()).update(targets)
            if lacking := [target for target in targets if target not in base.contract(contract).stored]:
                message = f"targets of {rule.id} may be stored as {', '.join(lacking)}, which {contract} can't convert"
                yield Finding(place, "unconvertible-target", message)
    known = base.questions["target"].choices if "target" in base.questions else {}
    for contract, targets_ in reached.items():
        for name in base.contract(contract).stored:
            if name in known and name not in targets_:
                place = sources.at_key("contracts", contract, "stored", name)
                yield Finding(
                    place, "unused-format", f"no rule with contract {contract!r} is reached with target {name!r}"
                )


def questions(base: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Questions and choices that no table lists, unless they are marked `later`, or tasks of a domain to come."""
    tables = [base.table(domain) for domain in sources.domains]
    for question in base.questions.values():
        raw = sources.section("questions", question.id).value[question.id]
        lists = [table.inputs[question.id] for table in tables if question.id in table.inputs]
        place = sources.at_key("questions", question.id)
        yield from announced("question", question.id, place, used=bool(lists), later="later" in raw)
        for choice in question.choices.values() if lists else ():
            used = any(choice.id in choices for choices in lists)
            later = "later" in raw["choices"][choice.id]
            place = sources.at_key("questions", question.id, "choices", choice.id)
            if not choice.domain or choice.domain in base.domains or later:
                yield from announced("choice", choice.id, place, used=used, later=later)


def announced(kind: str, name: str, place: Place, *, used: bool, later: bool) -> Iterator[Finding]:
    """Whether a question or choice is either used or yet to come."""
    if used and later:
        yield Finding(place, "stale-later", f"{kind} {name!r} is in a table now: drop `later`")
    elif not used and not later:
        yield Finding(place, f"unused-{kind}", f"no table lists {kind} {name!r}; if one will, mark it `later: true`")


def duplicates(_: RuleBase, sources: Sources) -> Iterator[Finding]:
    """Ids that stand twice in one folder of rules (in another one they replace what they name)."""
    seen: dict[tuple[str, str, str], Place] = {}
    for source in sources.files:
        ids = [(source.kind, key, source.marks.at_key(key)) for key in source.value]
        if source.kind == "tables":
            ids = [
                ("rows", row["id"], source.marks.at(group, i, "id"))
                for group in ("rules", "modifiers")
                for i, row in enumerate(source.value.get(group, ()))
            ]
        for kind, key, place in ids:
            first = seen.setdefault((source.folder, kind, key), place)
            if first != place:
                yield Finding(place, "duplicate-id", f"{key!r} stands at {first} already; one of them would be lost")
