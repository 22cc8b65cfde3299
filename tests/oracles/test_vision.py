"""Losses of segmentation and keypoints beside scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, special, stats
from sklearn.metrics import f1_score, jaccard_score, log_loss, mean_squared_error
from torch import Tensor

from tests.losses.parts import template
from tests.oracles.comparison import agree, ours
from tests.oracles.scenes import SCENES, VOID, Scene


def labelled(logits: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities [N, C] and classes [N] of the pixels that have a label."""
    valid = masks != VOID
    return logits.detach().softmax(dim=1).movedim(1, -1)[valid], masks[valid]


def slope(value: Tensor, at: Tensor) -> Tensor:
    return torch.autograd.grad(value, at)[0]


def each_pixel(logits: Tensor, masks: Tensor, weights: list[float]) -> Tensor:
    """What the slope of a (weighted) mean of cross-entropies is: w (p - t) / sum of w."""
    truth = F.one_hot(masks.where(masks != VOID, 0), logits.shape[1]).movedim(-1, 1)
    of_pixel = torch.tensor([*weights], dtype=torch.float64)[masks.where(masks != VOID, 0)] * (masks != VOID)
    return (logits.detach().softmax(dim=1) - truth) * of_pixel[:, None] / of_pixel.sum()


@given(SCENES)
def test_cross_entropy_masks_and_log_loss(scene: Scene) -> None:
    logits, masks = scene.logits(), scene.masks(void=True)
    p, y = labelled(logits, masks)
    found = template("losses.cross_entropy_masks").criterion(logits, masks)
    assert found.item() == pytest.approx(log_loss(y, p, labels=range(scene.classes)))
    assert slope(found, logits).allclose(each_pixel(logits, masks, [1.0] * scene.classes))


@given(SCENES)
def test_cross_entropy_masks_weighted_and_log_loss_with_weights(scene: Scene) -> None:
    logits, masks = scene.logits(), scene.masks(void=True)
    weights = (0.1 + torch.rand(scene.classes, generator=scene.generator)).tolist()
    p, y = labelled(logits, masks)
    found = ours("cross_entropy_masks_weighted", CLASS_WEIGHTS=weights)(logits, masks)
    wanted = log_loss(y, p, labels=range(scene.classes), sample_weight=np.array(weights)[y])
    assert found.item() == pytest.approx(wanted)
    assert slope(found, logits).allclose(each_pixel(logits, masks, weights))


@given(SCENES, st.sampled_from([0.1, 0.5, 1.0]))
def test_top_k_cross_entropy_and_log_softmax(scene: Scene, share: float) -> None:
    logits, masks = scene.logits(), scene.masks(void=True)
    logs = special.log_softmax(logits.detach().numpy(), axis=1)
    losses = np.array([-logs[b, y, i, j] for (b, i, j), y in np.ndenumerate(masks.numpy()) if y != VOID])
    kept = max(1, round(share * len(losses)))
    found = ours("top_k_cross_entropy", HARDEST=share)(logits, masks)
    assert found.item() == pytest.approx(np.sort(losses)[-kept:].mean())
    hard = torch.tensor(-logs).gather(1, masks.where(masks != VOID, 0)[:, None])[:, 0]
    hard = (hard >= np.sort(losses)[-kept]) & (masks != VOID)
    assert slope(found, logits).allclose(each_pixel(logits, masks.where(hard, VOID), [1.0] * scene.classes))


@given(SCENES)
def test_boundary_dice_cross_entropy_and_the_distances_of_scipy(scene: Scene) -> None:
    logits, masks = scene.logits(), scene.masks(void=True)
    valid, terms = masks != VOID, ours("boundary_dice_cross_entropy")
    distances = torch.zeros(logits.shape, dtype=torch.float64)
    for image in range(scene.images):
        for number in range(scene.classes):
            inside = (masks[image] == number).numpy()
            far = ndimage.distance_transform_edt(~inside) - (ndimage.distance_transform_edt(inside) - 1) * inside
            distances[image, number] = torch.tensor(far)
    mine = template("losses.signed_distances").signed_distances(masks, scene.classes).double()
    assert mine.allclose(distances, atol=1e-5)
    agree(
        lambda z: terms(z, masks, distances)["boundary"],
        lambda z: 0.1 * (shares(z) * valid[:, None] * distances).mean(),
        [logits],
    )
    p, y = labelled(logits, masks)
    assert terms(logits, masks, distances)["cross_entropy"].item() == pytest.approx(
        log_loss(y, p, labels=range(scene.classes))
    )


def shares(logits: Tensor) -> Tensor:
    return (logits - logits.logsumexp(dim=1, keepdim=True)).exp()


@given(SCENES)
def test_at_decisions_the_surrogates_are_one_minus_the_scores_of_scikit_learn(scene: Scene) -> None:
    masks, decided = scene.masks(void=True), scene.masks()
    logits = 1000.0 * F.one_hot(decided, scene.classes).movedim(-1, 1).double()
    known, kept = masks != VOID, range(scene.classes)
    both = masks[known], decided[known]
    dice = 1 - f1_score(*both, labels=kept, average="macro", zero_division=0)
    regions = template("losses.softmax_regions").regions(logits, masks)
    assert ours("dice")(*regions).item() == pytest.approx(dice, abs=1e-4)
    lovasz = template("losses.lovasz_cross_entropy").lovasz_softmax(logits, masks)
    assert lovasz.item() == pytest.approx(1 - jaccard_score(*both, labels=kept, average="macro"), abs=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(4, 9), st.sampled_from([0.7, 1.5, 2.0]))
def test_heatmap_mse_and_the_normal_distribution(seed: int, count: int, cells: int, spread: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    maps = torch.rand(count, cells, cells, dtype=torch.float64, generator=generator).requires_grad_()
    points = torch.rand(count, 2, dtype=torch.float64, generator=generator)
    y, x = np.mgrid[0:cells, 0:cells] + 0.5
    wanted = np.stack(
        [
            stats.multivariate_normal(cells * point, spread**2).pdf(np.stack([x, y], axis=-1)) * 2 * np.pi * spread**2
            for point in points.numpy()
        ]
    )
    found = ours("heatmap_mse", SPREAD=spread)(maps, points)
    assert found.item() == pytest.approx(mean_squared_error(wanted.ravel(), maps.detach().flatten()))
    assert slope(found, maps).allclose(2 * (maps.detach() - torch.tensor(wanted)) / maps.numel())
