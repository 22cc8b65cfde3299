"""The losses, conversions and decisions of regression, against independent references in float64."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats
from sklearn import metrics
from torch import Tensor, nn

from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("regression.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
Array = np.ndarray[Any, np.dtype[np.float64]]
Reference = Callable[[Array, Array], Any]


@cache
def criterion(name: str) -> Callable[[Tensor, Tensor], Tensor]:
    found: Callable[[Tensor, Tensor], Tensor] = template(f"losses.{name}").criterion
    return found


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def logs(prediction: Array, target: Array) -> tuple[Array, Array, Array]:
    """Location, exp(second output) and the target."""
    return prediction[..., 0], np.exp(prediction[..., 1]), target


def cauchy(prediction: Array, target: Array) -> Array:
    scale = template("losses.cauchy").SCALE
    return scale**2 / 2 * np.log(1 + ((prediction - target) / scale) ** 2)


def pinball(prediction: Array, target: Array) -> float:
    levels = template("losses.pinball").QUANTILES
    return float(np.mean([metrics.mean_pinball_loss(target, prediction[:, i], alpha=q) for i, q in enumerate(levels)]))


def gaussian(prediction: Array, target: Array) -> Array:
    mean, variance, y = logs(prediction, target)
    return -stats.norm(mean, np.sqrt(variance)).logpdf(y) - np.log(2 * np.pi) / 2


def beta_weighted(prediction: Array, target: Array) -> Array:
    return gaussian(prediction, target) * np.exp(prediction[..., 1]) ** 0.5


def crps(prediction: Array, target: Array) -> Array:
    """The integral that defines it, of (CDF - step at the target) squared."""
    means, variances, ys = logs(prediction, target)

    def score(mean: float, std: float, y: float) -> float:
        below = integrate.quad(lambda x: stats.norm.cdf(x, mean, std) ** 2, mean - 12 * std, y)[0]
        return float(below + integrate.quad(lambda x: stats.norm.sf(x, mean, std) ** 2, y, mean + 12 * std)[0])

    return np.array([score(*row) for row in zip(means, np.sqrt(variances), ys, strict=True)])


def student_t(prediction: Array, target: Array) -> Array:
    location, scale, y = logs(prediction, target)
    return -stats.t(template("losses.student_t_nll").DF, location, scale).logpdf(y)


def log_normal(prediction: Array, target: Array) -> Array:
    location, scale, y = logs(prediction, target)
    return -stats.lognorm(scale, scale=np.exp(location)).logpdf(y)


def hurdle(prediction: Array, target: Array) -> Array:
    probability = 1 / (1 + np.exp(-prediction[:, 0]))
    rows = zip(probability, prediction[:, 1:], target, strict=True)
    return np.array([-np.log(p) + log_normal(two, y) if y > 0 else -np.log(1 - p) for p, two, y in rows])


def poisson(prediction: Array, target: Array) -> Array:
    return -stats.poisson(np.exp(prediction)).logpmf(target) - np.array(
        [np.sum(np.log(np.arange(1, y + 1))) for y in target]
    )


def negative_binomial(prediction: Array, target: Array) -> Array:
    log_mean, dispersion, y = logs(prediction, target)
    return -stats.nbinom(1 / dispersion, 1 / (1 + dispersion * np.exp(log_mean))).logpmf(y)


def gamma(prediction: Array, target: Array) -> Array:
    """A Gamma of shape 1 is an exponential distribution, any other shape scales this."""
    return -stats.expon(scale=np.exp(prediction)).logpdf(target)


def tweedie(prediction: Array, target: Array) -> float:
    return float(metrics.mean_tweedie_deviance(target, np.exp(prediction), power=1.5))


def beta_distribution(prediction: Array, target: Array) -> Array:
    mean, precision = 1 / (1 + np.exp(-prediction[..., 0])), np.exp(prediction[..., 1])
    return -stats.beta(mean * precision, (1 - mean) * precision).logpdf(target)


def angle_error(prediction: Array, target: Array) -> Array:
    return np.arctan2(prediction[:, 0], prediction[:, 1]) - target


def von_mises(prediction: Array, target: Array) -> Array:
    concentration = np.hypot(prediction[:, 0], prediction[:, 1])
    return -stats.vonmises(concentration).logpdf(angle_error(prediction, target))


def iou_parts(a: Array, b: Array) -> tuple[float, float, Array]:
    """IoU, union, and the box around both, by the definitions."""
    sides = [max(0.0, min(a[i + 2], b[i + 2]) - max(a[i], b[i])) for i in (0, 1)]
    inner = sides[0] * sides[1]
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inner
    return inner / union, union, np.array([*np.minimum(a, b)[:2], *np.maximum(a, b)[2:]])


def giou(prediction: Array, target: Array) -> Array:
    found = []
    for a, b in zip(prediction, target, strict=True):
        iou, union, hull = iou_parts(a, b)
        area = (hull[2] - hull[0]) * (hull[3] - hull[1])
        found.append(1 - iou + (area - union) / area)
    return np.array(found)


def diou(prediction: Array, target: Array) -> Array:
    found = []
    for a, b in zip(prediction, target, strict=True):
        iou, _, hull = iou_parts(a, b)
        distance = np.sum(((a[:2] + a[2:]) / 2 - (b[:2] + b[2:]) / 2) ** 2)
        found.append(1 - iou + distance / np.sum((hull[2:] - hull[:2]) ** 2))
    return np.array(found)


def ciou(prediction: Array, target: Array) -> Array:
    found = []
    for a, b, base in zip(prediction, target, diou(prediction, target), strict=True):
        slants = [np.arctan((box[2] - box[0]) / (box[3] - box[1])) for box in (a, b)]
        v = 4 / np.pi**2 * (slants[0] - slants[1]) ** 2
        found.append(base + v * v / (1 - iou_parts(a, b)[0] + v))
    return np.array(found)


def boxes(count: int = 16) -> Tensor:
    low, size = torch.rand(2, count, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(count))
    return torch.cat([low / 2, low / 2 + 0.05 + size / 2.5], dim=1)


REAL, POSITIVE = random(12, seed=1) * 3, random(12, seed=2).exp()
COUNTS = torch.arange(12.0, dtype=torch.float64)
LUMPED = (random(12, seed=3).exp() - 1).clamp(min=0)
SHARES = torch.linspace(0.05, 0.95, 12, dtype=torch.float64)
TURNS = torch.linspace(0, 6.2, 12, dtype=torch.float64)

OWN: dict[str, tuple[Reference, Tensor, Tensor]] = {
    "log_cosh": (lambda p, y: np.log(np.cosh(p - y)), random(12), REAL),
    "cauchy": (cauchy, random(12), REAL),
    "pinball": (pinball, random(12, 3), REAL),
    "gaussian_nll": (gaussian, random(12, 2), REAL),
    "gaussian_nll_torch": (gaussian, random(12, 2), REAL),
    "beta_nll": (beta_weighted, random(12, 2), REAL),
    "crps_gaussian": (crps, random(12, 2), REAL),
    "student_t_nll": (student_t, random(12, 2), REAL),
    "poisson_nll": (poisson, random(12), COUNTS),
    "negative_binomial_nll": (negative_binomial, random(12, 2), COUNTS),
    "gamma_nll": (gamma, random(12), POSITIVE),
    "tweedie": (tweedie, random(12), LUMPED),
    "log_mse": (lambda z, y: (z - np.log(y)) ** 2, random(12), POSITIVE),
    "log_l1": (lambda z, y: np.abs(z - np.log(y)), random(12), POSITIVE),
    "msle": (lambda z, y: metrics.mean_squared_log_error(y, np.exp(z)), random(12), LUMPED),
    "log_normal_nll": (log_normal, random(12, 2), POSITIVE),
    "hurdle_log_normal_nll": (hurdle, random(12, 3), LUMPED),
    "bce_fraction": (lambda z, y: np.log(1 + np.exp(z)) - y * z, random(12), SHARES),
    "beta_distribution_nll": (beta_distribution, random(12, 2), SHARES),
    "cosine_angle": (lambda p, y: 1 - np.cos(angle_error(p, y)), random(12, 2), TURNS),
    "von_mises_nll": (von_mises, random(12, 2), TURNS),
    "sin_cos_mse": (lambda p, y: (p - np.stack([np.sin(y), np.cos(y)], 1)) ** 2, random(12, 2), TURNS),
    "giou": (giou, boxes(), boxes().roll(1, 0)),
    "diou": (diou, boxes(), boxes().roll(1, 0)),
    "ciou": (ciou, boxes(), boxes().roll(1, 0)),
    "l1_giou": (
        lambda p, y: 5 * np.abs(p - y).sum(1) + 2 * giou(p, y),
        boxes(),
        boxes().roll(1, 0),
    ),
}
STOPPED = {"beta_nll", "ciou"}
"""Losses with a weight that lets no gradient through."""


@pytest.mark.parametrize("name", OWN)
def test_a_loss_equals_its_reference(name: str) -> None:
    reference, prediction, target = OWN[name]
    wanted = np.mean(reference(prediction.numpy(), target.numpy()))
    assert criterion(name)(prediction, target).item() == pytest.approx(wanted, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", sorted(OWN.keys() - STOPPED))
def test_a_gradient_is_that_of_the_value(name: str) -> None:
    _, prediction, target = OWN[name]
    assert torch.autograd.gradcheck(
        lambda p: criterion(name)(p, target), prediction.clone().requires_grad_(), atol=1e-4
    )


@pytest.mark.parametrize("name", sorted(OWN))
def test_float32_gives_what_float64_gives(name: str) -> None:
    _, prediction, target = OWN[name]
    single = criterion(name)(prediction.float(), target.float())
    assert single.dtype == torch.float32
    assert single.item() == pytest.approx(criterion(name)(prediction, target).item(), rel=1e-4, abs=1e-5)


def test_beta_nll_gives_the_mean_back_the_gradient_that_the_variance_took() -> None:
    prediction = random(12, 2).requires_grad_()
    criterion("beta_nll")(prediction, REAL).backward()
    assert prediction.grad is not None
    mean, variance = prediction[:, 0].detach(), prediction[:, 1].detach().exp()
    assert torch.allclose(prediction.grad[:, 0] * 12, variance**0.5 * (mean - REAL) / variance)
    assert torch.allclose(prediction.grad[:, 1] * 12, variance**0.5 * (1 - (mean - REAL) ** 2 / variance) / 2)


def test_the_aspect_ratio_of_ciou_is_weighed_and_the_weight_is_not_learned() -> None:
    prediction = boxes().requires_grad_()
    target = boxes().roll(1, 0)
    criterion("ciou")(prediction, target).backward()
    other = boxes().requires_grad_()
    criterion("diou")(other, target).backward()
    assert prediction.grad is not None
    assert other.grad is not None
    left = prediction.detach().clone().requires_grad_()
    slant = [torch.atan((box[:, 2] - box[:, 0]) / (box[:, 3] - box[:, 1])) for box in (left, target)]
    v = 4 / np.pi**2 * (slant[0] - slant[1]) ** 2
    iou = torch.tensor([iou_parts(a, b)[0] for a, b in zip(left.detach().numpy(), target.numpy(), strict=True)])
    (v * (v / (1 - iou + v)).detach()).mean().backward()
    assert left.grad is not None
    assert torch.allclose(prediction.grad, other.grad + left.grad, atol=1e-5)


def test_negative_binomial_becomes_poisson_without_losing_digits() -> None:
    log_mean = torch.linspace(-2, 6, 12)
    counts = torch.linspace(0, 500, 12).round()
    prediction = torch.stack([log_mean, torch.full((12,), -10.0)], dim=1)
    wanted = np.mean(negative_binomial(prediction.double().numpy(), counts.numpy()))
    assert criterion("negative_binomial_nll")(prediction, counts).item() == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(("low", "high"), [(0.09, 0.11), (1e-4, 1e-3), (5.0, 50.0)])
def test_negative_binomial_has_no_step_where_its_series_ends(low: float, high: float) -> None:
    dispersion = torch.linspace(low, high, 200, dtype=torch.float64)
    prediction = torch.stack([torch.full_like(dispersion, 1.5), dispersion.log()], dim=1)
    counts = torch.full_like(dispersion, 7)
    values = [
        criterion("negative_binomial_nll")(p[None], y[None]).item() for p, y in zip(prediction, counts, strict=True)
    ]
    assert values == pytest.approx(list(negative_binomial(prediction.numpy(), counts.numpy())), abs=4e-6)


EXTREME: dict[str, tuple[list[Any], list[float]]] = {
    "log_cosh": ([1e4, -1e4], [0.0, 0.0]),
    "cauchy": ([1e9, -1e9], [0.0, 0.0]),
    "pinball": ([[1e9] * 3, [-1e9] * 3], [0.0, 0.0]),
    "gaussian_nll": ([[1e3, -100.0], [1e3, 100.0]], [0.0, 0.0]),
    "beta_nll": ([[1e3, -100.0], [1e3, 100.0]], [0.0, 0.0]),
    "crps_gaussian": ([[1e3, -100.0], [1e3, 100.0]], [0.0, 0.0]),
    "student_t_nll": ([[1e9, -100.0], [1e9, 100.0]], [0.0, 0.0]),
    "negative_binomial_nll": ([[80.0, -100.0], [-80.0, 100.0], [80.0, 100.0]], [0.0, 1e6, 3.0]),
    "log_normal_nll": ([[80.0, -100.0], [-80.0, 100.0]], [1e-30, 1e30]),
    "hurdle_log_normal_nll": ([[100.0, 80.0, -100.0], [-100.0, -80.0, 100.0]], [0.0, 1e30]),
    "bce_fraction": ([200.0, -200.0], [0.0, 1.0]),
    "beta_distribution_nll": ([[200.0, 100.0], [-200.0, -100.0], [0.0, 100.0]], [0.0, 1.0, 1.0]),
    "msle": ([200.0, -200.0], [0.0, 1e9]),
    "cosine_angle": ([[1e9, 0.0], [1e-9, 0.0], [0.0, 0.0]], [0.0, 1.0, 2.0]),
    "von_mises_nll": ([[1e6, 1e6], [0.0, 0.0]], [3.0, 1.0]),
    "sin_cos_mse": ([[1e9, 0.0]], [0.0]),
    "giou": ([[0.5, 0.5, 0.5, 0.5], [0.0, 0.0, 1.0, 0.0]], [0.2, 0.2, 0.4, 0.4]),
    "diou": ([[0.5, 0.5, 0.5, 0.5], [0.0, 0.0, 1.0, 0.0]], [0.2, 0.2, 0.4, 0.4]),
    "ciou": ([[0.5, 0.5, 0.5, 0.6], [0.0, 0.0, 1.0, 0.0]], [0.2, 0.2, 0.4, 0.4]),
}


@pytest.mark.parametrize("name", EXTREME)
def test_extreme_predictions_stay_finite(name: str) -> None:
    inputs, targets = EXTREME[name]
    prediction = torch.tensor(inputs, requires_grad=True)
    target = torch.tensor(targets)
    loss = criterion(name)(prediction, target.expand(2, 4) if name.endswith("iou") else target)
    loss.backward()
    assert prediction.grad is not None
    assert loss.isfinite()
    assert prediction.grad.isfinite().all()


@pytest.mark.parametrize("name", CASES["settles"])
def test_a_constant_prediction_settles_where_the_loss_wants_it(name: str) -> None:
    target = torch.tensor([0.0] * 9 + [100.0], dtype=torch.float64)
    loss = criterion(name)
    found = optimize.minimize_scalar(
        lambda c: loss(torch.full_like(target, c), target).item(),
        bounds=(-1, 20),
        method="bounded",
        options={"xatol": 1e-7},
    )
    assert found.x == pytest.approx(CASES["settles"][name], abs=2e-3)


@pytest.mark.parametrize("delta", [0.1, 0.5, 1.0, 3.0])
def test_huber_is_smooth_l1_times_delta(delta: float) -> None:
    prediction = random(12)
    wanted = delta * F.smooth_l1_loss(prediction, REAL, beta=delta)
    assert F.huber_loss(prediction, REAL, delta=delta).item() == pytest.approx(wanted.item())


def test_a_high_quantile_charges_more_for_too_low_than_for_too_high(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template("losses.pinball"), "QUANTILES", [0.9])
    target = torch.zeros(1)
    assert criterion("pinball")(torch.tensor([[-1.0]]), target).item() == pytest.approx(0.9)
    assert criterion("pinball")(torch.tensor([[1.0]]), target).item() == pytest.approx(0.1)


def test_half_the_absolute_error_is_the_pinball_loss_of_the_median(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template("losses.pinball"), "QUANTILES", [0.5])
    prediction = random(12)
    half = F.l1_loss(prediction, REAL).item() / 2
    assert criterion("pinball")(prediction[:, None], REAL).item() == pytest.approx(half)


def test_cosine_of_the_error_is_half_its_square_near_zero() -> None:
    angle = torch.tensor([0.01], dtype=torch.float64)
    prediction = torch.stack([angle.sin(), angle.cos()], dim=1) * 7
    assert criterion("cosine_angle")(prediction, torch.zeros(1)).item() == pytest.approx(0.00005, rel=1e-3)


SIDE = st.floats(0.01, 1.0)
BOX = st.tuples(st.floats(0, 1), st.floats(0, 1), SIDE, SIDE).map(lambda b: [b[0], b[1], b[0] + b[2], b[1] + b[3]])
OVERLAP = ["giou", "diou", "ciou"]


@pytest.mark.parametrize("name", OVERLAP)
@given(a=BOX, b=BOX)
def test_overlap_losses_keep_their_bounds_and_do_not_care_who_is_who_or_about_size(
    name: str, a: list[float], b: list[float]
) -> None:
    first, second = (torch.tensor([box], dtype=torch.float64) for box in (a, b))
    loss = criterion(name)
    value = loss(first, second).item()
    assert -1e-6 <= value <= BASE.loss(name).proof["bounds"][1] + 1e-6
    assert loss(first, first).item() == pytest.approx(0, abs=2e-3)
    assert loss(second, first).item() == pytest.approx(value, abs=1e-9)
    assert loss(first * 40 + 3, second * 40 + 3).item() == pytest.approx(value, abs=3e-3)


@pytest.mark.parametrize("name", OVERLAP)
def test_boxes_that_are_apart_are_drawn_together(name: str) -> None:
    prediction = torch.tensor([[0.0, 0.0, 0.1, 0.1]], requires_grad=True)
    target = torch.tensor([[0.6, 0.7, 0.9, 0.9]])
    criterion(name)(prediction, target).backward()
    assert prediction.grad is not None
    before = criterion(name)(prediction, target)
    after = criterion(name)(prediction.detach() - 1e-2 * prediction.grad, target)
    assert prediction.grad.abs().sum() > 0
    assert after < before


@pytest.mark.parametrize(("a", "b", "wanted"), [([0, 0, 1, 1], [0, 0, 1, 1], 0), ([0, 0, 1, 1], [2, 0, 3, 1], 4 / 3)])
def test_giou_of_simple_boxes(a: list[float], b: list[float], wanted: float) -> None:
    first, second = torch.tensor([a], dtype=torch.float64), torch.tensor([b], dtype=torch.float64)
    assert criterion("giou")(first, second).item() == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("name", OVERLAP)
def test_torchvision_says_the_same(name: str) -> None:
    pytest.importorskip("torchvision.ops")
    first, second = boxes(), boxes().roll(1, 0)
    assert torch.allclose(criterion(name)(first, second), criterion(f"{name}_torchvision")(first, second), atol=1e-6)


@pytest.mark.parametrize("program", ["quantiles", "forecast_quantiles"])
def test_quantiles_never_cross(program: str) -> None:
    head = template(f"programs.regression.{program}").Increasing()
    assert (head(random(500, 5) * 50).diff(dim=-1) >= 0).all()


def test_boxes_are_never_inverted() -> None:
    found = template("programs.regression.box").Corners()(random(500, 4).float() * 10)
    assert (found[:, 2:] >= found[:, :2]).all()


def test_offsets_from_an_anchor_lead_back_to_the_box() -> None:
    program = template("programs.regression.deltas")
    anchors, wanted = boxes().roll(3, 0), boxes()
    assert torch.allclose(program.decode(program.encode(wanted, anchors), anchors), wanted)


def test_offsets_weigh_shifts_and_log_sizes_as_faster_r_cnn_does() -> None:
    program = template("programs.regression.deltas")
    box, anchor = torch.tensor([[1.0, 1.0, 3.0, 5.0]]), torch.tensor([[0.0, 0.0, 2.0, 2.0]])
    assert program.encode(box, anchor)[0].tolist() == pytest.approx([5.0, 10.0, 0.0, 5 * np.log(2)])


CONTRACTS = [BASE.contract(key) for key, file in BASE.contracts.items() if file.endswith("regression.yaml")]
CONVERSIONS = [(record.id, key) for record in CONTRACTS for key, name in record.stored.items() if name != "as-is"]


CANONICAL = {"angle": TURNS, "fraction": SHARES, "count": COUNTS, "amount": COUNTS + 1, "value": COUNTS}


@pytest.mark.parametrize(("contract", "target"), CONVERSIONS)
def test_a_conversion_undoes_how_targets_are_stored(contract: str, target: str) -> None:
    record = BASE.contract(contract)
    part = template(f"targets.{record.stored[target]}")
    four = record.target.shape[-1] == "4"
    wanted = (boxes() if four else SHARES if "fraction" in contract else CANONICAL[record.target.kind]).float()
    step = 0.01 if target == "integers" else 1e-5
    if target == "integers" and contract == "angle":
        step = 2 * np.pi / 360
    stored = part.store(wanted.clone())
    assert stored.is_floating_point() is not (target == "integers")
    assert torch.allclose(part.convert(stored), wanted, atol=step)


@pytest.mark.parametrize(("contract", "target"), CONVERSIONS)
def test_a_missing_target_is_missing_after_the_conversion(contract: str, target: str) -> None:
    record = BASE.contract(contract)
    part = template(f"targets.{record.stored[target]}")
    wanted = torch.zeros(4, 4) + 0.5 if record.target.shape[-1] == "4" else torch.full((4,), 0.5)
    wanted[1] = torch.nan
    found = part.convert(part.store(wanted))
    assert found.dtype == torch.float32
    assert found.isnan().equal(wanted.isnan())


def test_whole_turns_change_no_angle() -> None:
    for name in ("degrees_to_radians", "radians_to_turn", "cycle_to_radians", "integer_cycle_to_radians"):
        part = template(f"targets.{name}")
        turn = getattr(part, "PERIOD", 2 * np.pi if name == "radians_to_turn" else 360)
        start = torch.tensor([turn / 12])
        assert torch.allclose(part.convert(start - turn), part.convert(start + 3 * turn), atol=1e-5)


def test_every_combination_of_answers_is_decided_once() -> None:
    table = BASE.table("regression")
    assert coverage.gaps(table) == []
    assert list(coverage.overlaps(table)) == []
    assert list(coverage.dead(table)) == []


def test_questions_that_belong_to_other_tasks_change_nothing() -> None:
    assert decide(BASE, {"task": "regression", "head": "deltas", "dispersion": "equal"}).unused == (
        "dispersion",
        "head",
    )


WRONG: dict[str, Callable[[], Any]] = {
    "broadcast-shapes": lambda: nn.MSELoss()(torch.zeros(8, 1), torch.zeros(8)),
    "huber-float64": lambda: nn.HuberLoss()(torch.zeros(8, requires_grad=True), torch.zeros(8).double()).backward(),
    "std-as-variance": lambda: nn.GaussianNLLLoss()(torch.zeros(2), torch.zeros(2), torch.tensor([1.0, -1.0])),
    "huber-is-not-smooth-l1": lambda: nn.HuberLoss(delta=0.0)(torch.zeros(2), torch.zeros(2)),
    "percent-as-fraction": lambda: nn.BCELoss()(torch.full((2,), 0.5), torch.full((2,), 50.0)),
}


@pytest.mark.parametrize("pitfall", WRONG)
def test_a_pitfall_quotes_the_error_that_torch_raises(pitfall: str) -> None:
    with pytest.raises((RuntimeError, ValueError, UserWarning)) as caught:
        WRONG[pitfall]()
    told = f"{caught.type.__name__}: {caught.value}".replace("\n", " ")
    assert any(told.startswith(text) for text in BASE.pitfall(pitfall).errors), told


SILENT: dict[str, Callable[[], Tensor]] = {
    "silent-broadcast": lambda: nn.PoissonNLLLoss()(torch.zeros(8, 1), torch.ones(8)),
    "std-as-variance": lambda: nn.GaussianNLLLoss()(torch.zeros(8), torch.ones(8), torch.full((8,), 0.1)),
    "percent-as-fraction": lambda: nn.BCEWithLogitsLoss()(torch.ones(8), torch.full((8,), 50.0)),
    "inverted-boxes": lambda: criterion("giou")(
        torch.tensor([[8.0, 8.0, 2.0, 2.0]]), torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    ),
}


@pytest.mark.parametrize("pitfall", SILENT)
def test_a_silent_pitfall_raises_nothing(pitfall: str) -> None:
    assert SILENT[pitfall]().isfinite()
    assert BASE.pitfall(pitfall).silent
