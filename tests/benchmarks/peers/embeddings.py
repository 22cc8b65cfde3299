"""Losses of embeddings and what they are measured against."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

Make = Callable[[], Loss]
Inputs = Callable[..., tuple[Tensor, ...]]

PAIRS = ((32, 384), (128, 384), (1024, 384))
LABELLED = ((32, 64), (128, 128), (512, 128))
DIRECTIONS = ((64, 64, 100), (256, 128, 1000), (256, 256, 10_000))
CROSSED = ((32, 64), (64, 128), (128, 128))
VIEWS = ((64, 128), (256, 512), (512, 1024))


def unit(rows: Tensor) -> Tensor:
    return F.normalize(rows, dim=-1)


def loss(name: str) -> Loss:
    """A loss of ours; of several terms, their sum."""
    module = template(f"losses.{name}")
    if hasattr(module, "criterion"):
        found: Loss = module.criterion
        return found
    return lambda *sides: sum(module.terms(*sides).values())


def sides(columns: int, extra: str, rows: int, size: int) -> tuple[Tensor, ...]:
    """Columns of embeddings [rows, size] that belong together, and what else the loss takes."""
    generator = torch.Generator().manual_seed(0)
    common = torch.randn(rows, size, generator=generator)
    free = [(common + torch.randn(rows, size, generator=generator)).requires_grad_() for _ in range(columns)]
    made: dict[str, tuple[Tensor, ...]] = {
        "": (),
        "ids": (torch.randint(0, max(rows // 2, 2), (rows,), generator=generator),),
        "classes": (torch.arange(rows) // 4,),
        "scores": (torch.rand(rows, generator=generator),),
        "same": (torch.randint(0, 2, (rows,), generator=generator).float(),),
        "margins": (5 * torch.randn(rows, generator=generator),),
        "scale": (torch.tensor(2.66, requires_grad=True),),
        "scale and bias": (torch.tensor(2.3, requires_grad=True), torch.tensor(-10.0, requires_grad=True)),
    }
    if "with ids" in extra:
        return *free, *made[extra.partition(" with")[0]], *made["ids"]
    return *free, *made[extra]


def two_views(rows: int, size: int) -> tuple[Tensor, Tensor]:
    """Predictions, and projections that get no gradient, [rows, 2, size]."""
    predictions, goals = sides(2, "", 2 * rows, size)
    return predictions.detach().view(rows, 2, size).requires_grad_(), goals.detach().view(rows, 2, size)


def to_directions(rows: int, size: int, classes: int) -> tuple[Tensor, ...]:
    """Embeddings, a direction for each class, and labels."""
    generator = torch.Generator().manual_seed(0)
    shapes = ((rows, size), (classes, size))
    free = (torch.randn(shape, generator=generator).requires_grad_() for shape in shapes)
    return *free, torch.randint(0, classes, (rows,), generator=generator)


def of_texts(name: str, target: Callable[[Tensor], Tensor] | None = None, columns: int = 2, **options: Any) -> Loss:
    """A loss of sentence-transformers, which takes a list of columns and labels."""
    from sentence_transformers.sentence_transformer import losses

    if "distance_metric" in options:
        options["distance_metric"] = options["distance_metric"](losses)
    found = getattr(losses, name)(None, **options)
    if target is None:
        return lambda *given: found.compute_loss_from_embeddings(list(given), None)
    return lambda *given: found.compute_loss_from_embeddings(list(given[:columns]), target(given[columns]))


def same_target(target: Tensor) -> Tensor:
    return target


def two_scores(margins: Tensor) -> Tensor:
    return torch.stack([margins, torch.zeros_like(margins)], dim=1)


def of_labels(name: str, miner: str = "", **options: Any) -> Loss:
    """A loss of pytorch-metric-learning, perhaps with a miner."""
    from pytorch_metric_learning import losses, miners, reducers

    found = getattr(losses, name)(reducer=reducers.MeanReducer(), **options)
    if not miner:
        return found  # type: ignore[no-any-return]
    mine = getattr(miners, miner)()
    return lambda rows, labels: found(rows, labels, mine(rows, labels))


def squared_contrastive() -> Loss:
    from pytorch_metric_learning import losses, reducers

    each = losses.ContrastiveLoss(reducer=reducers.DoNothingReducer())

    def run(rows: Tensor, labels: Tensor) -> Tensor:
        found = each(rows, labels)
        return found["pos_loss"]["losses"].square().mean() + found["neg_loss"]["losses"].square().mean()

    return run


def across(name: str, scale: float, *, both: bool) -> Loss:
    """SupCon or NT-Xent of pytorch-metric-learning from one side to the other, perhaps both ways."""
    from pytorch_metric_learning import losses, reducers

    found = getattr(losses, name)(temperature=1 / scale, reducer=reducers.MeanReducer())

    def one(x: Tensor, y: Tensor, ids: Tensor) -> Tensor:
        if name == "SupConLoss":
            return found(x, ids, ref_emb=y, ref_labels=ids.clone())
        rows = torch.arange(len(ids))
        return found(x, indices_tuple=(rows, rows, *torch.where(ids[:, None] != ids)), ref_emb=y)

    def both_ways(x: Tensor, y: Tensor, log_scale: Tensor, ids: Tensor) -> Tensor:
        found.temperature = (-log_scale).exp()
        return (one(x, y, ids) + one(y, x, ids)) / 2

    return both_ways if both else one


def with_directions(name: str, weight: str, **options: Any) -> Loss:
    """A loss of pytorch-metric-learning that owns its directions."""
    from pytorch_metric_learning import losses

    owners: dict[torch.Size, Any] = {}

    def run(rows: Tensor, directions: Tensor, labels: Tensor) -> Tensor:
        if directions.shape not in owners:
            owners[directions.shape] = getattr(losses, name)(*directions.shape, **options)
        own = directions if weight == "proxies" else directions.T
        found: Tensor = torch.func.functional_call(owners[directions.shape], {weight: own}, (rows, labels))
        return found

    return run


def metric_vicreg() -> Loss:
    from pytorch_metric_learning import losses

    vicreg = losses.VICRegLoss()
    return lambda x, y: vicreg(x, ref_emb=y)


def from_lightly(name: str, **options: Any) -> Loss:
    from lightly import loss as lightly

    found: Loss = getattr(lightly, name)(**options)
    return found


def lightly_cosine(start: float, factor: float) -> Loss:
    cosine = from_lightly("NegativeCosineSimilarity")
    return lambda p, z: start + factor * (cosine(p[:, 0], z[:, 1]) + cosine(p[:, 1], z[:, 0]))


def open_clip(name: str) -> Loss:
    from open_clip import loss as losses

    found = getattr(losses, name)()
    return lambda x, y, scale, *bias: found(unit(x), unit(y), scale.exp(), *bias)


def plain_multi_positive_siglip() -> Loss:
    """The loss of open_clip, with the signs of the ids."""

    def run(x: Tensor, y: Tensor, scale: Tensor, bias: Tensor, ids: Tensor) -> Tensor:
        labels = torch.where(ids[:, None] == ids, 1.0, -1.0)
        return -F.logsigmoid(labels * (scale.exp() * unit(x) @ unit(y).T + bias)).sum() / len(x)

    return run


def cosine_distance(losses: Any) -> Any:
    return losses.TripletDistanceMetric.COSINE


def euclidean(_: Any) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda x, y: torch.linalg.vector_norm(unit(x) - unit(y), dim=1)


def doubled(make: Make) -> Loss:
    found = make()
    return lambda *given: 2 * found(*given)


BOTH = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
RANKING = "MultipleNegativesRankingLoss"
TEXTS: dict[str, tuple[int, str, Make]] = {
    "multiple_negatives_ranking": (2, "", partial(of_texts, RANKING)),
    "symmetric_multiple_negatives_ranking": (2, "", partial(of_texts, RANKING, **BOTH)),
    "ranking_with_hard_negatives": (3, "", partial(of_texts, RANKING)),
    "cosine_triplet": (3, "", partial(of_texts, "TripletLoss", distance_metric=cosine_distance, triplet_margin=0.1)),
    "cosent": (2, "scores", partial(of_texts, "CoSENTLoss", same_target)),
    "angle_ranking": (2, "scores", partial(of_texts, "AnglELoss", same_target)),
    "cosine_mse": (2, "scores", partial(of_texts, "CosineSimilarityLoss", same_target)),
    "cosine_contrastive": (2, "same", partial(of_texts, "ContrastiveLoss", same_target)),
    "margin_mse": (3, "margins", partial(of_texts, "MarginMSELoss", same_target, 3)),
    "margin_kl": (3, "margins", partial(of_texts, "DistillKLDivLoss", two_scores, 3)),
}
ACROSS: dict[str, tuple[str, Make]] = {
    "masked_multiple_negatives_ranking": ("ids", partial(across, "NTXentLoss", 20, both=False)),
    "multi_positive_ranking": ("ids", partial(across, "SupConLoss", 20, both=False)),
    "masked_info_nce": ("scale with ids", partial(across, "NTXentLoss", math.exp(2.66), both=True)),
    "multi_positive_info_nce": ("scale with ids", partial(across, "SupConLoss", math.exp(2.66), both=True)),
}
CLASSES: dict[str, Make] = {
    "batch_hard_triplet": partial(of_labels, "TripletMarginLoss", "BatchHardMiner", margin=0.2),
    "contrastive_batch": squared_contrastive,
    "multi_similarity": partial(of_labels, "MultiSimilarityLoss", "MultiSimilarityMiner"),
    "supcon": partial(of_labels, "SupConLoss"),
}
OWNERS: dict[str, Make] = {
    "proxy_anchor": partial(with_directions, "ProxyAnchorLoss", "proxies"),
    "arcface": partial(with_directions, "ArcFaceLoss", "W", margin=math.degrees(0.5)),
    "cosface": partial(with_directions, "CosFaceLoss", "W"),
}


def labelled(name: str) -> Loss:
    ours = loss(name)
    return lambda rows, labels: ours(unit(rows), labels)


def directed(name: str) -> Loss:
    ours = loss(name)
    return lambda rows, directions, labels: ours(unit(rows) @ unit(directions).T, labels)


def of_units(name: str) -> Loss:
    ours = loss(name)
    return lambda x, y, *others: ours(unit(x), unit(y), *others)


CASES = [
    *(
        Case(name, PAIRS, partial(sides, columns, extra), loss(name), {"sentence-transformers": peer})
        for name, (columns, extra, peer) in TEXTS.items()
    ),
    *(
        Case(name, CROSSED, partial(sides, 2, extra), loss(name), {"pytorch-metric-learning": peer})
        for name, (extra, peer) in ACROSS.items()
    ),
    *(
        Case(name, PAIRS, partial(sides, 2, extra), loss(name), {library: peer})
        for name, extra, library, peer in (
            ("symmetric_info_nce", "scale", "open_clip", partial(open_clip, "ClipLoss")),
            ("siglip", "scale and bias", "open_clip", partial(open_clip, "SigLipLoss")),
            ("multi_positive_siglip", "scale and bias with ids", "plain", plain_multi_positive_siglip),
        )
    ),
    *(
        Case(name, LABELLED, partial(sides, 1, "classes"), labelled(name), {"pytorch-metric-learning": peer})
        for name, peer in CLASSES.items()
    ),
    *(
        Case(name, DIRECTIONS, to_directions, directed(name), {"pytorch-metric-learning": peer})
        for name, peer in OWNERS.items()
    ),
    Case(
        "contrastive",
        PAIRS,
        partial(sides, 2, "same"),
        of_units("contrastive"),
        {
            "sentence-transformers": partial(
                doubled, partial(of_texts, "ContrastiveLoss", same_target, distance_metric=euclidean, margin=1.0)
            )
        },
    ),
    Case(
        "nt_xent",
        LABELLED,
        partial(sides, 2, ""),
        of_units("nt_xent"),
        {
            "lightly": partial(from_lightly, "NTXentLoss", temperature=0.1),
        },
    ),
    Case(
        "vicreg",
        VIEWS,
        partial(sides, 2, ""),
        loss("vicreg"),
        {
            "lightly": partial(from_lightly, "VICRegLoss"),
            "pytorch-metric-learning": metric_vicreg,
        },
    ),
    Case(
        "barlow_twins",
        VIEWS,
        partial(sides, 2, ""),
        loss("barlow_twins"),
        {"lightly": partial(from_lightly, "BarlowTwinsLoss")},
    ),
    Case("simsiam", PAIRS, two_views, loss("simsiam"), {"lightly": partial(lightly_cosine, 0.0, 0.5)}),
    Case("byol", PAIRS, two_views, loss("byol"), {"lightly": partial(lightly_cosine, 4.0, 2.0)}),
]
