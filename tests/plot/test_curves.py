"""Curves are what the program's own loss gives, and their gradients are the slopes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

import pytest
import torch

from lossadvisor.codegen.program import render
from lossadvisor.errors import UserError
from lossadvisor.plot.choice import spec
from lossadvisor.plot.curves import Asked, Unplottable, at, curve, places, subject_of
from lossadvisor.plot.paths import PATHS
from lossadvisor.proof.subject import Subject
from lossadvisor.proof.worker import load
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Axis

BASE = RuleBase()
SHARES = (0.137, 0.318, 0.441, 0.563, 0.689, 0.871)
"""Where on an axis gradients are compared: kinks lie at rounder places."""
HELD = {
    ("box-width", "ciou"): "alpha, the weight of the aspect ratio",
    ("log-spread", "beta_nll"): "the weight of each sample, a power of its variance",
    ("code-distance", "vq_vae"): "the latents in one term, the codes in the other",
}
"""Losses that hold a part constant: there the gradient is another one than the slope, and has to be."""


def cases() -> Iterator[tuple[str, str, str]]:
    """Axis, contract and loss: each loss once with each path of each axis."""
    seen = set()
    for axis in BASE.axes.values():
        for contract in axis.contracts:
            for loss in BASE.losses:
                case = axis.id, axis.paths.get(contract, axis.path), loss
                if contract in BASE.loss(loss).contracts and case not in seen:
                    seen.add(case)
                    yield axis.id, contract, loss


CASES = [*cases()]


@cache
def subject(loss: str, contract: str) -> Subject:
    return subject_of(BASE, render(BASE, spec(BASE, loss, contract)))


def numbers(axis: Axis) -> Asked:
    return Asked({name: number.value for name, number in axis.numbers.items()})


def along(loss: str, contract: str, axis: Axis, where: list[float]) -> tuple[list[float], list[float]]:
    return curve(subject(loss, contract), axis, numbers(axis), where, contract=contract)


@pytest.mark.parametrize(("axis_id", "contract", "loss"), CASES, ids="-".join)
def test_gradients_equal_finite_differences(axis_id: str, contract: str, loss: str) -> None:
    axis = BASE.axes[axis_id]
    span = axis.high - axis.low
    step = 4e-3 * span
    middles = [axis.low + share * span for share in SHARES]
    values, gradients = along(loss, contract, axis, [x for m in middles for x in (m - step, m, m + step)])
    assert all(map(math.isfinite, (*values, *gradients)))
    slopes = [(after - before) / (2 * step) for before, after in zip(values[::3], values[2::3], strict=True)]
    scale = max(map(abs, (*slopes, *gradients)))
    noise = 4e-7 * max(map(abs, values)) / step
    off = [abs(a - b) for a, b in zip(slopes, gradients[1::3], strict=True)]
    equal = sorted(off)[-2] <= 0.01 * scale + noise  # one of the places may lie beside a kink
    assert equal is ((axis_id, loss) not in HELD), (slopes, gradients[1::3])


def test_every_path_is_that_of_an_axis_and_every_axis_has_one() -> None:
    named = {name for axis in BASE.axes.values() for name in (axis.path, *axis.paths.values())}
    used = {axis.paths.get(contract, axis.path) for axis in BASE.axes.values() for contract in axis.contracts}
    assert used == set(PATHS)
    assert named == set(PATHS)


def test_every_number_of_an_axis_shapes_a_loss_of_it() -> None:
    for axis in BASE.axes.values():
        asked = numbers(axis)
        for contract in axis.contracts if asked else ():
            loss = next(loss for loss in BASE.losses if contract in BASE.loss(loss).contracts)
            curve(subject(loss, contract), axis, asked, [axis.low], contract=contract)
        assert asked.used == set(asked), axis.id


@pytest.mark.parametrize(
    ("loss", "contract", "axis", "known"),
    [
        ("mse", "value", "residual", lambda x: (x**2, 2 * x)),
        ("huber", "value", "residual", lambda x: (x**2 / 2, x) if abs(x) < 1 else (abs(x) - 0.5, math.copysign(1, x))),
        ("bce", "binary", "positive-logit", lambda x: (math.log1p(math.exp(-x)), -1 / (1 + math.exp(x)))),
        ("bce", "binary", "negative-logit", lambda x: (math.log1p(math.exp(x)), 1 / (1 + math.exp(-x)))),
        (
            "cross_entropy", "multiclass", "logit-margin",
            lambda x: (math.log1p(2 * math.exp(-x)), -1 / (1 + math.exp(x) / 2)),
        ),
        ("hinge_gan", "penalised-scores", "generator-score", lambda x: (-x, -1.0)),
        ("bernoulli_elbo", "latents-of-fractions", "latent-mean", lambda x: (4 * x**2 / 2, 4 * x)),
        (
            "dpo", "preference-pairs", "answer-margin",
            lambda x: (math.log1p(math.exp(-x / 10)), -0.1 / (1 + math.exp(x / 10))),
        ),
        ("cosine_mse", "scored-text-pairs", "scored-cosine", lambda x: ((x - 0.8) ** 2 / 2, x - 0.8)),
        ("noise_mse", "noise", "log-snr", lambda x: (0.01 * math.exp(x), 0.01 * math.exp(x))),
        (
            "min_snr", "weighted-noise", "log-snr",
            lambda x: (0.01 * min(math.exp(x), 5), 0.01 * math.exp(x) * (math.exp(x) < 5)),
        ),
    ],
)  # fmt: skip
def test_values_are_the_known_ones(
    loss: str, contract: str, axis: str, known: Callable[[float], tuple[float, float]]
) -> None:
    where = [-1.7, -0.4, 0.3, 0.9, 1.9] if axis != "scored-cosine" else [-0.9, -0.2, 0.3, 0.7]
    values, gradients = along(loss, contract, BASE.axes[axis], where)
    wanted, slopes = zip(*map(known, where), strict=True)
    assert values == pytest.approx(wanted, rel=2e-3, abs=1e-5)
    assert gradients == pytest.approx(slopes, rel=2e-3, abs=1e-5)


@pytest.mark.parametrize(("axis_id", "contract", "loss"), CASES[::17], ids="-".join)
def test_the_picture_is_that_of_the_program(axis_id: str, contract: str, loss: str) -> None:
    axis = BASE.axes[axis_id]
    path = PATHS[axis.paths.get(contract, axis.path)](subject(loss, contract), numbers(axis))
    program = load(render(BASE, spec(BASE, loss, contract)).source, "again")
    torch.default_generator.manual_seed(0)
    place = axis.low + 0.4 * (axis.high - axis.low)
    told = getattr(program, path.function)(*path.arguments(torch.tensor(place)))
    assert along(loss, contract, axis, [place])[0] == [float(told)]


def test_the_object_is_as_large_as_the_user_says() -> None:
    axis = BASE.axes["object-logit"]
    for fraction, at_zero in ((0.25, 0.25), (0.5, 0.5)):
        asked = Asked({"foreground_fraction": fraction, "background_logit": 20.0})
        values, _ = curve(subject("bce", "binary-masks"), axis, asked, [0.0], contract="binary-masks")
        assert values[0] == pytest.approx(at_zero * math.log(2), rel=1e-4)


def test_places_are_round_and_hold_both_ends() -> None:
    for axis in BASE.axes.values():
        found = places(axis)
        assert (found[0], found[-1]) == (axis.low, axis.high)
        assert 40 <= len(found) <= 103
        assert [*found] == sorted(set(found))
        inner = [after - before for before, after in pairwise(found[1:-1])]
        assert inner == pytest.approx([inner[0]] * len(inner))
    assert 0.0 in places(BASE.axes["residual"])
    assert 1.0 in places(BASE.axes["positive-logit"])


def test_a_program_that_fails_says_why() -> None:
    axis = BASE.axes["residual"]
    with pytest.raises(Unplottable, match="AssertionError"):
        curve(subject("gamma_nll", "amount"), axis, {}, [0.0], contract="value")
    with pytest.raises(UserError, match="unknown path 'residul'") as caught:
        curve(subject("mse", "value"), axis._replace(path="residul"), {}, [0.0], contract="value")
    assert "residual" in caught.value.hint
    broken = render(BASE, spec(BASE, "mse", "value"))
    with pytest.raises(Unplottable, match="ZeroDivisionError"):
        subject_of(BASE, type(broken)("1 / 0\n", broken.spec))


def test_a_loss_that_does_not_depend_on_the_place_has_no_gradient() -> None:
    fixed = subject("mse", "value")
    path = PATHS["residual"](fixed, {})
    held = path._replace(arguments=lambda place: tuple(part.detach() for part in path.arguments(place)))
    assert at(fixed, held, 2.0) == (4.0, 0.0)
