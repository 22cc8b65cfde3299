"""Losses of classification beside kornia, MONAI, timm, torchvision, torchmetrics and other large libraries."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import hinge_loss
from torch import Tensor

from tests.oracles.comparison import agree
from tests.oracles.labelled import DRAWS, GAMMAS, MARGINS, Array, Draws, agree_along, ours

pytestmark = pytest.mark.filterwarnings("ignore")
balanced_loss = pytest.importorskip("balanced_loss")
dlordinal = pytest.importorskip("dlordinal.losses")
kornia = pytest.importorskip("kornia.losses")
monai = pytest.importorskip("monai.losses")
smp = pytest.importorskip("segmentation_models_pytorch.losses")
timm = pytest.importorskip("timm.loss")
torchmetrics = pytest.importorskip("torchmetrics.functional.classification")
torchvision = pytest.importorskip("torchvision.ops")

FLOAT32 = 2e-5
"""Tolerance for libraries that compute in float32 by themselves."""
ALPHAS, SMOOTHINGS, BETAS = (
    st.sampled_from([0.1, 0.25, 0.5]),
    st.sampled_from([0.0, 0.1, 0.5]),
    st.sampled_from([0.9, 0.999]),
)


def labels(draws: Draws, *, soft: bool) -> Tensor:
    return draws.soft() if soft else draws.multi_hot()


# One of several classes.


@given(DRAWS, BETAS)
def test_class_balanced_cross_entropy_and_compute_class_weights(draws: Draws, beta: float) -> None:
    """timm gives the weights in float32, with a mean of 1: with class indices their scale drops out."""
    counts = draws.counts()
    kind, weight = timm.compute_class_weights(counts, sum(counts), method="effective_num", beta=beta)
    assert kind == "class_weight"
    agree(
        ours("class_balanced_cross_entropy", CLASS_COUNTS=counts, BETA=beta),
        torch.nn.CrossEntropyLoss(weight=weight.double()),
        (draws.logits(), draws.index()),
        tolerance=1e-6,
    )


@given(DRAWS, BETAS)
def test_class_balanced_cross_entropy_divides_by_the_weights_and_balanced_loss_by_n(draws: Draws, beta: float) -> None:
    counts, targets = draws.counts(), draws.index()
    weight = (1 - beta) / (1 - beta ** np.array(counts))
    weight *= draws.classes / weight.sum()
    theirs = balanced_loss.Loss("cross_entropy", beta=beta, samples_per_class=counts, class_balanced=True)
    agree(
        ours("class_balanced_cross_entropy", CLASS_COUNTS=counts, BETA=beta),
        lambda z, y: theirs(z.float(), y),
        (draws.logits(), targets),
        factor=1 / float(weight[targets].mean()),
        tolerance=FLOAT32,
    )


@given(DRAWS, GAMMAS)
def test_focal_cross_entropy_and_focal_loss(draws: Draws, gamma: float) -> None:
    """The mean over samples; kornia and MONAI divide by the classes as well."""
    focal, inputs = ours("focal_cross_entropy", GAMMA=gamma), (draws.logits(), draws.index())
    kornias = kornia.FocalLoss(alpha=None, gamma=gamma, reduction="mean")
    agree(focal, kornias, inputs, factor=draws.classes)
    monais = monai.FocalLoss(to_onehot_y=True, use_softmax=True, gamma=gamma)
    agree(focal, lambda z, y: monais(z, y[:, None]), inputs, factor=draws.classes, tolerance=FLOAT32)


@given(DRAWS, GAMMAS)
def test_focal_cross_entropy_is_of_a_softmax_and_smp_asks_each_class_for_itself(draws: Draws, gamma: float) -> None:
    logits, targets = draws.logits(), draws.index()
    one_hot = F.one_hot(targets, draws.classes).double()
    # Without alpha: it weighs yes and no by alpha and 1 - alpha, here both by a half.
    each = ours("sigmoid_focal", ALPHA=0.5, GAMMA=gamma)
    agree(
        lambda z: each(z, one_hot) * 2 / draws.classes,
        lambda z: smp.FocalLoss("multiclass", gamma=gamma)(z, targets),
        (logits,),
    )


@given(DRAWS, SMOOTHINGS)
def test_cross_entropy_smoothed_and_label_smoothing(draws: Draws, smoothing: float) -> None:
    inputs = draws.logits(), draws.index()
    smoothed = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)
    agree(smoothed, timm.LabelSmoothingCrossEntropy(smoothing), inputs)
    agree(smoothed, smp.SoftCrossEntropyLoss(smooth_factor=smoothing), inputs)
    if smoothing == 0.1:
        agree(ours("cross_entropy_smoothed"), timm.LabelSmoothingCrossEntropy(), inputs)


@given(DRAWS, MARGINS)
def test_crammer_singer_and_hinge_loss(draws: Draws, margin: float) -> None:
    """scikit-learn's margin is 1, so that scores are scaled; it knows several classes from three on."""
    classes = range(max(draws.classes, 3))

    def reference(scores: Array, targets: Array) -> float:
        return margin * float(hinge_loss(targets, scores / margin, labels=classes))

    scores = draws.normal(draws.batch, len(classes))
    agree_along(ours("crammer_singer", MARGIN=margin), reference, scores, draws.index(), step=1e-7)


@given(DRAWS)
def test_crammer_singer_and_multiclass_hinge_loss(draws: Draws) -> None:
    """torchmetrics takes the softmax of scores outside 0 .. 1."""
    scores, targets = draws.soft().requires_grad_(), draws.index()
    theirs = torchmetrics.multiclass_hinge_loss
    agree(ours("crammer_singer"), lambda z, y: theirs(z.clone(), y, draws.classes), (scores, targets))
    agree(
        lambda z, y: ours("crammer_singer")(z.softmax(dim=1), y),
        lambda z, y: theirs(z, y, draws.classes),
        ((scores.detach() + 2).requires_grad_(), targets),
    )


@given(DRAWS)
def test_soft_cross_entropy_and_soft_target_cross_entropy(draws: Draws) -> None:
    agree(ours("soft_cross_entropy"), timm.SoftTargetCrossEntropy(), (draws.logits(), draws.shares()))


# One of several ordered classes.


@given(DRAWS, st.sampled_from([0.5, 2.0, 4.0]))
def test_soft_ordinal_cross_entropy_and_sord_loss(draws: Draws, sharpness: float) -> None:
    inputs = draws.logits(), draws.index()
    spread = ours("soft_ordinal_cross_entropy", SHARPNESS=sharpness)
    agree(spread, dlordinal.SORDLoss(sharpness, draws.classes, inputs[1]), inputs)
    theirs = dlordinal.ExponentialLoss(torch.nn.CrossEntropyLoss(), draws.classes, tau=1 / sharpness)
    agree(spread, theirs, inputs, tolerance=FLOAT32)


@given(DRAWS)
def test_ranked_probability_score_and_emd_loss(draws: Draws) -> None:
    agree(ours("ranked_probability_score"), dlordinal.EMDLoss(draws.classes), (draws.logits(), draws.shares()))


# Yes or no, and several labels.


@given(DRAWS, st.booleans())
def test_bce_pos_weight_and_a_focal_loss_without_focus(draws: Draws, soft: bool) -> None:  # noqa: FBT001
    """kornia has pos_weight in its focal loss; at gamma 0 nothing else is left of it."""
    logits, targets, weight = (
        draws.normal(draws.batch, 1).requires_grad_(),
        labels(draws, soft=soft)[:, :1],
        draws.weights(),
    )
    theirs = kornia.BinaryFocalLossWithLogits(alpha=None, gamma=0.0, reduction="mean", pos_weight=weight[:1])
    agree(ours("bce_pos_weight", POS_WEIGHT=weight[0].item()), theirs, (logits, targets))


@given(DRAWS, st.booleans())
def test_bce_pos_weight_labels_and_a_focal_loss_without_focus(draws: Draws, soft: bool) -> None:  # noqa: FBT001
    weight, inputs = draws.weights(), (draws.logits(), labels(draws, soft=soft))
    theirs = kornia.BinaryFocalLossWithLogits(alpha=None, gamma=0.0, reduction="mean", pos_weight=weight)
    agree(ours("bce_pos_weight_labels", POS_WEIGHT=weight.tolist()), theirs, inputs)


def test_pos_weight_from_counts_and_compute_class_weights() -> None:
    found = ours("bce_pos_weight_labels").__globals__
    wanted = timm.compute_class_weights(found["CLASS_COUNTS"], found["NUM_SAMPLES"], method="neg_pos")
    assert wanted == ("pos_weight", pytest.approx(torch.tensor(found["POS_WEIGHT"])))
    negatives, positives = ours("bce_pos_weight").__globals__["CLASS_COUNTS"]
    (weight,) = timm.compute_class_weights([positives], negatives + positives)[1].tolist()
    assert ours("bce_pos_weight").__globals__["POS_WEIGHT"] == pytest.approx(weight)


@given(DRAWS, SMOOTHINGS)
def test_bce_smoothed_and_smoothed_labels(draws: Draws, smoothing: float) -> None:
    """segmentation-models-pytorch names the share of the wrong label, which is half of the smoothing."""
    smoothed, inputs = ours("bce_smoothed", LABEL_SMOOTHING=smoothing), (draws.logits(), draws.multi_hot())
    agree(smoothed, timm.BinaryCrossEntropy(smoothing, smooth_dense=True), inputs)
    agree(smoothed, smp.SoftBCEWithLogitsLoss(smooth_factor=smoothing / 2), inputs)


@given(DRAWS, ALPHAS, GAMMAS, st.booleans())
def test_sigmoid_focal_and_sigmoid_focal_loss(draws: Draws, alpha: float, gamma: float, soft: bool) -> None:  # noqa: FBT001
    inputs = draws.logits(), labels(draws, soft=soft)
    agree(
        ours("sigmoid_focal", ALPHA=alpha, GAMMA=gamma),
        lambda z, y: torchvision.sigmoid_focal_loss(z, y, alpha, gamma, "sum") / y.sum().clamp(min=1),
        inputs,
    )


@given(DRAWS, ALPHAS, GAMMAS)
def test_sigmoid_focal_is_over_the_positives_and_that_of_others_over_all(
    draws: Draws, alpha: float, gamma: float
) -> None:
    focal, inputs = ours("sigmoid_focal", ALPHA=alpha, GAMMA=gamma), (draws.logits(), draws.multi_hot())
    share = inputs[1].numel() / inputs[1].sum().clamp(min=1).item()
    agree(focal, kornia.BinaryFocalLossWithLogits(alpha, gamma, "mean"), inputs, factor=share)
    agree(focal, smp.FocalLoss("binary", alpha, gamma), inputs, factor=share)
    agree(focal, monai.FocalLoss(gamma=gamma, alpha=alpha), inputs, factor=share, tolerance=FLOAT32)


def test_sigmoid_focal_of_a_soft_label_mixes_p_t_and_that_of_kornia_two_losses() -> None:
    logits, half = torch.zeros(1, 1), torch.full((1, 1), 0.5)
    sure = 4 + logits
    kornias = kornia.BinaryFocalLossWithLogits(0.5, 2.0, "mean")
    ratio = ours("sigmoid_focal", ALPHA=0.5)(sure, half) / ours("sigmoid_focal", ALPHA=0.5)(logits, half)
    assert ratio.item() == pytest.approx((torch.cosh(sure / 2).log() / math.log(2) + 1).item())
    assert (kornias(sure, half) / kornias(logits, half)).item() > 1.5 * ratio.item()


@given(DRAWS, st.booleans())
def test_hinge_and_binary_hinge_loss(draws: Draws, several: bool) -> None:  # noqa: FBT001
    """torchmetrics takes the sigmoid of scores outside 0 .. 1."""
    scores, targets = draws.soft().requires_grad_(), draws.multi_hot()
    if not several:
        scores, targets = scores.detach()[:, 0].requires_grad_(), targets[:, 0]
    theirs = torchmetrics.binary_hinge_loss
    agree(ours("hinge"), lambda z, y: theirs(z, y.long()), (scores, targets))
    agree(
        lambda z, y: ours("hinge")(z.sigmoid(), y),
        lambda z, y: theirs(z, y.long()),
        ((scores.detach() + 2).requires_grad_(), targets),
    )


@given(DRAWS, MARGINS)
def test_hinge_and_hinge_embedding_loss(draws: Draws, margin: float) -> None:
    """PyTorch's hinge is for distances: of a pair that is unlike (-1), it's the hinge of its margin."""
    unlike: Callable[[Tensor, Tensor], Tensor] = lambda z, y: F.hinge_embedding_loss(  # noqa: E731
        (2 * y - 1) * z, -torch.ones_like(z), margin
    )
    agree(ours("hinge", MARGIN=margin), unlike, (draws.logits(), draws.multi_hot()))


@given(DRAWS, GAMMAS, GAMMAS, st.sampled_from([0.0, 0.05, 0.2]))
def test_asymmetric_and_asymmetric_loss_multi_label(
    draws: Draws, negative: float, positive: float, clip: float
) -> None:
    """timm sums over the labels by default, and computes in float32."""
    asymmetric = ours("asymmetric", GAMMA_NEGATIVE=negative, GAMMA_POSITIVE=positive, CLIP=clip)
    inputs = draws.logits(), draws.multi_hot()
    theirs = timm.AsymmetricLossMultiLabel(negative, positive, clip)
    agree(asymmetric, theirs, inputs, factor=1 / draws.classes, tolerance=FLOAT32)


def test_asymmetric_keeps_the_gradient_that_timm_clamps_away() -> None:
    logit, yes = torch.full((1, 1), -30.0, requires_grad=True), torch.ones(1, 1)
    (mine,) = torch.autograd.grad(ours("asymmetric")(logit, yes), logit)
    (other,) = torch.autograd.grad(timm.AsymmetricLossMultiLabel()(logit, yes), logit)
    assert mine.item() == pytest.approx(-1, abs=1e-3)
    assert other.item() == pytest.approx(0, abs=1e-6)


@given(DRAWS)
def test_zlpr_and_zlpr_loss(draws: Draws) -> None:
    agree(ours("zlpr"), timm.ZlprLoss(), (draws.logits(), draws.multi_hot()), tolerance=FLOAT32)
