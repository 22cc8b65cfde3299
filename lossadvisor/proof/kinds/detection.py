"""Outputs of detectors: they are made from the objects of each image, through the anchors that the program has.

A program has many more places (anchors, points, queries) than there are objects, and decides itself which of them is
for which object. Here this is done once more, apart from the program and one object at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from lossadvisor.proof.kinds.probe import SURE, Kind, Probe, Side, exact

PADDING = -100
POSITIVE_IOU, NEGATIVE_IOU = 0.5, 0.4
TOP = 10  # points for an object


class Owned(NamedTuple):
    """A place of the model's output, and the object that it is for."""

    image: int
    place: int
    object: int


def objects(labels: Tensor) -> Iterator[tuple[int, int]]:
    """Image and number of each object; rows that hold none are left out."""
    return map(tuple, (labels != PADDING).nonzero().tolist())


def iou(box: Tensor, boxes: Tensor) -> Tensor:
    """Intersection over union of a box [4] with boxes [A, 4]."""
    inner = torch.minimum(box[2:], boxes[:, 2:]) - torch.maximum(box[:2], boxes[:, :2])
    common = inner.clamp(min=0).prod(dim=1)
    return common / ((box[2:] - box[:2]).prod() + (boxes[:, 2:] - boxes[:, :2]).prod(dim=1) - common)


def of_anchors(side: Side, anchors: str) -> list[Owned]:
    """The anchors that overlap an object enough, the best one of each object in any case; the highest overlap wins."""
    boxes, found = side.targets["boxes"], side.call(anchors, side.like)
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for image, number in objects(side.targets["target"]):
        overlaps = iou(boxes[image, number], found)
        overlaps[overlaps.argmax()] += 2
        for place in (overlaps >= POSITIVE_IOU).nonzero()[:, 0].tolist():
            best[image, place] = max(best.get((image, place), (0.0, -1)), (float(overlaps[place]), number))
    return [Owned(image, place, number) for (image, place), (_, number) in best.items()]


def of_points(side: Side) -> list[Owned]:
    """The points inside of an object, those nearest to its centre if there are too many."""
    boxes, points = side.targets["boxes"], side.call("points", side.like)
    owned = []
    for image, number in objects(side.targets["target"]):
        low, high = boxes[image, number, :2], boxes[image, number, 2:]
        inside = ((points > low) & (points < high)).all(dim=1).nonzero()[:, 0]
        nearest = (points[inside] - (low + high) / 2).square().sum(dim=1).argsort()[:TOP]
        owned += [Owned(image, place, number) for place in inside[nearest].tolist()]
    return owned


def of_queries(side: Side) -> list[Owned]:
    """One query for each object, from the first on."""
    return [Owned(image, number, number) for image, number in objects(side.targets["target"])]


Owners = Callable[[Side], list[Owned]]


def classes(side: Side, owners: Owners, *, background: bool) -> Probe:
    """Sure of each object's class at its places, and of no object elsewhere: by a class of its own, or by no other."""
    pattern = -torch.ones_like(side.like)
    if background:
        pattern[..., -1] = 1
    for image, place, number in owners(side):
        pattern[image, place] = -1
        pattern[image, place, side.targets["target"][image, number]] = 1
    return Probe(SURE * pattern, side.noise, -SURE * pattern, SURE * pattern - side.noise)


def offsets(side: Side, anchors: str) -> Probe:
    """How each object lies to its anchors: shift in parts of their size, and the logarithm of the sizes' ratio.

    The worst are shifted far away, at the right size: one that is huge would still overlap.
    """
    perfect, found = torch.zeros_like(side.like), side.call(anchors, side.like)
    for image, place, number in of_anchors(side, anchors):
        box, anchor = side.targets["boxes"][image, number], found[place]
        size, unit = box[2:] - box[:2], anchor[2:] - anchor[:2]
        shift = (box[:2] + box[2:] - anchor[:2] - anchor[2:]) / 2 / unit
        perfect[image, place] = torch.cat([shift, (size / unit).log()])
    return exact(side, perfect, far=torch.tensor([10.0, 10.0, 0.0, 0.0]).to(perfect))


def sides(side: Side) -> Probe:
    """Shares of the two bins next to each distance, as logits; the worst are sure of the end that is farther away."""
    points = side.call("points", side.like)
    cell = points[1, 0] - points[0, 0]
    last = side.like.shape[-1] - 1
    perfect = side.noise.clone()
    worst = side.noise.clone()
    bins = torch.arange(last + 1).to(side.like)
    for image, place, number in of_points(side):
        box = side.targets["boxes"][image, number]
        distances = torch.cat([points[place] - box[:2], box[2:] - points[place]]) / cell
        shares = (1 - (bins - distances[:, None]).abs()).clamp(min=0)
        perfect[image, place] = shares.log().clamp(min=-SURE)
        far = torch.where(distances < last / 2, last, 0)
        worst[image, place] = SURE * (2.0 * (bins == far[:, None]) - 1)
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def query_boxes(side: Side) -> Probe:
    """Each object's box at its query, where the random ones are not far off; the worst are specks in a far corner."""
    start = 0.25 + 0.15 * side.noise[..., :2].tanh()
    random = torch.cat([start, start + 0.3 + 0.1 * side.noise[..., 2:].tanh()], dim=-1)
    perfect, worst = random.clone(), random.clone()
    for image, place, number in of_queries(side):
        box = side.targets["boxes"][image, number]
        corner = ((box[:2] + box[2:]) < 1) * 0.98
        perfect[image, place] = box
        random[image, place] = 0.7 * box + 0.3 * random[image, place]  # so that it's matched to this object
        worst[image] = torch.cat([corner, corner + 0.02])
    return Probe(perfect, random, worst, perfect - random)


def query_masks(side: Side) -> Probe:
    """Each object's mask at its query; the worst are its negatives, at every query."""
    perfect, worst = side.noise.clone(), side.noise.clone()
    for image, place, number in of_queries(side):
        pattern = 2 * side.targets["masks"][image, number] - 1
        perfect[image, place] = SURE * pattern
    for image in range(len(worst)):
        union = side.targets["masks"][image].amax(dim=0)
        worst[image] = SURE * (1 - 2 * union)
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def region_masks(side: Side, anchors: str) -> Probe:
    """What each region holds of its object's mask, in the channel of its class; the worst hold the contrary."""
    regions = side.call(anchors, side.like)
    perfect, worst = side.noise.clone(), side.noise.clone()
    for image, place, number in of_anchors(side, anchors):
        share = inside(side.targets["masks"][image, number], regions[place], side.like.shape[-1])
        label = side.targets["target"][image, number]
        perfect[image, place, label] = torch.logit(share, eps=1e-6).clamp(-SURE, SURE)
        worst[image, place, label] = SURE * (1 - 2 * share.round())
    return Probe(perfect, side.noise, worst, perfect - side.noise)


def inside(mask: Tensor, region: Tensor, bins: int) -> Tensor:
    """A mask [H, W] at the centres of bins x bins parts of a region [4], by interpolation between four pixels."""
    steps = (torch.arange(bins).to(mask) + 0.5) / bins
    places = [region[i] + (region[i + 2] - region[i]) * steps for i in (0, 1)]
    weights = [
        (1 - (place[:, None] * size - 0.5 - torch.arange(size).to(mask)).abs()).clamp(min=0)
        for place, size in zip(places, (mask.shape[1], mask.shape[0]), strict=True)
    ]
    return weights[1] @ mask @ weights[0].T


def heatmaps(side: Side) -> Probe:
    """A spot at each point, as wide as those of the program; the worst have holes there."""
    spot, far = side.call("spots", torch.tensor([0.5, 0.5]), 100), (torch.arange(100) - 49.5).square()
    variance = float((spot.sum(dim=0) * far).sum() / spot.sum())
    cells = side.like.shape[-1]
    place = torch.arange(cells).to(side.like) + 0.5
    x, y = ((place - side.targets["target"].nan_to_num()[..., i, None] * cells).square() for i in (0, 1))
    perfect = (-(x[..., None, :] + y[..., None]) / (2 * variance)).exp()
    return Probe(perfect, side.noise, -10 * perfect - side.noise.abs(), perfect - side.noise)


KINDS: dict[str, Kind] = {
    "anchor-logits": partial(classes, owners=partial(of_anchors, anchors="anchors"), background=False),
    "anchor-softmax-logits": partial(classes, owners=partial(of_anchors, anchors="anchors"), background=True),
    "anchor-offsets": partial(offsets, anchors="anchors"),
    "point-logits": partial(classes, owners=of_points, background=False),
    "side-logits": sides,
    "query-logits": partial(classes, owners=of_queries, background=True),
    "query-boxes": query_boxes,
    "query-mask-logits": query_masks,
    "region-logits": partial(classes, owners=partial(of_anchors, anchors="regions"), background=True),
    "region-offsets": partial(offsets, anchors="regions"),
    "heatmaps": heatmaps,
    "region-mask-logits": partial(region_masks, anchors="regions"),
}
"""Each kind of output by its name in a contract."""
