"""`lossadvisor plot landscape`: the loss of a model around its trained point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lossadvisor.cli.common import gather, one_shot, open_base, writable
from lossadvisor.cli.plot import deliver
from lossadvisor.errors import UserError, unknown
from lossadvisor.plot.figure import FORMATS, PAGE
from lossadvisor.plot.relief import rendered
from lossadvisor.report.data import planes_data
from lossadvisor.report.planes import show_planes
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from lossadvisor.codegen.program import Program
    from lossadvisor.plot.planes import Plane
    from lossadvisor.proof.limits import Limits

DEMOS = ("himmelblau",)


def landscape(
    given: Mapping[str, str],
    *,
    program: Path | None,
    losses: Mapping[str, str],
    demo: str,
    points: int,
    steps: int,
    seed: int,
    limits: Limits,
    output: Path | None,
    as_json: bool,
    rules: Path | None,
    answers: Path | None,
    force: bool,
) -> int:
    """Draw the planes of a program's model, or of a toy function: in the terminal, into a file, or as JSON.

    Args:
        losses: `loss`, the one that is wanted, and `compare`, others with commas in between.
    """
    ending = writable(output, (*FORMATS, PAGE), force=force)
    base = open_base(rules)
    if demo:
        chosen, planes = None, [toy_plane(demo, points)]
    else:
        chosen = source(base, gather(base, given, answers), program, losses["loss"])
        compare = [part.strip() for part in losses["compare"].split(",") if part.strip()]
        planes = drawn(base, chosen, compare, sizes={"points": points, "steps": steps, "seed": seed}, limits=limits)
    return deliver(
        output, ending, as_json=as_json, force=force,
        page=lambda: page_of(base, chosen, planes, demo), file=lambda: rendered(planes, ending),
        data=lambda: planes_data(planes), terminal=lambda: show_planes(planes),
    )  # fmt: skip


def page_of(base: RuleBase, program: Program | None, planes: Sequence[Plane], demo: str) -> tuple[str, int]:
    """Planes on the page of the recommendation that their program follows, those of a toy alone; and the exit code."""
    from lossadvisor.report.page import pictures_page, surfaces

    if program is None:
        command = one_shot({}, verb="plot landscape", extra=["--demo", demo])
        return pictures_page(demo, surfaces(planes), command), 0
    from lossadvisor.cli import page
    from lossadvisor.cli.recommend import described

    answer = page.answered(base, [program])
    curves = page.curves_of(base, answer, page.GENERATED if program.path else "")
    return page.proven(base, answer, described(base, answer), program, {"Landscape": surfaces(planes), **curves})


def toy_plane(demo: str, points: int) -> Plane:
    """A toy function's plane.

    Raises:
        UserError: there is no such demo.
    """
    from lossadvisor.plot.planes import toy

    if demo not in DEMOS:
        raise unknown("demo", demo, DEMOS, place="--demo")
    return toy(points)


def source(base: RuleBase, given: Mapping[str, str], path: Path | None, loss: str) -> Program:
    """The program of a file, or the one that is generated for the answers.

    Raises:
        UserError: neither was named.
    """
    from lossadvisor.codegen.program import render

    if path is not None:
        from lossadvisor.cli.prove import read

        return read(base, path, given, loss)
    if not given:
        hint = "`lossadvisor plot landscape train.py`, `--task TASK` or `--demo himmelblau`"
        raise UserError("nothing to draw: name a program or a task", hint=hint)
    from lossadvisor.cli.generate import make_spec
    from lossadvisor.rulebase.decide import decide

    return render(base, make_spec(decide(base, given), {"loss": loss, "model": "", "library": "", "device": "cpu"}, {}))


def drawn(
    base: RuleBase, program: Program, compare: Sequence[str], *, sizes: Mapping[str, int], limits: Limits
) -> list[Plane]:
    """The planes of a program's model, with the losses to compare over the same ones.

    Raises:
        UserError: PyTorch is missing, the program fails, or a loss doesn't fit it.
    """
    from lossadvisor.codegen.program import render
    from lossadvisor.plot.run import planes
    from lossadvisor.report.verdicts import progress

    others = [render(base, replace(program.spec, loss=other)) for other in checked(base, program, compare)]
    with progress(2 * sizes["points"] * (1 + len(others)), "drawing") as tick:
        return planes(base, [program, *others], sizes, limits, tick=tick)


def checked(base: RuleBase, program: Program, compare: Sequence[str]) -> Sequence[str]:
    """The losses to compare.

    Raises:
        UserError: one is unknown, or takes something else than the program's loss.
    """
    contract = program.spec.contract
    for loss in compare:
        if loss not in base.losses:
            raise unknown("loss", loss, base.losses, place="--compare", listing="lossadvisor list losses")
        if contract not in base.loss(loss).contracts:
            known = [other for other in base.losses if contract in base.loss(other).contracts]
            raise UserError(
                f"{loss} takes something else than {program.spec.loss}, so that one plane can't show both",
                place="--compare",
                hint=f"these fit: {', '.join(known)}",
            )
    return compare
