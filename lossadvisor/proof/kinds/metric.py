"""Embeddings: of labelled samples, of pairs and triplets, and of two views of a sample.

Perfect rows are the axes of the space: those that belong together lie on one axis, so that their cosine is 1, and
others are orthogonal.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof import draws
from lossadvisor.proof.kinds.probe import Kind, Probe, Side


def axes(like: Tensor) -> Tensor:
    """Row i is axis i of the space."""
    return torch.eye(like.shape[0], like.shape[-1]).to(like)


def between(side: Side, perfect: Tensor, worst: Tensor) -> Probe:
    """Random rows that know nothing of the target."""
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def beside(side: Side, perfect: Tensor, worst: Tensor, way: float | Tensor = 1.0) -> Probe:
    """Rows of a side that is judged by the first one: random ones go to where that is, times `way`."""
    first, own = (torch.randn(side.like.shape, generator=draws.generator(p)).to(side.like) for p in (0, 1))
    if side.position == 0:
        return Probe(perfect, first, worst, torch.zeros_like(first))
    own = own.roll(side.position, dims=0)
    return Probe(perfect, own, worst, way * first - own)


def labelled(side: Side) -> Probe:
    """An axis per class. The worst rows of a class are orthogonal, and each falls on one of every other class.

    From random rows the way leads to the mean of their class.
    """
    labels = side.target.unique(return_inverse=True)[1]
    classes = F.one_hot(labels)
    place = (classes.cumsum(dim=0) * classes).sum(dim=1) - 1  # of a row among those of its class
    size = side.like.shape[-1]
    perfect, worst = (F.one_hot(axis % size, size).to(side.like) for axis in (labels, classes.shape[1] + place))
    share = (classes / classes.sum(dim=0)).to(side.like)
    return Probe(perfect, side.noise, worst, (share.T @ side.noise)[labels] - side.noise)


def cosines(side: Side) -> Probe:
    """On the direction of the own class, and opposite to the others; or the other way round."""
    perfect = 2.0 * F.one_hot(side.target, side.like.shape[-1]).to(side.like) - 1
    return between(side._replace(noise=side.noise.tanh() / 2), perfect, -perfect)


def pair(side: Side) -> Probe:
    """The same are equal and the different opposite. The worst first rows point the other way."""
    rows, same = axes(side.like), side.targets["target"].to(side.like)
    if side.position == 0:
        return beside(side, rows, -rows)
    signs = 2 * same[:, None] - 1
    return beside(side, signs * rows, signs * rows, signs)


def triplet(side: Side) -> Probe:
    """Positives equal their anchor, negatives are opposite to it. The worst anchors point the other way."""
    rows = axes(side.like)
    if side.position == 0:
        return beside(side, rows, -rows)
    sign = 1.0 if side.position == 1 else -1.0
    return beside(side, sign * rows, sign * rows, sign)


def view(side: Side) -> Probe:
    """An axis per sample. The worst first views lie on the next sample's."""
    rows = axes(side.like)
    return beside(side, rows, rows.roll(1, dims=0) if side.position == 0 else rows)


def whitened_view(side: Side) -> Probe:
    """Both views are equal, each dimension has spread 1, and no two are correlated.

    In the worst ones half of the dimensions are the same numbers, of opposite sign in the two views, and half are 0.
    """
    count, size = side.like.shape
    start = torch.randn(count, size, generator=draws.generator()).to(side.like)
    perfect = torch.linalg.qr(start - start.mean(dim=0))[0] * (count - 1) ** 0.5
    worst = 3 * start[:, :1].expand(count, size) * (torch.arange(size, device=start.device) < size // 2)
    return beside(side, perfect, -worst if side.position else worst)


def predicted_view(side: Side) -> Probe:
    """The two views of a sample are near, and each prediction is the other view; the worst are opposite to that.

    The way leads from random predictions to the random goals.
    """
    rows = axes(side.like[:, 0])
    views = torch.stack([rows, 2 * rows + rows.roll(1, dims=1)], dim=1)
    own, goals = (draws.noise(side.like, 1 + position) for position in (0, 1))
    if side.position:
        return Probe(views, goals, views, torch.zeros_like(goals))
    return Probe(views.flip(1), own, -views.flip(1), goals.flip(1) - own)


KINDS: dict[str, Kind] = {
    "labelled-embeddings": labelled,
    "cosines": cosines,
    "pair-embeddings": pair,
    "triplet-embeddings": triplet,
    "view-embeddings": view,
    "whitened-embeddings": whitened_view,
    "predicted-embeddings": predicted_view,
}
"""Each kind of output by its name in a contract."""
