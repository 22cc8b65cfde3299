"""Every program that can be offered: what the rules recommend and what they name instead, option by option."""

from __future__ import annotations

from collections.abc import Iterator

from lossadvisor.codegen.program import Spec
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Contract, Rule


def offers(base: RuleBase, *, domain: str = "") -> list[Spec]:
    """The specs of all programs that some answers lead to, each once, in the order of the rules."""
    found: dict[tuple[object, ...], Spec] = {}
    for name in [domain] if domain else base.domains:
        for spec in of_domain(base, name):
            found.setdefault((spec.loss, spec.contract, spec.model, spec.target, spec.library, spec.options), spec)
    return list(found.values())


def of_domain(base: RuleBase, domain: str) -> Iterator[Spec]:
    table = base.table(domain)
    for rule in table.rules:
        if rule.impossible:
            continue
        rows = table.all_rules ^ table.everything
        for question, choices in rule.when.items():
            standing = 0
            for choice in choices:
                standing |= table.masks[question].get(choice, 0)
            rows &= standing
        options = [(), *((modifier.option,) for modifier in table.modifiers_in(rows))]
        for loss, contract in pairs(rule):
            yield from variants(base, rule, loss, base.contract(contract), options)


def pairs(rule: Rule) -> Iterator[tuple[str, str]]:
    """(loss, contract) of a rule: the recommendation, then each alternative."""
    yield rule.loss, rule.contract
    for alternative in rule.instead:
        yield alternative.loss, alternative.contract


def variants(
    base: RuleBase, rule: Rule, loss: str, contract: Contract, options: list[tuple[str, ...]]
) -> Iterator[Spec]:
    answers = rule.examples[0] if rule.examples else {}
    for target in rule.when.get("target", tuple(contract.stored)):
        for model in contract.models:
            for library in ("", *base.loss(loss).libraries):
                for option in options:
                    yield Spec(loss, contract.id, model, target, library, option, {}, {**answers, "target": target})
