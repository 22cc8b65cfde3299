"""Which check kills which mutant, as a document: `make kill-matrix`."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from lossadvisor.checknames import CHECK_NAMES
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.run import prove
from lossadvisor.proof.verdict import FAILED, Verdict
from lossadvisor.rulebase.load import RuleBase
from tests.proof.test_mutants import FILES, UNKILLABLE, mutate

DOCS = Path(__file__).parents[2] / "docs"
HEAD = """# Kill matrix

Each mutant is a right program with one edit that makes it wrong. The check that is there for such a mistake must fail,
and must name it; `tests/proof/test_mutants.py` holds that. Made by `make kill-matrix`; `kill-matrix.csv` has the same
as a table of mutants and checks.
"""


def main() -> None:
    """Prove all mutants, and write the documents."""
    base = RuleBase()
    families = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
    mutants = [(family, mutant) for family, members in families.items() for mutant in members]
    verdicts = prove(base, [mutate(base, mutant) for _, mutant in mutants], Settings(["cpu"]))
    rows = [(family, mutant, *killers(verdict)) for (family, mutant), verdict in zip(mutants, verdicts, strict=True)]
    (DOCS / "kill-matrix.md").write_text(document(rows), encoding="utf-8")
    (DOCS / "kill-matrix.csv").write_text(table(rows), encoding="utf-8")


def killers(verdict: Verdict) -> tuple[list[str], dict[str, str]]:
    """The checks that failed, and what each says."""
    failed = {result.check: result for result in verdict.results if result.status == FAILED}
    return [*failed], {name: f"{result.message} {result.cause}".strip() for name, result in failed.items()}


def document(rows: list[tuple[str, dict[str, Any], list[str], dict[str, str]]]) -> str:
    """The mutants of each family: what was edited, which checks fail, and what the one that is there for it says."""
    parts = [HEAD, f"{len(rows)} mutants, {len(UNKILLABLE)} that can't be killed."]
    count = Counter(check for _, _, failed, _ in rows for check in failed)
    there = Counter(mutant["killed-by"] for _, mutant, _, _ in rows)
    parts.append(
        markdown(
            ("check", "catches", "is there for", "kills"),
            [(name, catches, there[name], count[name]) for name, catches in CHECK_NAMES.items() if count[name]],
        )
    )
    for family in dict.fromkeys(row[0] for row in rows):
        parts.append(f"## {family.capitalize()}")
        lines = [
            (
                mutant["name"],
                f"`{mutant['of']['loss']}`",
                f"**{mutant['killed-by']}**",
                ", ".join(name for name in failed if name != mutant["killed-by"]),
                says[mutant["killed-by"]],
            )
            for of, mutant, failed, says in rows
            if of == family
        ]
        parts.append(markdown(("mutant", "of", "killed by", "and by", "which says"), lines))
    if UNKILLABLE:
        parts.append("## Not killed")
        parts.append(markdown(("mutant", "because"), [(row["name"], row["because"]) for row in UNKILLABLE]))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def markdown(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """A Markdown table."""
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [header, ["---"] * len(header), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def table(rows: list[tuple[str, dict[str, Any], list[str], dict[str, str]]]) -> str:
    """All mutants and checks: 2 for the check that is there for the mutant, 1 for another that fails, 0 for none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("family", "mutant", *CHECK_NAMES))
    for family, mutant, failed, _ in rows:
        marks = ((name in failed) + (name == mutant["killed-by"]) for name in CHECK_NAMES)
        writer.writerow((family, mutant["name"], *marks))
    return out.getvalue()


if __name__ == "__main__":
    main()
