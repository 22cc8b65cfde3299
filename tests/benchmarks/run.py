"""All benchmarks, and their figures into the README: `make bench`. Times are reported, never tested."""

from __future__ import annotations

from tests.benchmarks import proof, questions, rules, size, startup
from tests.benchmarks.timing import table
from tests.docs.generate import write_part


def main() -> None:
    """Measure, print, and write the README's part."""
    starts, base, proofs = startup.measure(), rules.measure(), proof.measure()
    reports = startup.report(starts), rules.report(base), questions.report(questions.measure()), proof.report(proofs)
    print(*reports, size.report(), sep="\n\n")
    write_part("figures", figures(starts, base, proofs))


def figures(starts: dict[str, float], base: dict[str, float], proofs: dict[str, float]) -> str:
    """What the README says about speed."""
    hello, nothing = starts[startup.TYPER], starts[startup.PASS]
    rows = [
        (name, f"{spent:.0f} ms", f"{spent / hello:.2f} x {startup.TYPER}, {spent / nothing:.1f} x {startup.PASS}")
        for name, spent in starts.items()
        if name not in (startup.PASS, startup.TYPER)
    ]
    programs = int(proofs["programs"])
    each = 1000 * (proofs["seconds"] - proofs["import"]) / programs
    rows += [
        (
            "rules check",
            f"{base['the command, ms']:.0f} ms",
            (
                f"{base['all stages, ms']:.0f} ms of it for {base['rules']} rules, {base['proof, ms']:.0f} ms of that "
                f"for the proof of {base['grid points']:,} combinations of answers"
            ),
        ),
        (
            f"prove --all ({programs} programs)",
            f"{proofs['seconds']:.0f} s",
            f"{proofs['import']:.1f} s for one import of PyTorch, {each:.0f} ms per program",
        ),
    ]
    return table(("command", "takes", "which is"), rows)


if __name__ == "__main__":
    main()
