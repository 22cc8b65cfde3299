"""Losses of classification beside scikit-learn, SciPy, coral-pytorch and pytorch-metric-learning."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from coral_pytorch.dataset import levels_from_labelbatch
from coral_pytorch.losses import coral_loss, corn_loss
from hypothesis import given
from hypothesis import strategies as st
from pytorch_metric_learning.losses import CosFaceLoss
from scipy.special import boxcox, expit, logsumexp, rel_entr, softmax
from sklearn.metrics import hinge_loss, log_loss, mean_absolute_error
from sklearn.utils.class_weight import compute_class_weight

from tests.losses.parts import template
from tests.oracles.comparison import agree
from tests.oracles.labelled import DRAWS, MARGINS, Array, Draws, agree_along, ours

KINKED = 1e-7
"""Step of the differences for hinges."""
TEMPERATURES = st.sampled_from([1.0, 2.5, 4.0])
SHARES = st.sampled_from([0.0, 0.1, 1.0])


def of_classes(logits: Array, targets: Array, weights: Array | None = None) -> float:
    """scikit-learn's log_loss of the softmax, of the samples that have a label."""
    known = targets >= 0
    classes = np.arange(logits.shape[-1])
    sample_weight = None if weights is None else weights[targets[known]]
    return float(log_loss(targets[known], softmax(logits[known], axis=-1), labels=classes, sample_weight=sample_weight))


def of_labels(logits: Array, targets: Array) -> float:
    """scikit-learn's log_loss of the sigmoids, each label for itself."""
    no_and_yes = np.stack([expit(-logits).ravel(), expit(logits).ravel()], axis=1)
    return float(log_loss(targets.ravel(), no_and_yes, labels=[0, 1]))


def right(logits: Array, targets: Array) -> Array:
    """p[y], [B]."""
    rows: Array = softmax(logits, axis=1)
    return rows[np.arange(len(rows)), targets]


def signed_hinge(scores: Array, targets: Array, margin: float, weights: Array | None = None) -> float:
    """scikit-learn's hinge_loss, whose margin is 1, of scaled scores.

    Two more samples that weigh nothing show it both labels: of one alone it can't tell which.
    """
    labels = np.append(2 * targets.ravel() - 1, [-1, 1])
    weights = np.append(np.ones(targets.size) if weights is None else weights, [0, 0])
    return margin * float(hinge_loss(labels, np.append(scores, [-1, 1]) / margin, sample_weight=weights))


# One of several classes.


@given(DRAWS)
def test_cross_entropy_and_log_loss(draws: Draws) -> None:
    agree_along(ours("cross_entropy"), of_classes, draws.logits(), draws.index())


@pytest.mark.parametrize("name", ["cross_entropy_weighted", "cross_entropy_tokens_weighted"])
@given(draws=DRAWS)
def test_weighted_cross_entropy_and_log_loss(name: str, draws: Draws) -> None:
    weights = draws.weights()
    loss = ours(name, CLASS_WEIGHTS=weights.tolist())
    agree_along(loss, lambda z, y: of_classes(z, y, weights.numpy()), draws.logits(), draws.index())


@pytest.mark.parametrize(
    "name", ["cross_entropy_weighted", "cross_entropy_tokens_weighted", "multi_margin_weighted", "hinge_weighted"]
)
def test_weights_from_counts_and_compute_class_weight(name: str) -> None:
    module = template(f"losses.{name}")
    labels = np.repeat(np.arange(len(module.CLASS_COUNTS)), module.CLASS_COUNTS)
    wanted = compute_class_weight("balanced", classes=np.unique(labels), y=labels)
    assert wanted == pytest.approx(module.CLASS_WEIGHTS)


@given(DRAWS)
def test_cross_entropy_two_logits_and_log_loss(draws: Draws) -> None:
    def reference(logits: Array, targets: Array) -> float:
        return of_labels(logits[:, 1] - logits[:, 0], targets)

    agree_along(ours("cross_entropy_two_logits"), reference, draws.normal(draws.batch, 2), draws.index() % 2)


@given(DRAWS)
def test_cross_entropy_tokens_and_log_loss(draws: Draws) -> None:
    labels = torch.cat([draws.index(), torch.full((2,), -100)])
    agree_along(ours("cross_entropy_tokens"), of_classes, draws.normal(len(labels), draws.classes), labels)


@given(DRAWS, st.sampled_from([0.0, 0.5, 1.0]))
def test_logit_adjusted_cross_entropy_and_logsumexp(draws: Draws, tau: float) -> None:
    counts = draws.counts()
    prior = np.array(counts) ** tau

    def balanced_softmax(logits: Array, targets: Array) -> float:
        chosen = logits[np.arange(len(logits)), targets]
        return float(np.mean(logsumexp(logits, axis=1, b=prior) - chosen - np.log(prior[targets])))

    loss = ours("logit_adjusted_cross_entropy", CLASS_COUNTS=counts, TAU=tau)
    agree_along(loss, balanced_softmax, draws.logits(), draws.index())


@given(DRAWS, MARGINS, st.sampled_from([1.0, 30.0]))
def test_ldam_and_cosface_with_a_margin_for_each_sample(draws: Draws, most: float, scale: float) -> None:
    counts, targets = draws.counts(), draws.index()
    cosface = CosFaceLoss(draws.classes, 4, scale=scale)
    cosface.W.data = draws.normal(4, draws.classes)
    directions = F.normalize(cosface.W.detach(), dim=0)
    rarity = min(counts) / torch.tensor(counts, dtype=torch.float64)
    cosface.margin = most * rarity[targets] ** 0.25
    ldam = ours("ldam", CLASS_COUNTS=counts, MAX_MARGIN=most, SCALE=scale)
    agree(
        lambda embeddings: ldam(F.normalize(embeddings, dim=1) @ directions, targets),
        lambda embeddings: cosface(embeddings, targets),
        (draws.normal(draws.batch, 4).requires_grad_(),),
    )


@given(DRAWS, st.sampled_from([0.1, 0.7, 1.0]))
def test_generalized_cross_entropy_and_boxcox(draws: Draws, q: float) -> None:
    agree_along(
        ours("generalized_cross_entropy", Q=q),
        lambda z, y: float(-boxcox(right(z, y), q).mean()),
        draws.logits(),
        draws.index(),
    )


@given(DRAWS, st.sampled_from([(0.1, 1.0, -9.21), (6.0, 0.1, -4.0)]))
def test_symmetric_cross_entropy_and_mean_absolute_error(draws: Draws, constants: tuple[float, float, float]) -> None:
    alpha, beta, log_zero = constants

    def reference(logits: Array, targets: Array) -> float:
        """The reverse term is the absolute error of the probabilities, of which the classes have half each way."""
        error = mean_absolute_error(np.eye(draws.classes)[targets], softmax(logits, axis=1))
        return alpha * of_classes(logits, targets) - beta * log_zero * draws.classes / 2 * float(error)

    loss = ours("symmetric_cross_entropy", ALPHA=alpha, BETA=beta, LOG_ZERO=log_zero)
    agree_along(loss, reference, draws.logits(), draws.index())


def pairs(scores: Array, targets: Array, margin: float, weights: Array) -> float:
    """The hinge of each right class against each wrong one, weighted, divided by N * C."""
    wrong = np.arange(scores.shape[1]) != targets[:, None]
    ahead = np.take_along_axis(scores, targets[:, None], axis=1) - scores
    share = np.broadcast_to(weights[targets][:, None], scores.shape)[wrong]
    return signed_hinge(ahead[wrong], np.ones(wrong.sum()), margin, share) * float(share.sum()) / scores.size


@given(DRAWS, MARGINS)
def test_multi_margin_and_hinge_loss_of_pairs(draws: Draws, margin: float) -> None:
    scores, targets, weights = draws.logits(), draws.index(), draws.weights()
    loss = template("losses.multi_margin").nn.MultiMarginLoss(margin=margin, p=1)
    agree_along(loss, lambda z, y: pairs(z, y, margin, np.ones(draws.classes)), scores, targets, step=KINKED)
    weighted = ours("multi_margin_weighted", MARGIN=margin, CLASS_WEIGHTS=weights.tolist())
    agree_along(weighted, lambda z, y: pairs(z, y, margin, weights.numpy()), scores, targets, step=KINKED)


@given(DRAWS)
def test_multi_margin_is_not_the_hinge_loss_of_several_classes(draws: Draws) -> None:
    scores, targets = draws.logits().detach(), draws.index()
    best = float(hinge_loss(targets, scores, labels=range(draws.classes))) if draws.classes > 2 else 0.0
    sums = draws.classes * ours("multi_margin")(scores, targets).item()
    assert best - 1e-9 <= sums
    assert draws.classes == 2 or sums <= (draws.classes - 1) * best + 1e-9


@given(DRAWS, TEMPERATURES, SHARES)
def test_distillation_and_rel_entr(draws: Draws, temperature: float, hard: float) -> None:
    labels, teacher = torch.cat([draws.index(), torch.full((2,), -100)]), draws.normal(draws.batch + 2, draws.classes)

    def reference(logits: Array, targets: Array, teacher_logits: Array) -> float:
        rows = rel_entr(softmax(teacher_logits / temperature, axis=1), softmax(logits / temperature, axis=1)).sum(1)
        return (1 - hard) * temperature**2 * float(rows.mean()) + hard * of_classes(logits, targets)

    loss = ours("distillation", TEMPERATURE=temperature, HARD_WEIGHT=hard)
    agree_along(loss, reference, draws.normal(*teacher.shape), labels, teacher)


# One of several ordered classes.


@given(DRAWS)
def test_corn_and_corn_loss(draws: Draws) -> None:
    agree(
        ours("corn"),
        lambda z, y: corn_loss(z, y, draws.classes),
        (draws.logits(less=1), draws.index()),
    )


@given(DRAWS)
def test_coral_and_coral_loss(draws: Draws) -> None:
    agree(
        ours("coral"),
        lambda z, y: coral_loss(z, levels_from_labelbatch(y, draws.classes, dtype=z.dtype)),
        (draws.logits(less=1), draws.index()),
    )


@given(DRAWS, MARGINS)
def test_ordinal_hinge_and_hinge_loss_of_each_threshold(draws: Draws, margin: float) -> None:
    def reference(scores: Array, targets: Array) -> float:
        return sum(signed_hinge(column, targets > k, margin) for k, column in enumerate(scores.T))

    loss = ours("ordinal_hinge", MARGIN=margin)
    agree_along(loss, reference, draws.logits(less=1), draws.index(), step=KINKED)


# Yes or no, and several labels.


@given(DRAWS)
def test_bce_and_log_loss(draws: Draws) -> None:
    agree_along(ours("bce"), of_labels, draws.logits(), draws.multi_hot())


@given(DRAWS)
def test_bce_of_soft_labels_and_rel_entr(draws: Draws) -> None:
    def reference(logits: Array, targets: Array) -> float:
        """Cross-entropy, as the divergence from the labels and their own entropy."""
        both = [(targets, expit(logits)), (1 - targets, expit(-logits))]
        return float(np.mean(sum(rel_entr(t, p) - rel_entr(t, 1.0) for t, p in both)))

    agree_along(ours("bce"), reference, draws.logits(), draws.soft())


@given(DRAWS, st.sampled_from([0.1, 0.7, 1.0]), st.booleans())
def test_binary_generalized_cross_entropy_and_boxcox(draws: Draws, q: float, soft: bool) -> None:  # noqa: FBT001
    def reference(logits: Array, targets: Array) -> float:
        """Of a soft label, p_t is the geometric mean of the two probabilities, weighted by it."""
        return float(-boxcox(expit(logits) ** targets * expit(-logits) ** (1 - targets), q).mean())

    labels = draws.soft() if soft else draws.multi_hot()
    agree_along(ours("binary_generalized_cross_entropy", Q=q), reference, draws.logits(), labels)


@given(DRAWS, MARGINS)
def test_hinge_weighted_is_hinge_loss_times_the_mean_weight(draws: Draws, margin: float) -> None:
    labels, pair = draws.multi_hot()[:, 0], (0.5, 3.0)
    weights = np.where(labels.numpy() == 1, pair[1], pair[0])
    agree_along(
        ours("hinge_weighted", MARGIN=margin, CLASS_WEIGHTS=pair),
        lambda z, y: signed_hinge(z, y, margin, weights),
        draws.normal(draws.batch),
        labels,
        factor=float(weights.mean()),
        step=KINKED,
    )


@given(DRAWS, TEMPERATURES, SHARES)
def test_binary_distillation_and_rel_entr(draws: Draws, temperature: float, hard: float) -> None:
    labels, teacher = draws.multi_hot(), draws.normal(draws.batch, draws.classes)
    known = torch.rand(labels.shape, generator=draws.generator) < 0.7
    known[0, 0] = True

    def reference(logits: Array, targets: Array, teacher_logits: Array) -> float:
        t, z = teacher_logits / temperature, logits / temperature
        coins = rel_entr(expit(t), expit(z)) + rel_entr(expit(-t), expit(-z))
        some = ~np.isnan(targets)
        return (1 - hard) * temperature**2 * float(coins.mean()) + hard * of_labels(logits[some], targets[some])

    loss = ours("binary_distillation", TEMPERATURE=temperature, HARD_WEIGHT=hard)
    agree_along(loss, reference, draws.logits(), labels.masked_fill(~known, float("nan")), teacher)
