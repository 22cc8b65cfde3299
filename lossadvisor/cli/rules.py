"""`lossadvisor rules check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lossadvisor.errors import FOUND
from lossadvisor.rulebase.check import Finding, Report, examine
from lossadvisor.rulebase.load import RuleBase


def check_rules(rules: Path | None, as_json: bool) -> int:
    """Print what is wrong with the rules to stdout, one finding a line, and a summary to stderr.

    Returns:
        the exit code: 1 if there are findings.
    """
    base = RuleBase(rules)
    report = examine(base)
    if as_json:
        print(json.dumps({"schema": 1, "findings": [record(finding) for finding in report.findings]}, indent=2))
    else:
        for finding in report.findings:
            print(line(finding))
    print(summary(base, report), file=sys.stderr)
    return FOUND if report.findings else 0


def line(finding: Finding) -> str:
    """A finding on one line, its witness at the end."""
    place = finding.place._replace(file=relative(finding.place.file))
    text = f"{place}: {finding.code}: {finding.message}"
    return f"{text} [{finding.witness}]" if finding.witness else text


def relative(file: str) -> str:
    """A path as seen from the current folder, if it lies inside."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def record(finding: Finding) -> dict[str, object]:
    """A finding as JSON."""
    place = finding.place
    return {
        "file": relative(place.file),
        "line": place.line,
        "column": place.column,
        "code": finding.code,
        "message": finding.message,
        "witness": finding.witness or None,
    }


def summary(base: RuleBase, report: Report) -> str:
    """What was checked, and how long it took."""
    found = number(len(report.findings), "finding")
    lines = [
        ", ".join([f"{found}: {report.files} files", *(counted(base, report) if "proof" in report.seconds else [])])
    ]
    stages = ", ".join(f"{stage} {1000 * taken:.1f}" for stage, taken in report.seconds.items())
    lines.append(f"{1000 * sum(report.seconds.values()):.0f} ms: {stages}")
    if "proof" in report.seconds and (coming := to_come(base)):
        lines.append(f"no table yet: {'; '.join(coming)}")
    return "\n".join(lines)


def number(count: int, thing: str) -> str:
    """A count and its noun: `1 rule`, `2 rules`."""
    return f"{count} {thing}" + ("" if count == 1 else "s")


def counted(base: RuleBase, report: Report) -> list[str]:
    """How much the sound part of the base holds."""
    tables = [base.table(domain) for domain in report.sound.domains]
    rules = sum(len(table.rules_in(table.possible)) for table in tables)
    impossible = sum(len(table.rules) for table in tables) - rules
    modifiers = sum(len(table.modifiers) for table in tables)
    points = sum(table.points for table in tables)
    return [
        f"{len(base.questions)} questions",
        f"{number(rules, 'rule')} ({number(impossible, 'impossible row')}, {number(modifiers, 'modifier')})",
        f"{points:,} grid points covered",
        f"{len(report.sound.keys('losses'))} losses",
    ]


def to_come(base: RuleBase) -> list[str]:
    """The domains that have tasks and no table, with those tasks."""
    tasks: dict[str, list[str]] = {}
    for task in base.questions["task"].choices.values():
        if task.domain not in base.domains:
            tasks.setdefault(task.domain, []).append(task.id)
    return [f"{domain} ({', '.join(names)})" for domain, names in tasks.items()]
