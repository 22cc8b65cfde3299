"""Which losses come into a picture, over which axes, and the programs that they are computed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lossadvisor.codegen.program import Spec
from lossadvisor.errors import UserError, unknown
from lossadvisor.plot.constants import flag_of
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Axis, Recommendation, offered

MOST = 8
"""Curves in a picture: as many colours can be told apart."""


def axes_of(base: RuleBase, contract: str) -> list[str]:
    """The ids of the axes that a contract's losses can be drawn over."""
    return [axis.id for axis in base.axes.values() if contract in axis.contracts]


def spec(base: RuleBase, loss: str, contract: str) -> Spec:
    """A program of that loss, its targets stored as the loss takes them where that can be."""
    stored = base.contract(contract).stored
    target = next((name for name, how in stored.items() if how == "as-is"), next(iter(stored)))
    return Spec(loss, contract, "", target)


def of_answer(base: RuleBase, answer: Recommendation, losses: Sequence[str]) -> tuple[list[Spec], list[str]]:
    """The recommended loss and its alternatives, and the ids of those that have no axis in common with it.

    Args:
        losses: only these of them; all if there are none.

    Raises:
        UserError: one of `losses` is not on offer for these answers.
    """
    known = offered(answer.rule)
    for loss in losses:
        if loss not in known:
            if loss not in base.losses:
                raise unknown_loss(base, loss)
            raise UserError(
                f"{loss} is not on offer for these answers",
                hint=f"on offer: {', '.join(known)}. Without --task any losses are compared.",
            )
    options = tuple(modifier.option for modifier in answer.modifiers)
    first = {*axes_of(base, known[losses[0]] if losses else answer.contract.id)}
    wanted = {loss: known[loss] for loss in losses or known}
    kept = {loss for loss, contract in wanted.items() if first & {*axes_of(base, contract)}}
    specs = [replace(spec(base, loss, wanted[loss]), options=options) for loss in wanted if loss in kept]
    return specs, [loss for loss in wanted if loss not in kept]


def of_losses(base: RuleBase, losses: Sequence[str], axis: str = "") -> list[Spec]:
    """Programs of these losses: all of one contract if there is one that serves them all, else over one axis.

    Raises:
        UserError: an unknown loss, or no axis in common.
    """
    for loss in losses:
        if loss not in base.losses:
            raise unknown_loss(base, loss)
    served = {loss: [key for key in base.loss(loss).contracts if fits(base, key, axis)] for loss in losses}
    first, *others = served.values()
    if shared := next((key for key in first if all(key in keys for keys in others)), ""):
        return [spec(base, loss, shared) for loss in served]
    over = {loss: [[*axes_of(base, key)] for key in keys] for loss, keys in served.items()}
    common = set.intersection(*({name for names in lists for name in names} for lists in over.values()))
    if not common:
        raise nothing_in_common(base, served, axis)
    name = next(key for key in base.axes if key in common)
    lists = {loss: [key for key in keys if name in axes_of(base, key)] for loss, keys in served.items()}
    kinds = [[kind(base, key) for key in keys] for keys in lists.values()]
    alike = next((one for one in kinds[0] if all(one in others for others in kinds)), None)
    chosen = {loss: next((key for key in keys if kind(base, key) == alike), keys[0]) for loss, keys in lists.items()}
    return [spec(base, loss, contract) for loss, contract in chosen.items()]


def kind(base: RuleBase, contract: str) -> tuple[object, ...]:
    """What the values of losses of several contracts must share to be of one size: their tensors."""
    known = base.contract(contract)
    return known.prediction.shape, known.target.shape, known.target.kind


def fits(base: RuleBase, contract: str, axis: str) -> bool:
    """Whether a contract's losses can be drawn over that axis; "" stands for any."""
    names = axes_of(base, contract)
    return axis in names if axis else bool(names)


def unknown_loss(base: RuleBase, loss: str) -> UserError:
    return unknown("loss", loss, base.losses, listing="lossadvisor list losses")


def nothing_in_common(base: RuleBase, served: Mapping[str, Sequence[str]], axis: str) -> UserError:
    """Why losses can't be in one picture: what each of them depends on."""
    if axis:
        lacking = [loss for loss, keys in served.items() if not keys]
        return UserError(
            f"{', '.join(lacking)} can't be drawn over {axis!r}",
            place="--axis",
            hint="; ".join(f"{loss}: {', '.join(known(base, loss)) or 'none'}" for loss in lacking),
        )
    told = []
    for loss in served:
        names = known(base, loss)
        told.append(f"{loss} depends on the {base.axes[names[0]].say}" if names else f"{loss} has no axis")
    return UserError(
        f"one picture can't show these losses: {'; '.join(told)}",
        hint="one picture each: " + ", ".join(f"`lossadvisor plot curves {loss}`" for loss in served),
    )


def known(base: RuleBase, loss: str) -> list[str]:
    """The axes that a loss can be drawn over, with whichever contract."""
    return [*dict.fromkeys(name for key in base.loss(loss).contracts for name in axes_of(base, key))]


def shared_axes(base: RuleBase, specs: Sequence[Spec], axis: str = "") -> list[Axis]:
    """The axes that all of these programs can be drawn over, or the one that is asked for.

    Raises:
        UserError: none, or too many curves.
    """
    if len(specs) > MOST:
        raise UserError(f"{len(specs)} curves are too many for one picture", hint=f"name {MOST} losses at most")
    lists = [axes_of(base, one.contract) for one in specs]
    names = [name for name in lists[0] if all(name in others for others in lists) and axis in ("", name)]
    if not names:
        raise nothing_in_common(base, {one.loss: [] if axis else [one.contract] for one in specs}, axis)
    return [base.axes[name] for name in names]


def numbers(axis: Axis, given: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of an axis, the user's in their place.

    Raises:
        UserError: one lies outside of its range.
    """
    found = {}
    for name, number in axis.numbers.items():
        flag = flag_of(name)
        value = given.get(flag, number.value)
        if isinstance(value, list):
            raise UserError(f"one number was expected, not {len(value)}", place=f"--{flag}")
        if not number.low < value < number.high:
            raise UserError(
                f"{value:g} is not between {number.low:g} and {number.high:g}",
                place=f"--{flag}",
                hint=f"It is the {number.say.removeprefix('the ')}.",
            )
        found[name] = float(value)
    return found
