"""The page of a recommendation: what it says, the verdict on its program, its curves, and its landscape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lossadvisor.codegen.program import Program, render
from lossadvisor.errors import FOUND, UserError
from lossadvisor.plot.figure import need_matplotlib
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Recommendation

if TYPE_CHECKING:
    from lossadvisor.proof.verdict import Verdict
    from lossadvisor.report.page import Part

GENERATED = "The losses as they are generated: what was edited in the program shows in the verdict alone."


def answered(base: RuleBase, programs: Sequence[Program]) -> Recommendation:
    """The recommendation that programs follow.

    Raises:
        UserError: they follow several.
    """
    first, *others = [program.spec.answers for program in programs]
    if any(other != first for other in others):
        raise UserError(
            "one page can't show programs for different answers", place="--output", hint="name one program for each"
        )
    return decide(base, first)


def generated(base: RuleBase, answer: Recommendation, values: Mapping[str, Any] = MappingProxyType({})) -> Program:
    """The program that `generate` writes for a recommendation."""
    from lossadvisor.cli.generate import make_spec

    return render(base, make_spec(answer, {"loss": "", "model": "", "library": "", "device": "auto"}, values))


def proof(base: RuleBase, program: Program, answer: Recommendation) -> tuple[Part, int]:
    """The verdict on a program, or why there is none; and the exit code."""
    from lossadvisor.proof.run import prove
    from lossadvisor.report.page import without
    from lossadvisor.report.verdicts import progress

    try:
        with progress(1) as tick:
            verdicts = prove(base, [program], on_done=tick)
    except UserError as error:
        return without("Not proven", error.message, error.hint), 0
    return judged(verdicts, answer), FOUND if any(verdict.failed for verdict in verdicts) else 0


def proven(
    base: RuleBase,
    answer: Recommendation,
    data: Mapping[str, Any],
    program: Program,
    pictures: Mapping[str, Part],
) -> tuple[str, int]:
    """The page of a recommendation, told by its `data`, with the verdict on a program; and the exit code."""
    from lossadvisor.report.page import recommendation_page

    verdict, code = proof(base, program, answer)
    return recommendation_page(data, verdict, pictures), code


def judged(verdicts: Sequence[Verdict], answer: Recommendation) -> Part:
    """Verdicts, told of programs with another loss than the recommended one."""
    from lossadvisor.report.proofs import verdicts_part

    others = dict.fromkeys(loss for verdict in verdicts if (loss := verdict.program.spec.loss) != answer.loss.id)
    return verdicts_part(verdicts, f"Of an alternative to what is recommended: {', '.join(others)}." if others else "")


def curves_of(base: RuleBase, answer: Recommendation, note: str = "") -> dict[str, Part]:
    """The curves of a recommendation and its alternatives by their title, or why there are none."""
    from lossadvisor.cli.plot import drawn
    from lossadvisor.plot.choice import MOST, of_answer
    from lossadvisor.report.page import curves, without

    try:
        need_matplotlib()
        specs, left = of_answer(base, answer, [])
        pictures = drawn(base, specs[:MOST], {})
        return {"Curves": curves(pictures, [*(spec.loss for spec in specs[MOST:]), *left], note)}
    except UserError as error:
        return {"Curves": without("None here", error.message, error.hint)}
