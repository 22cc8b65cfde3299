"""Losses of labelled rows, class directions, pairs and views beside those of pytorch-metric-learning."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from pytorch_metric_learning import distances, losses, miners, reducers
from torch import Tensor, nn

from tests.losses.parts import template
from tests.oracles.comparison import agree

pytestmark = pytest.mark.torch

SEEDS = st.integers(0, 10_000)
ROWS = st.integers(2, 12)
SIZES = st.integers(2, 8)
LABELS = st.lists(st.integers(0, 4), min_size=3, max_size=14).filter(lambda found: 1 < len(set(found)) < len(found))
"""With a pair of each kind, and often classes of one row."""


def criterion(name: str) -> Callable[..., Tensor]:
    found: Callable[..., Tensor] = template(f"losses.{name}").criterion
    return found


def free(*shape: int, seed: int) -> Tensor:
    """Random rows of any length that require a gradient."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator).requires_grad_()


def unit(rows: Tensor) -> Tensor:
    return F.normalize(rows, dim=-1)


def cross_pairs(ids: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Row i with its partner i, and with the partners of other ids: what pytorch-metric-learning's miners give."""
    rows = torch.arange(len(ids))
    return rows, rows, *torch.where(ids[:, None] != ids)


@given(labels=LABELS, size=SIZES, seed=SEEDS)
def test_batch_hard_triplet_is_a_triplet_margin_loss_with_a_miner_and_a_plain_mean(
    labels: list[int], size: int, seed: int
) -> None:
    classes, rows = torch.tensor(labels), free(len(labels), size, seed=seed)
    pairs = losses.TripletMarginLoss(margin=0.2, reducer=reducers.MeanReducer())
    miner = miners.BatchHardMiner()
    ours = criterion("batch_hard_triplet")
    # Theirs leaves out rows without a positive in the miner.
    agree(lambda x: ours(unit(x), classes), lambda x: pairs(x, classes, miner(x, classes)), [rows], tolerance=1e-7)


@given(labels=LABELS, seed=SEEDS)
def test_a_triplet_margin_loss_by_default_has_another_margin_and_another_mean(labels: list[int], seed: int) -> None:
    classes, rows = torch.tensor(labels), free(len(labels), 4, seed=seed)
    miner = miners.BatchHardMiner()
    each = losses.TripletMarginLoss(margin=0.2, reducer=reducers.DoNothingReducer())
    costs = each(rows, classes, miner(rows, classes))["loss"]["losses"]
    theirs = losses.TripletMarginLoss(margin=0.2)(rows, classes, miner(rows, classes))
    ours = criterion("batch_hard_triplet")(unit(rows), classes)
    share = (costs > 0).double().mean()
    torch.testing.assert_close(ours, theirs * share, rtol=1e-7, atol=1e-7)
    assert losses.TripletMarginLoss().margin == 0.05


@given(labels=LABELS, size=SIZES, seed=SEEDS)
def test_contrastive_batch_squares_each_distance_of_a_contrastive_loss(labels: list[int], size: int, seed: int) -> None:
    classes, rows = torch.tensor(labels), free(len(labels), size, seed=seed)
    each = losses.ContrastiveLoss(reducer=reducers.DoNothingReducer())

    def theirs(x: Tensor) -> Tensor:
        found = each(x, classes)
        near, far = (found[kind]["losses"].square().mean() for kind in ("pos_loss", "neg_loss"))
        return near + far

    agree(lambda x: criterion("contrastive_batch")(unit(x), classes), theirs, [rows], tolerance=1e-7)


@given(labels=LABELS, size=SIZES, seed=SEEDS)
def test_multi_similarity_is_theirs_with_the_miner(labels: list[int], size: int, seed: int) -> None:
    classes, rows = torch.tensor(labels), free(len(labels), size, seed=seed)
    pairs, miner = losses.MultiSimilarityLoss(), miners.MultiSimilarityMiner(epsilon=0.1)
    ours = criterion("multi_similarity")
    agree(lambda x: ours(unit(x), classes), lambda x: pairs(x, classes, miner(x, classes)), [rows])


@given(labels=LABELS, size=SIZES, seed=SEEDS, temperature=st.sampled_from([0.07, 0.1, 0.5]))
def test_supcon_is_theirs(labels: list[int], size: int, seed: int, temperature: float) -> None:
    classes, rows = torch.tensor(labels), free(len(labels), size, seed=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template("losses.supcon"), "TEMPERATURE", temperature)
        ours = criterion("supcon")
        theirs = losses.SupConLoss(temperature)
        agree(lambda x: ours(unit(x), classes), lambda x: theirs(x, classes), [rows])


@given(count=ROWS, classes=st.integers(2, 6), size=SIZES, seed=SEEDS)
def test_proxy_anchor_is_theirs(count: int, classes: int, size: int, seed: int) -> None:
    labels = torch.randint(0, classes, (count,), generator=torch.Generator().manual_seed(seed))
    owner = losses.ProxyAnchorLoss(classes, size)
    ours = criterion("proxy_anchor")
    agree(
        lambda x, w: ours(unit(x) @ unit(w).T, labels),
        lambda x, w: torch.func.functional_call(owner, {"proxies": w}, (x, labels)),
        [free(count, size, seed=seed), free(classes, size, seed=seed + 1)],
    )


MARGINS: dict[str, Callable[..., nn.Module]] = {
    "arcface": lambda classes, size: losses.ArcFaceLoss(classes, size, margin=math.degrees(0.5)),
    "cosface": losses.CosFaceLoss,
}


@pytest.mark.parametrize("name", MARGINS)
@given(count=ROWS, classes=st.integers(2, 6), size=SIZES, seed=SEEDS)
def test_a_margin_of_the_softmax_is_theirs(name: str, count: int, classes: int, size: int, seed: int) -> None:
    labels = torch.randint(0, classes, (count,), generator=torch.Generator().manual_seed(seed))
    owner = MARGINS[name](classes, size)
    agree(
        lambda x, w: criterion(name)(unit(x) @ unit(w).T, labels),
        lambda x, w: torch.func.functional_call(owner, {"W": w.T}, (x, labels)),
        [free(count, size, seed=seed), free(classes, size, seed=seed + 1)],
        tolerance=1e-6,
    )


@given(count=ROWS, classes=st.integers(2, 5), seed=SEEDS)
def test_the_nearest_of_several_directions_gives_their_sub_centre_arcface(count: int, classes: int, seed: int) -> None:
    labels = torch.randint(0, classes, (count,), generator=torch.Generator().manual_seed(seed))
    owner = losses.SubCenterArcFaceLoss(
        num_classes=classes, embedding_size=4, sub_centers=3, margin=math.degrees(0.5), scale=64
    )
    agree(
        lambda x, w: criterion("arcface")((unit(x) @ unit(w).T).view(count, classes, 3).amax(dim=2), labels),
        lambda x, w: torch.func.functional_call(owner, {"W": w.T}, (x, labels)),
        [free(count, 4, seed=seed), free(3 * classes, 4, seed=seed + 1)],
        tolerance=1e-7,
    )


def test_a_margin_of_theirs_is_in_degrees() -> None:
    rows, directions, labels = free(9, 4, seed=0), free(3, 4, seed=1), torch.arange(9) % 3
    cosines = unit(rows) @ unit(directions).T
    ours = criterion("arcface")(cosines, labels)
    degrees, radians = (
        torch.func.functional_call(losses.ArcFaceLoss(3, 4, **margin), {"W": directions.T}, (rows, labels))
        for margin in ({}, {"margin": 0.5})
    )
    assert 1e-4 < abs(ours - degrees).item() < 0.1
    no_margin = F.cross_entropy(64 * cosines, labels)
    assert ours - radians > 10
    assert abs(radians - no_margin) < 1


@given(count=st.integers(4, 12), size=SIZES, seed=SEEDS)
def test_cosine_embedding_is_a_contrastive_loss_of_cosines(count: int, size: int, seed: int) -> None:
    same = (torch.arange(count) % 2).double()
    each = losses.ContrastiveLoss(
        pos_margin=1, neg_margin=0, distance=distances.CosineSimilarity(), reducer=reducers.DoNothingReducer()
    )

    def theirs(x: Tensor, y: Tensor) -> Tensor:
        rows = torch.arange(count)
        found = each(x, indices_tuple=(*[rows[same == 1]] * 2, *[rows[same == 0]] * 2), ref_emb=y)
        return torch.cat([found["pos_loss"]["losses"], found["neg_loss"]["losses"]]).mean()

    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1)]
    agree(lambda x, y: criterion("cosine_embedding")(x, y, same), theirs, sides, tolerance=1e-7)


@given(count=ROWS, size=SIZES, seed=SEEDS)
def test_triplet_margin_is_theirs_of_given_triplets(count: int, size: int, seed: int) -> None:
    rows = torch.arange(count)
    pairs = losses.TripletMarginLoss(margin=0.2, reducer=reducers.MeanReducer())
    sides = [free(count, size, seed=seed + side) for side in range(3)]
    agree(
        lambda a, p, n: criterion("triplet_margin")(unit(a), unit(p), unit(n)),
        lambda a, p, n: pairs(a, indices_tuple=(rows, rows, rows + count), ref_emb=torch.cat([p, n])),
        sides,
        tolerance=1e-4,  # PyTorch's loss adds 1e-6 to each difference
    )


@given(count=ROWS, size=SIZES, seed=SEEDS, temperature=st.sampled_from([0.07, 0.1, 0.5]))
def test_nt_xent_is_theirs_of_both_views(count: int, size: int, seed: int, temperature: float) -> None:
    theirs = losses.SelfSupervisedLoss(losses.NTXentLoss(temperature))
    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template("losses.nt_xent"), "TEMPERATURE", temperature)
        agree(lambda x, y: criterion("nt_xent")(unit(x), unit(y)), theirs, sides)
    assert losses.NTXentLoss().temperature == 0.07


@given(count=ROWS, size=SIZES, seed=SEEDS)
def test_vicreg_is_theirs(count: int, size: int, seed: int) -> None:
    theirs = losses.VICRegLoss()
    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1)]
    terms = template("losses.vicreg").terms
    agree(lambda x, y: sum(terms(x, y).values()), lambda x, y: theirs(x, ref_emb=y), sides)


@given(count=ROWS, size=SIZES, kinds=st.integers(1, 6), seed=SEEDS)
def test_masked_rankings_are_nt_xent_of_given_pairs(count: int, size: int, kinds: int, seed: int) -> None:
    ids = torch.randint(0, kinds, (count,), generator=torch.Generator().manual_seed(seed))
    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1)]
    pairs = cross_pairs(ids)

    def one_way(x: Tensor, y: Tensor, scale: float) -> Tensor:
        # A plain mean: theirs averages over the rows that cost something.
        theirs = losses.NTXentLoss(temperature=1 / scale, reducer=reducers.MeanReducer())
        return theirs(x, indices_tuple=pairs, ref_emb=y)

    masked_multiple_negatives_ranking = criterion("masked_multiple_negatives_ranking")
    agree(lambda x, y: masked_multiple_negatives_ranking(x, y, ids), lambda x, y: one_way(x, y, 20.0), sides)
    masked_info_nce, log_scale = criterion("masked_info_nce"), torch.tensor(14.0, dtype=torch.float64).log()
    agree(
        lambda x, y: masked_info_nce(x, y, log_scale, ids),
        lambda x, y: (one_way(x, y, 14.0) + one_way(y, x, 14.0)) / 2,
        sides,
    )


@given(count=ROWS, size=SIZES, kinds=st.integers(1, 6), seed=SEEDS)
def test_rankings_of_several_positives_are_supcon_across_both_sides(
    count: int, size: int, kinds: int, seed: int
) -> None:
    ids = torch.randint(0, kinds, (count,), generator=torch.Generator().manual_seed(seed))
    ids[0] = kinds  # theirs gives 0 for a batch of one id
    sides = [free(count, size, seed=seed), free(count, size, seed=seed + 1)]

    def one_way(x: Tensor, y: Tensor, scale: float) -> Tensor:
        theirs = losses.SupConLoss(temperature=1 / scale, reducer=reducers.MeanReducer())
        return theirs(x, ids, ref_emb=y, ref_labels=ids.clone())  # of one and the same tensor no row meets its partner

    multi_positive_ranking = criterion("multi_positive_ranking")
    agree(lambda x, y: multi_positive_ranking(x, y, ids), lambda x, y: one_way(x, y, 20.0), sides)
    multi_positive_info_nce = criterion("multi_positive_info_nce")
    log_scale = torch.tensor(14.0, dtype=torch.float64).log()
    agree(
        lambda x, y: multi_positive_info_nce(x, y, log_scale, ids),
        lambda x, y: (one_way(x, y, 14.0) + one_way(y, x, 14.0)) / 2,
        sides,
    )
