"""How much the rule base holds, and how long it takes to prove it."""

from __future__ import annotations

import gc
from statistics import median

from lossadvisor.rulebase.check import examine
from lossadvisor.rulebase.load import RuleBase
from tests.benchmarks.timing import COMMAND, command, side_by_side, table

RUNS = 10


def measure() -> dict[str, float]:
    """Counts of the rule base; milliseconds of each stage of `rules check`, of all, and of the whole command."""
    base = RuleBase()
    tables = [base.table(domain) for domain in base.domains]
    gc.disable()  # as the command does
    reports = [examine(RuleBase()) for _ in range(RUNS + 1)][1:]
    gc.enable()
    stages = {name: 1000 * median(report.seconds[name] for report in reports) for name in reports[0].seconds}
    return {
        "rules": sum(not rule.impossible for table in tables for rule in table.rules),
        "impossible rows": sum(bool(rule.impossible) for table in tables for rule in table.rules),
        "modifiers": sum(len(table.modifiers) for table in tables),
        "questions": len(base.questions),
        "losses": len(base.losses),
        "pitfalls": len(base.pitfalls),
        "grid points": sum(table.points for table in tables),
        **{f"{name}, ms": spent for name, spent in stages.items()},
        "all stages, ms": sum(stages.values()),
        "the command, ms": side_by_side({"check": command(*COMMAND, "rules", "check")}, runs=RUNS)["check"],
    }


def report(figures: dict[str, float]) -> str:
    """The figures as a table."""
    rows = [(name, f"{value:,.1f}" if name.endswith("ms") else f"{value:,}") for name, value in figures.items()]
    return table(("rule base", ""), rows)


if __name__ == "__main__":
    print(report(measure()))
