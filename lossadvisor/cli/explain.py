"""`lossadvisor explain`: all that is known about a loss, a rule, a pitfall or a check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lossadvisor.checknames import CELLS, CHECK_NAMES, COMPILED, HALF, SMOKE, SPECIAL
from lossadvisor.cli.common import CURVES, one_shot, open_base
from lossadvisor.errors import unknown
from lossadvisor.report.data import SCHEMA, boundary_data, dumps, loss_data, pitfall_data, rule_data
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Rule, offered


def explain(name: str, *, as_json: bool, rules: Path | None) -> int:
    """Print what is known about `name`."""
    base = open_base(rules)
    data = find(base, name)
    if as_json:
        print(dumps({"schema": SCHEMA, **data}))
        return 0
    print("\n".join(text(data)))
    return 0


def find(base: RuleBase, name: str) -> dict[str, Any]:
    """The loss, rule, pitfall or check of that id.

    Raises:
        UserError: there is none.
    """
    rules = {rule.id: rule for domain in base.domains for rule in base.table(domain).rules}
    if name in base.losses:
        card = base.loss(name)
        contracts = {key: base.contract(key) for key in card.contracts}
        keys = dict.fromkeys((*card.pitfalls, *(key for contract in contracts.values() for key in contract.pitfalls)))
        return {
            **loss_data(card),
            "kind": "loss",
            "contracts": {key: boundary_data(value) for key, value in contracts.items()},
            "pitfalls": [pitfall_data(base.pitfall(key)) for key in keys],
            "curves": beside(base, name, rules.values()),
        }
    if name in rules:
        return {**rule_data(rules[name]), "kind": "rule", "curves": curves_of(rules[name])}
    if name in base.pitfalls:
        return {**pitfall_data(base.pitfall(name)), "kind": "pitfall"}
    if name in CHECK_NAMES:
        return {"kind": "check", "id": name, "catches": CHECK_NAMES[name], **check_data(base, name)}
    names = [*base.losses, *rules, *base.pitfalls, *CHECK_NAMES]
    raise unknown("loss, rule, pitfall or check", name, names, listing="lossadvisor list losses")


def beside(base: RuleBase, loss: str, rules: Iterable[Rule]) -> str:
    """The command that draws a loss beside those that are offered with it, over the same axis; "" if there is none."""
    from lossadvisor.plot.choice import MOST, axes_of

    for rule in rules:
        known = offered(rule)
        axes = axes_of(base, known[loss]) if loss in known else []
        if axes:
            others = [name for name, key in known.items() if name != loss and axes[0] in axes_of(base, key)]
            return one_shot({}, verb=CURVES, extra=[loss, *others[: MOST - 1]])
    return ""


def curves_of(rule: Rule) -> str:
    """The command that draws what a rule offers; "" for a rule that offers nothing."""
    return one_shot(rule.examples[0], verb=CURVES) if rule.examples else ""


def check_data(base: RuleBase, name: str) -> dict[str, Any]:
    """Where a check runs: in which cells, at which levels, and for which contracts and losses if not for all."""
    cells = [
        *(["fp32"] if name not in CELLS else []),
        *(["bf16", "fp16"] if name in HALF else []),
        *(["compiled"] if name in COMPILED else []),
    ]
    asked: dict[str, Any] = {}
    if name in SPECIAL:
        losses = [card for card in map(base.loss, base.losses) if name in card.proof.get("checks", ())]
        asked = {
            "contracts": [contract for contract in base.contracts if name in base.contract(contract).checks],
            "losses": [card.id for card in losses],
        }
    return {"cells": cells, "level": [*(["smoke"] if name in (*SMOKE, *CELLS) else []), "full"], **asked}


def text(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Nested data as indented lines; what is empty is left out."""
    for key, value in data.items():
        if value is None or (not value and not isinstance(value, (bool, int, float))):
            continue
        name = f"{indent}{key if '.' in key else key.replace('_', ' ')}:"
        if isinstance(value, Mapping):
            yield from [name, *text(value, indent + "  ")]
        elif isinstance(value, (list, tuple)):
            yield name
            yield from items(value, indent + "  ")
        else:
            yield f"{name} {value}"


def items(values: list[Any] | tuple[Any, ...], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping):
            first, *rest = text(value, indent + "  ")
            yield from [f"{indent}- {first.strip()}", *rest]
        else:
            yield f"{indent}- {value}"
