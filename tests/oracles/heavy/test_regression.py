"""Losses of regression beside torchvision, torchmetrics, kornia, MONAI and transformers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from tests.oracles.comparison import Loss, agree, options
from tests.oracles.numerical import Array, least_squares, numerical
from tests.oracles.samples import Inputs, criterion, reals, samples

NUMERICAL = 1e-7
"""Tolerance where the gradient is made of differences."""

pytestmark = pytest.mark.filterwarnings("ignore")
ops = pytest.importorskip("torchvision.ops")
metrics = pytest.importorskip("torchmetrics.functional.regression")
kornia = pytest.importorskip("kornia.losses")
monai = pytest.importorskip("monai.losses")
detection = pytest.importorskip("transformers.loss.loss_for_object_detection")


@st.composite
def boxes(draw: st.DrawFn) -> Inputs:
    """Predicted and true boxes x1, y1, x2, y2 [B, 4]: apart, overlapping, inside, in one row or column, equal."""
    count, generator = draw(st.integers(1, 6)), torch.Generator().manual_seed(draw(st.integers(0, 2**32 - 1)))
    start, size = torch.rand(2, 2, count, 2, dtype=torch.float64, generator=generator)
    prediction, target = torch.cat([start, start + 0.02 + size], dim=-1)
    same = (torch.rand(count, 2, generator=generator) < 0.3).repeat(1, 2)  # both ends of an axis
    return torch.where(same, target, prediction).requires_grad_(), target


def mean(loss: Loss, **settings: float) -> Loss:
    return lambda prediction, target: loss(prediction, target, reduction="mean", **settings)


@given(inputs=samples(reals))
def test_log_cosh(inputs: Inputs) -> None:
    """A hyperbolic secant distribution, but for its constant; torchmetrics takes the exponential of the error."""
    ours = criterion("log_cosh")
    theirs = lambda p, y: metrics.log_cosh_error(p.flatten(), y.flatten())  # noqa: E731
    agree(ours, theirs, inputs, tolerance=1e-8)  # softplus(x) is x from 20 on
    agree(ours, numerical(lambda p, y: -stats.hypsecant.logpdf(p - y) - np.log(np.pi)), inputs, tolerance=NUMERICAL)


def test_log_cosh_does_not_overflow_where_torchmetrics_does() -> None:
    far, zero = torch.tensor([100.0]), torch.zeros(1)
    assert metrics.log_cosh_error(far, zero).isinf()
    assert criterion("log_cosh")(far, zero).item() == pytest.approx(100 - np.log(2))


@given(inputs=samples(reals), scale=st.floats(0.05, 20))
def test_cauchy(inputs: Inputs, scale: float) -> None:
    """Kornia's has one scale, the root of 2; SciPy's is a sum."""
    theirs = mean(kornia.cauchy_loss)
    with options("cauchy", SCALE=scale):
        agree(criterion("cauchy"), least_squares("cauchy", scale), inputs, factor=1 / inputs[1].numel())
        root = 2**0.5 / scale
        agree(criterion("cauchy"), lambda p, y: theirs(root * p, root * y), inputs, factor=scale**2 / 2)
    with options("cauchy", SCALE=2**0.5):
        agree(criterion("cauchy"), theirs, inputs)


@given(inputs=samples(reals, 2))
def test_crps_gaussian(inputs: Inputs) -> None:
    """Mean distance of forecast and target, less half that of two forecasts; torchmetrics takes such forecasts."""

    def reference(p: Array, y: Array) -> Array:
        location, std = p[..., 0], np.exp(p[..., 1] / 2)
        distance = stats.foldnorm.mean(abs(y - location) / std, scale=std)
        return distance - stats.foldnorm.mean(0, scale=2**0.5 * std) / 2

    def ensemble(prediction: Tensor, target: Tensor) -> Tensor:
        levels = (torch.arange(400, dtype=torch.float64) + 0.5) / 400
        members = prediction[..., :1] + (prediction[..., 1:] / 2).exp() * torch.special.ndtri(levels)
        return metrics.continuous_ranked_probability_score(members.flatten(0, -2), target.flatten())

    agree(criterion("crps_gaussian"), numerical(reference), inputs, tolerance=NUMERICAL)
    agree(criterion("crps_gaussian"), ensemble, inputs, tolerance=5e-3)


@given(inputs=boxes())
def test_giou(inputs: Inputs) -> None:
    """MONAI computes in float32, with a smaller epsilon."""
    agree(criterion("giou"), mean(ops.generalized_box_iou_loss), inputs)
    agree(criterion("giou"), monai.BoxGIoULoss(), inputs, tolerance=1e-3)


@given(inputs=boxes())
def test_diou(inputs: Inputs) -> None:
    agree(criterion("diou"), mean(ops.distance_box_iou_loss), inputs)


@given(inputs=boxes())
def test_ciou(inputs: Inputs) -> None:
    agree(criterion("ciou"), mean(ops.complete_box_iou_loss), inputs)


def test_ciou_has_a_gradient_where_torchvision_has_none() -> None:
    flat, target = torch.tensor([[0.2, 0.3, 0.6, 0.3]]), torch.tensor([[0.1, 0.1, 0.5, 0.4]])
    gradients = [
        torch.autograd.functional.jacobian(lambda p, loss=loss: loss(p, target), flat)
        for loss in (criterion("ciou"), mean(ops.complete_box_iou_loss))
    ]
    assert [gradient.isfinite().all().item() for gradient in gradients] == [True, False]


@given(inputs=boxes())
def test_box_losses_of_torchvision_are_not_reduced_unless_told(inputs: Inputs) -> None:
    for loss in (ops.generalized_box_iou_loss, ops.distance_box_iou_loss, ops.complete_box_iou_loss):
        assert loss(*inputs).shape == inputs[1].shape[:1]


def centered(corners: Tensor) -> Tensor:
    start, end = corners.chunk(2, dim=-1)
    return torch.cat([(start + end) / 2, end - start], dim=-1)


def detr(prediction: Tensor, target: Tensor) -> Mapping[str, Tensor]:
    """Both terms of DETR, of boxes that are matched in order."""
    everything = torch.arange(len(target))
    terms = detection.ImageLoss(matcher=None, num_classes=1, eos_coef=0.1, losses=["boxes"])
    outputs, targets = {"pred_boxes": centered(prediction)[None]}, [{"boxes": centered(target)}]
    found: Mapping[str, Tensor] = terms.loss_boxes(outputs, targets, [(everything, everything)], len(target))
    return found


@given(inputs=boxes(), weights=st.tuples(st.floats(0, 10), st.floats(0, 10)))
def test_l1_giou(inputs: Inputs, weights: tuple[float, float]) -> None:
    """DETR takes the L1 of centre and size, and no epsilon."""
    first, second = weights

    def composed(p: Tensor, y: Tensor) -> Tensor:
        return 4 * first * F.l1_loss(p, y) + second * mean(ops.generalized_box_iou_loss)(p, y)

    def with_centers(p: Tensor, y: Tensor) -> Tensor:
        change = F.l1_loss(centered(p), centered(y)) - F.l1_loss(p, y)
        return criterion("l1_giou")(p, y) + 4 * first * change

    def theirs(p: Tensor, y: Tensor) -> Tensor:
        terms = detr(p, y)
        return first * terms["loss_bbox"] + second * terms["loss_giou"]

    with options("l1_giou", L1_WEIGHT=first, GIOU_WEIGHT=second):
        agree(criterion("l1_giou"), composed, inputs)
        agree(with_centers, theirs, inputs, tolerance=1e-3)
