"""Losses of texts, images with texts, and views, beside sentence-transformers, open_clip and lightly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.losses.parts import template
from tests.oracles.comparison import Loss, agree

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

sentences = pytest.importorskip("sentence_transformers.sentence_transformer.losses")
open_clip = pytest.importorskip("open_clip.loss")
lightly = pytest.importorskip("lightly.loss")

SEEDS = st.integers(0, 10_000)
ROWS = st.integers(1, 12)
HALVES = st.integers(1, 4)


def criterion(name: str) -> Callable[..., Tensor]:
    found: Callable[..., Tensor] = template(f"losses.{name}").criterion
    return found


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def free(*shape: int, seed: int) -> Tensor:
    """Random rows of any length that require a gradient."""
    return torch.randn(shape, dtype=torch.float64, generator=generator(seed)).requires_grad_()


def unit(rows: Tensor) -> Tensor:
    return F.normalize(rows, dim=-1)


def of_texts(loss: Any, labels: Tensor | None = None) -> Loss:
    """A loss of sentence-transformers as a function of embeddings."""
    return lambda *sides: loss.compute_loss_from_embeddings(list(sides), labels)


BOTH = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
RANKINGS: dict[str, tuple[int, Callable[[], Any]]] = {
    "multiple_negatives_ranking": (2, lambda: sentences.MultipleNegativesRankingLoss(None)),
    "symmetric_multiple_negatives_ranking": (2, lambda: sentences.MultipleNegativesRankingLoss(None, **BOTH)),
    "ranking_with_hard_negatives": (3, lambda: sentences.MultipleNegativesRankingLoss(None)),
    "cosine_triplet": (
        3,
        lambda: sentences.TripletLoss(None, distance_metric=sentences.TripletDistanceMetric.COSINE, triplet_margin=0.1),
    ),
}


@pytest.mark.parametrize("name", RANKINGS)
@given(count=ROWS, half=HALVES, seed=SEEDS)
def test_a_ranking_is_theirs(name: str, count: int, half: int, seed: int) -> None:
    columns, make = RANKINGS[name]
    sides = [free(count, 2 * half, seed=seed + column) for column in range(columns)]
    agree(criterion(name), of_texts(make()), sides)


SCORED: dict[str, tuple[Callable[[], Any], float]] = {
    "cosent": (lambda: sentences.CoSENTLoss(None), 1.0),
    "angle_ranking": (lambda: sentences.AnglELoss(None), 1.0),
    "cosine_mse": (lambda: sentences.CosineSimilarityLoss(None), 1.0),
    "cosine_contrastive": (lambda: sentences.ContrastiveLoss(None), 1.0),
    "contrastive": (lambda: sentences.ContrastiveLoss(None, distance_metric=euclidean, margin=1.0), 2.0),
}
"""Losses of pairs with scores or labels: theirs, and how many times theirs ours is."""


def euclidean(left: Tensor, right: Tensor) -> Tensor:
    return torch.linalg.vector_norm(unit(left) - unit(right), dim=1)


@pytest.mark.parametrize("name", SCORED)
@given(count=ROWS, half=HALVES, seed=SEEDS)
def test_a_loss_of_scored_pairs_is_theirs(name: str, count: int, half: int, seed: int) -> None:
    make, factor = SCORED[name]
    scores = torch.randint(0, 5, (count,), generator=generator(seed)) / 4
    if "contrastive" in name:
        scores = scores.round()
    ours, shape = criterion(name), unit if name == "contrastive" else torch.clone
    sides = [free(count, 2 * half, seed=seed), free(count, 2 * half, seed=seed + 1)]
    agree(lambda left, right: ours(shape(left), shape(right), scores), of_texts(make(), scores), sides, factor=factor)


def test_a_triplet_loss_of_texts_has_distances_and_a_margin_of_5_by_default() -> None:
    loss = sentences.TripletLoss(None)
    assert loss.triplet_margin == 5
    assert loss.distance_metric is sentences.TripletDistanceMetric.EUCLIDEAN
    sides = [unit(free(6, 4, seed=seed)) for seed in range(3)]
    assert of_texts(loss)(*sides) >= 3  # unit rows are at most 2 apart


@given(count=ROWS, size=HALVES, seed=SEEDS)
def test_margins_of_a_teacher_are_theirs(count: int, size: int, seed: int) -> None:
    sides = [free(count, size, seed=seed + column) for column in range(3)]
    positive, negative = free(2, count, seed=seed + 3).detach()
    margins = positive - negative
    margin_mse, margin_kl = criterion("margin_mse"), criterion("margin_kl")
    agree(lambda *x: margin_mse(*x, margins), of_texts(sentences.MarginMSELoss(None), margins), sides)
    for temperature in (1.0, 2.0):
        teacher = sentences.DistillKLDivLoss(None, temperature=temperature)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(template("losses.margin_kl"), "TEMPERATURE", temperature)
            scores = torch.stack([positive, negative], dim=1)
            agree(lambda *x: margin_kl(*x, margins), of_texts(teacher, scores), sides)


@given(count=ROWS, size=HALVES, seed=SEEDS)
def test_symmetric_info_nce_is_that_of_clip(count: int, size: int, seed: int) -> None:
    theirs = open_clip.ClipLoss()
    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1), free(seed=seed)]
    symmetric_info_nce = criterion("symmetric_info_nce")
    agree(symmetric_info_nce, lambda x, y, scale: theirs(unit(x), unit(y), scale.exp()), sides)


@given(count=ROWS, size=HALVES, seed=SEEDS)
def test_siglip_is_theirs(count: int, size: int, seed: int) -> None:
    theirs = open_clip.SigLipLoss()
    sides = [free(count, size, seed=seed + side) for side in range(2)] + [free(seed=seed), free(seed=seed + 1)]
    siglip = criterion("siglip")
    agree(siglip, lambda x, y, scale, bias: theirs(unit(x), unit(y), scale.exp(), bias), sides)


@given(count=ROWS, size=HALVES, kinds=st.integers(1, 6), seed=SEEDS)
def test_multi_positive_siglip_is_siglip_with_other_labels(count: int, size: int, kinds: int, seed: int) -> None:
    ids = torch.randint(0, kinds, (count,), generator=generator(seed))

    class Labelled(open_clip.SigLipLoss):  # type: ignore[misc,name-defined]
        def get_ground_truth(self, *_: Any, **__: Any) -> Tensor:
            return torch.where(ids[:, None] == ids, 1.0, -1.0).double()

    theirs = Labelled()
    sides = [free(count, size, seed=seed + side) for side in range(2)] + [free(seed=seed), free(seed=seed + 1)]
    multi_positive_siglip = criterion("multi_positive_siglip")
    agree(
        lambda *x: multi_positive_siglip(*x, ids),
        lambda x, y, scale, bias: theirs(unit(x), unit(y), scale.exp(), bias),
        sides,
    )


@given(count=st.integers(2, 12), size=HALVES, seed=SEEDS)
def test_barlow_twins_is_theirs(count: int, size: int, seed: int) -> None:
    terms = template("losses.barlow_twins").terms
    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1)]
    agree(lambda x, y: sum(terms(x, y).values()), lightly.BarlowTwinsLoss(), sides)


@given(count=ROWS, size=HALVES, seed=SEEDS)
def test_predicted_views_have_a_negative_cosine(count: int, size: int, seed: int) -> None:
    predictions, goals = free(count, 2, size, seed=seed), free(count, 2, size, seed=seed + 1).detach()
    cosine = lightly.NegativeCosineSimilarity()

    def theirs(p: Tensor) -> Tensor:
        return (cosine(p[:, 0], goals[:, 1]) + cosine(p[:, 1], goals[:, 0])) / 2

    simsiam, byol = criterion("simsiam"), criterion("byol")
    agree(lambda p: simsiam(p, goals), theirs, [predictions])
    agree(lambda p: byol(p, goals), lambda p: 4 + 4 * theirs(p), [predictions])
