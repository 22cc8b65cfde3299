"""`lossadvisor plot`: pictures of what a loss does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lossadvisor.cli.common import CURVES, gather, one_shot, open_base, writable, write
from lossadvisor.errors import UserError, unknown
from lossadvisor.plot.figure import FORMATS, PAGE, rendered
from lossadvisor.report.curves import show_pictures
from lossadvisor.report.data import curves_data
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from lossadvisor.codegen.program import Spec
    from lossadvisor.plot.records import Picture

EXAMPLE = "`lossadvisor plot curves mse l1 huber`, or `lossadvisor plot curves --task multiclass`"
OWN = ("axis", "output", "json", "rules", "answers", "force", "help")


def curves(
    given: Mapping[str, str],
    *,
    losses: Sequence[str],
    numbers: Mapping[str, str],
    axis: str,
    output: Path | None,
    as_json: bool,
    rules: Path | None,
    answers: Path | None,
    force: bool,
) -> int:
    """Draw losses over what they depend on: in the terminal, into a file, or as JSON.

    Args:
        losses: their ids; with answers, those of the losses on offer that are wanted.
        numbers: the text of the flags that are no questions, by name.
    """
    ending = writable(output, (*FORMATS, PAGE), force=force)
    base = open_base(rules)
    if axis and axis not in base.axes:
        from lossadvisor.plot.choice import known as axes_of_loss

        own = [name for loss in losses if loss in base.losses for name in axes_of_loss(base, loss)]
        raise unknown("axis", axis, dict.fromkeys(own) or base.axes, place="--axis")
    known = gather(base, given, answers)
    if not known and not losses:
        raise nothing(base, numbers)
    pictures = drawn(base, chosen(base, known, losses, axis), numbers, axis)
    flags = {**known, **numbers, **({"axis": axis} if axis else {})}
    command = one_shot(flags, verb=CURVES, extra=losses)
    return deliver(
        output, ending, as_json=as_json, force=force,
        page=lambda: page_of(base, known, pictures, command), file=lambda: rendered(pictures, ending),
        data=lambda: curves_data(pictures), terminal=lambda: show_pictures(pictures),
    )  # fmt: skip


def nothing(base: RuleBase, numbers: Mapping[str, str]) -> UserError:
    """Nothing was named; perhaps a question's flag is misspelt."""
    if not numbers:
        return UserError("nothing to draw: name losses, or a task", hint=EXAMPLE)
    from lossadvisor.plot.pictures import unknown_flag

    return unknown_flag(next(iter(numbers)), [], [*base.questions, *OWN])


def chosen(base: RuleBase, given: Mapping[str, str], losses: Sequence[str], axis: str) -> list[Spec]:
    """What to draw: the losses that were named, or those of the answers."""
    from lossadvisor.plot.choice import of_answer, of_losses

    if not given:
        return of_losses(base, [*dict.fromkeys(losses)], axis)
    specs, left = of_answer(base, decide(base, given), [*dict.fromkeys(losses)])
    if left:
        print(f"not comparable with the others, left out: {', '.join(left)}", file=sys.stderr)
    return specs


def drawn(base: RuleBase, specs: Sequence[Spec], numbers: Mapping[str, str], axis: str = "") -> list[Picture]:
    """The pictures of these losses, shaped by the user's numbers.

    Raises:
        UserError: a flag is unknown, a number bad, or PyTorch missing.
    """
    from lossadvisor.plot.choice import shared_axes
    from lossadvisor.plot.pictures import draw, programs

    axes = shared_axes(base, specs, axis)
    return draw(base, programs(base, specs, axes, numbers, [*base.questions, *OWN]), axes, numbers)


def page_of(base: RuleBase, known: Mapping[str, str], pictures: Sequence[Picture], command: str) -> tuple[str, int]:
    """Curves on the page of the recommendation that answers lead to, without answers alone; and the exit code."""
    from lossadvisor.report.page import curves as part
    from lossadvisor.report.page import pictures_page

    if known:
        from lossadvisor.cli import page
        from lossadvisor.cli.recommend import described

        answer = decide(base, known)
        return page.proven(
            base, answer, described(base, answer), page.generated(base, answer), {"Curves": part(pictures)}
        )
    losses = ", ".join(dict.fromkeys(curve.loss for picture in pictures for curve in picture.curves))
    return pictures_page(losses, part(pictures), command), 0


def deliver(
    output: Path | None,
    ending: str,
    *,
    page: Callable[[], tuple[str, int]],
    file: Callable[[], bytes],
    data: Callable[[], object],
    terminal: Callable[[], object],
    as_json: bool,
    force: bool,
) -> int:
    """Write a page or a file if one is named; print the data if asked for, or else, without a file, the picture.

    Returns:
        the exit code, which a page may have.
    """
    code = 0
    if output is not None:
        content, code = page() if ending == PAGE else (file(), 0)
        write(output, content, force=force)
    if as_json:
        from lossadvisor.report.data import dumps

        print(dumps(data()))
    elif output is None:
        terminal()
        sys.stdout.flush()
    return code
