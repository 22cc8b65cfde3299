"""Embeddings of things that belong together, and the scale and bias that are learned with them."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof import draws
from lossadvisor.proof.kinds.probe import Kind, Probe, Side

LOG_SCALE = math.log(100.0)  # of a perfect prediction: cosines that differ are told apart for sure
BIAS = -50.0  # halfway between the logits 0 and 100


def axes(side: Side) -> Tensor:
    """Row i along axis i; rows with one id along the axis of the first of them.

    Raises:
        KeyError: there are more rows than dimensions.
    """
    rows, dimensions = side.like.shape
    if rows > dimensions:
        raise KeyError(f"{rows} rows in {dimensions} dimensions")
    ids = side.targets.get("ids")
    first = torch.arange(rows) if ids is None else (ids[:, None] == ids).int().argmax(dim=1).cpu()
    return F.one_hot(first, dimensions).to(side.like)


def other(side: Side, position: int) -> Tensor:
    """The random embeddings of another output."""
    return draws.noise(side.like, 1 + position)


def paired(side: Side) -> Probe:
    """Rows that belong together along one axis; at worst each lies where another row belongs.

    Any rotation of them is as good, so that the way leads towards the random rows of the other side.
    """
    perfect = axes(side)
    worst = perfect if side.position else perfect.roll(2, dims=0)
    return Probe(perfect, side.noise, worst, other(side, 1 - side.position))


def negative(side: Side) -> Probe:
    """Hard negatives opposite to their anchors; at worst they are where the worst anchors are."""
    perfect = -axes(side)
    return Probe(perfect, side.noise, -perfect.roll(2, dims=0), -other(side, 0))


def scored(side: Side) -> Probe:
    """Pairs whose cosine is their score; at worst it is 0 for high scores and 1 for low ones.

    Random pairs are near, and so that the sum of the two parts of the complex quotient is the cosine. The way changes
    each cosine as fast as its score is above the mean.
    """
    score = side.targets["target"].to(side.like)
    left, noise = other(side, 0), other(side, 1)
    real, imaginary = left.chunk(2, dim=1)
    across = F.normalize(torch.cat([imaginary, -real], dim=1), dim=1)
    right = left + noise - (noise * across).sum(dim=1, keepdim=True) * across
    random, partner = (right, left) if side.position else (left, right)
    slope = (1 - F.cosine_similarity(left, right) ** 2) * partner.norm(dim=1) / random.norm(dim=1)
    way = ((score - score.mean()) / slope)[:, None] * partner
    along = torch.ones_like(score)
    wanted, worst = (along, along) if side.position else (score, (score < 0.5).to(score))
    return Probe(turned(wanted, side.like), random, turned(worst, side.like), way)


def turned(cosine: Tensor, like: Tensor) -> Tensor:
    """Unit rows that have these cosines with the first axis."""
    rows = torch.zeros_like(like)
    rows[:, 0], rows[:, 1] = cosine, (1 - cosine**2).clamp(min=0).sqrt()
    return rows


def margin(side: Side) -> Probe:
    """Anchor and positive whose product is the margin, and a negative of zero; at worst it is 20 the other way."""
    target, perfect = side.targets["target"].to(side.like), torch.zeros_like(side.like)
    perfect[:, 0] = (torch.ones_like(target), target, torch.zeros_like(target))[side.position]
    worst = perfect if side.position else -20 * perfect / target.abs().clamp(min=0.1)[:, None]
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def constant(perfect: float, random: float) -> Kind:
    """A number that is learned beside the embeddings, and is not to be moved."""

    def kind(side: Side) -> Probe:
        best = torch.full_like(side.like, perfect)
        return Probe(best, torch.full_like(side.like, random), best, torch.zeros_like(best))

    return kind


KINDS: dict[str, Kind] = {
    "paired-embeddings": paired,
    "negative-embeddings": negative,
    "scored-embeddings": scored,
    "margin-embeddings": margin,
    "log-scale": constant(LOG_SCALE, math.log(10.0)),
    "logit-bias": constant(BIAS, -10.0),
}
"""Each kind of output by its name in a contract."""
