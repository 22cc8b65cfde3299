"""Right programs, many times over: in half precision, `make test-seeds` from other seeds, `make test-compile` compiled.

A program fails on none of them, or the check that fails is wrong. Takes one program for each loss, contract and model;
with `--all` every program that can be offered.
"""

from __future__ import annotations

import argparse
import sys

from lossadvisor.codegen.offers import offers
from lossadvisor.codegen.program import Program, render
from lossadvisor.proof.cell import Settings
from lossadvisor.proof.run import prove
from lossadvisor.proof.verdict import FAILED, Verdict
from lossadvisor.report.data import label
from lossadvisor.rulebase.load import RuleBase


def programs(base: RuleBase, *, every: bool, models: bool) -> list[Program]:
    """One program for each loss and contract, for each model too, or all of them; those of libraries are left out."""
    found = {}
    for spec in offers(base):
        key = (spec.loss, spec.contract, spec.model if models else "", (spec.target, spec.options) if every else "")
        if not spec.library:
            found.setdefault(key, spec)
    return [render(base, spec) for spec in found.values()]


def failures(verdicts: list[Verdict]) -> int:
    """How many verdicts failed; each failed check is printed."""
    for verdict in verdicts:
        for result in verdict.results:
            if result.status == FAILED:
                print(f"{verdict.cell} {label(verdict)} {result.check}: {result.message}", flush=True)
    return sum(verdict.failed for verdict in verdicts)


def main() -> int:
    """Prove, print what failed and the sum; returns 1 on a failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=0, help="from how many seeds")
    parser.add_argument("--half", action="store_true", help="under autocast to bf16 and fp16")
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    parser.add_argument("--all", action="store_true", help="every program")
    asked = parser.parse_args()
    base = RuleBase()
    found = programs(base, every=asked.all, models=not asked.compile)
    failed = 0
    for seed in range(1, asked.seeds + 1):
        failed += failures(prove(base, found, Settings(["cpu"], seed=seed)))
        print(f"seed {seed}: {len(found)} programs, {failed} false alarms so far", flush=True)
    if asked.half:
        verdicts = prove(base, found, Settings(["cpu"], ["bf16", "fp16"]))
        failed += failures(verdicts)
        print(f"half precision: {len(verdicts)} proofs of {len(found)} programs, {failed} failed")
    if asked.compile:
        settings = Settings(["cpu"], compiled=True, level="smoke")
        failed += failures(prove(base, found, settings))
        print(f"compiled: {len(found)} programs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
