"""Whole losses of detection and keypoints, all terms of them, and what they are measured against.

`torchvision` is its parts put together, `plain` what one writes from the paper, where no library has the whole loss.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

IGNORED = -100
ANCHORS = ((2, 100, 3), (4, 2000, 20), (4, 20_000, 80))
QUERIES = ((2, 20, 4, 3), (4, 100, 8, 20), (8, 100, 20, 80))
Make = Callable[[], Loss]


def total(name: str) -> Loss:
    """The sum of the terms of a loss of ours."""
    criterion = template(f"losses.{name}").criterion
    return lambda *inputs: sum(criterion(*inputs).values())


def mask(batch: int, labels: int, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Logits and masks [B, L, H, W] of which a tenth is foreground."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(batch, labels, height, width, generator=generator).requires_grad_()
    return logits, (torch.rand(logits.shape, generator=generator) < 0.1).float()


def some_boxes(generator: torch.Generator, *shape: int) -> Tensor:
    start, size = torch.rand(2, *shape, 2, generator=generator)
    return torch.cat([0.7 * start, 0.7 * start + 0.05 + 0.25 * size], dim=-1)


def anchors(batch: int, count: int, classes: int, *, background: int = 0) -> tuple[Tensor, ...]:
    """Logits and class of all anchors; offsets, boxes and anchors of the hundredth that is for an object."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(batch, count, classes + background, generator=generator).requires_grad_()
    chance = torch.rand(batch, count, generator=generator)
    labels = torch.randint(classes, (batch, count), generator=generator)
    labels = labels.where(chance < 0.01, classes).where(chance < 0.99, IGNORED)
    labels[:, 0] = 0
    positive = int(((labels >= 0) & (labels < classes)).sum())
    offsets = (0.3 * torch.randn(positive, 4, generator=generator)).requires_grad_()
    return logits, labels, offsets, some_boxes(generator, positive), some_boxes(generator, positive)


def torchvision_focal(kind: str, weight: float) -> Make:
    """Focal loss of the classes and a loss of the boxes, as RetinaNet's heads put them together."""

    def make() -> Loss:
        from torchvision import ops
        from torchvision.models.detection._utils import BoxCoder

        coder = BoxCoder((1.0, 1.0, 1.0, 1.0))
        regression = {"l1": F.l1_loss, "smooth_l1": partial(F.smooth_l1_loss, beta=0.1)}
        overlap = getattr(ops, f"{kind}_box_iou_loss", None)

        def loss(logits: Tensor, labels: Tensor, offsets: Tensor, boxes: Tensor, places: Tensor) -> Tensor:
            positive, valid = (labels >= 0) & (labels < logits.shape[-1]), labels != IGNORED
            truth = torch.zeros_like(logits)
            truth[positive, labels[positive]] = 1.0
            value: Tensor = ops.sigmoid_focal_loss(logits[valid], truth[valid], reduction="sum")
            if overlap is None:
                gaps = regression[kind](offsets, coder.encode_single(boxes, places), reduction="sum")
            else:
                gaps = overlap(coder.decode_single(offsets, places), boxes, reduction="sum")
            return value + weight * gaps

        return loss

    return make


def torchvision_multibox(kind: str) -> Make:
    """Mined cross-entropy and a loss of the boxes, as SSD puts them together."""

    def make() -> Loss:
        from torchvision import ops
        from torchvision.models.detection._utils import BoxCoder

        scales = 10.0, 10.0, 5.0, 5.0
        coder, plain = BoxCoder(scales), BoxCoder((1.0, 1.0, 1.0, 1.0))

        def loss(logits: Tensor, labels: Tensor, offsets: Tensor, boxes: Tensor, places: Tensor) -> Tensor:
            background = logits.shape[-1] - 1
            flat = logits.flatten(0, 1)
            losses = F.cross_entropy(flat, labels.flatten(), reduction="none").view(labels.shape)
            positive = (labels >= 0) & (labels < background)
            negatives = losses.masked_fill(labels != background, -torch.inf)
            rank = negatives.sort(dim=1, descending=True).indices.sort(dim=1).indices
            mined = rank < 3 * positive.sum(dim=1, keepdim=True)
            value = losses[positive].sum() + losses[mined].sum()
            if kind == "giou":
                found = plain.decode_single(offsets, places)
                return value + 2 * ops.generalized_box_iou_loss(found, boxes, reduction="sum")
            wanted = coder.encode_single(boxes, places)
            return value + F.smooth_l1_loss(offsets * torch.tensor(scales), wanted, reduction="sum")

        return loss

    return make


def points(batch: int, count: int, classes: int) -> tuple[Tensor, ...]:
    """Logits and soft targets of all points; boxes, sides and distances of the positives."""
    logits, labels, _, boxes, found = anchors(batch, count, classes)
    generator = torch.Generator().manual_seed(1)
    positive = (labels >= 0) & (labels < classes)
    targets = torch.zeros_like(logits).detach()
    targets[positive, labels[positive]] = 0.1 + 0.9 * torch.rand(len(boxes), generator=generator)
    sides = torch.randn(len(boxes), 4, 16, generator=generator).requires_grad_()
    return logits, targets, found.requires_grad_(), boxes, sides, 14.9 * torch.rand(len(boxes), 4, generator=generator)


def torchvision_points() -> Loss:
    from torchvision.ops import complete_box_iou_loss

    def loss(logits: Tensor, targets: Tensor, found: Tensor, boxes: Tensor, sides: Tensor, distances: Tensor) -> Tensor:
        weights = targets.sum(dim=-1)[targets.sum(dim=-1) > 0]
        low, bins = distances.long().flatten(), sides.flatten(0, 1)
        share = distances.frac().flatten()
        each = F.cross_entropy(bins, low, reduction="none") * (1 - share)
        each = (each + F.cross_entropy(bins, low + 1, reduction="none") * share).view(-1, 4).mean(dim=1)
        bce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum()
        gaps = complete_box_iou_loss(found, boxes)
        return (0.5 * bce + 7.5 * (gaps * weights).sum() + 1.5 * (each * weights).sum()) / targets.sum().clamp(min=1)

    return loss


def queries(batch: int, count: int, objects: int, classes: int) -> tuple[Tensor, ...]:
    """Logits [B, Q, C + 1] and boxes [B, Q, 4] of queries; labels [B, M] and boxes [B, M, 4] of objects."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(batch, count, classes + 1, generator=generator).requires_grad_()
    labels = torch.randint(classes, (batch, objects), generator=generator)
    found = some_boxes(generator, batch, count).requires_grad_()
    return logits, found, labels, some_boxes(generator, batch, objects)


def ours_matched(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
    """DETR's loss, matching and all."""
    image, query, owner = template("losses.matched_boxes").match(logits, found, labels, boxes)
    classes = torch.full_like(logits[..., 0], logits.shape[-1] - 1, dtype=torch.int64)
    classes[image, query] = labels[image, owner]
    value: Tensor = total("detr")(logits, classes, found[image, query], boxes[image, owner])
    return value


def transformers_detr() -> Loss:
    from torchvision.ops import box_convert
    from transformers.loss.loss_for_object_detection import HungarianMatcher, ImageLoss

    matcher = HungarianMatcher(class_cost=1, bbox_cost=5, giou_cost=2)
    turn = partial(box_convert, in_fmt="xyxy", out_fmt="cxcywh")

    def loss(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
        theirs = ImageLoss(matcher, logits.shape[-1] - 1, 0.1, ["labels", "boxes"])
        targets = [{"class_labels": y, "boxes": b} for y, b in zip(labels, turn(boxes), strict=True)]
        terms = theirs({"logits": logits, "pred_boxes": turn(found)}, targets)
        value: Tensor = terms["loss_ce"] + 5 * terms["loss_bbox"] + 2 * terms["loss_giou"]
        return value

    return loss


def matched(batch: int, count: int, objects: int, classes: int) -> tuple[Tensor, ...]:
    """Logits and classes of queries; boxes of those that are matched, and of their objects."""
    logits, found, labels, boxes = queries(batch, count, objects, classes)
    wanted = torch.full((batch, count), classes)
    wanted[:, :objects] = labels
    return logits, wanted, found.detach()[:, :objects].flatten(0, 1).requires_grad_(), boxes.flatten(0, 1)


def weighted_classes(logits: Tensor, classes: Tensor) -> Tensor:
    weight = torch.tensor([1.0] * (logits.shape[-1] - 1) + [0.1])
    return F.cross_entropy(logits.transpose(1, 2), classes, weight)


def torchvision_detr() -> Loss:
    from torchvision.ops import box_convert, generalized_box_iou_loss

    def loss(logits: Tensor, classes: Tensor, found: Tensor, boxes: Tensor) -> Tensor:
        sides = (box_convert(side, "xyxy", "cxcywh") for side in (found, boxes))
        gaps: Tensor = 5 * F.l1_loss(*sides, reduction="sum") + 2 * generalized_box_iou_loss(found, boxes).sum()
        return weighted_classes(logits, classes) + gaps / len(boxes)

    return loss


def matched_masks(batch: int, count: int, objects: int, classes: int) -> tuple[Tensor, ...]:
    """Logits and classes of queries; mask logits and masks [P, 64, 64] of those that are matched."""
    logits, wanted, *_ = matched(batch, count, objects, classes)
    return (logits, wanted, *(side[:, 0] for side in mask(batch * objects, 1, 64, 64)))


def transformers_mask2former() -> Loss:
    from transformers.models.mask2former.modeling_mask2former import dice_loss, sigmoid_cross_entropy_loss

    def loss(logits: Tensor, classes: Tensor, found: Tensor, masks: Tensor) -> Tensor:
        sides = found.flatten(1), masks.flatten(1)
        gaps: Tensor = 5 * sigmoid_cross_entropy_loss(*sides, len(masks)) + 5 * dice_loss(*sides, len(masks))
        return 2 * weighted_classes(logits, classes) + gaps

    return loss


def regions(batch: int, count: int, classes: int) -> tuple[Tensor, ...]:
    """Logits and classes of regions; offsets, boxes and regions of the positives; their masks [P, 28, 28]."""
    found = anchors(batch, count, classes, background=1)
    positive = len(found[2])
    classes_of = found[1].where(found[1] >= 0, classes)
    return (found[0], classes_of, *found[2:], *(side[:, 0] for side in mask(positive, 1, 28, 28)))


def ours_regions(logits: Tensor, classes: Tensor, *rest: Tensor) -> Tensor:
    terms = template("losses.mask_rcnn").criterion(logits, classes, rest[:3], rest[3:])
    value: Tensor = sum(terms.values())
    return value


def torchvision_regions() -> Loss:
    from torchvision.models.detection._utils import BoxCoder

    scales = 10.0, 10.0, 5.0, 5.0
    coder = BoxCoder(scales)

    def loss(logits: Tensor, classes: Tensor, *rest: Tensor) -> Tensor:
        offsets, boxes, places, found, masks = rest
        wanted = coder.encode_single(boxes, places)
        gaps = F.smooth_l1_loss(offsets * torch.tensor(scales), wanted, beta=1 / 9, reduction="sum")
        pixels = F.binary_cross_entropy_with_logits(found, masks)
        return F.cross_entropy(logits.flatten(0, 1), classes.flatten()) + gaps / classes.numel() + pixels

    return loss


# Keypoints.


def heatmaps(count: int, cells: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(count, cells, cells, generator=generator).requires_grad_()
    return maps, torch.rand(count, 2, generator=generator)


def plain_heatmaps(maps: Tensor, places: Tensor) -> Tensor:
    cells = maps.shape[-1]
    y, x = torch.meshgrid(*[torch.arange(cells) + 0.5] * 2, indexing="ij")
    far = (x - places[:, 0, None, None] * cells) ** 2 + (y - places[:, 1, None, None] * cells) ** 2
    return F.mse_loss(maps, torch.exp(-far / (2 * 1.5**2)))


BOX_TERMS = {
    "focal_smooth_l1": ("smooth_l1", 1.0),
    "focal_l1": ("l1", 1.0),
    "focal_giou": ("generalized", 2.0),
    "focal_diou": ("distance", 2.0),
    "focal_ciou": ("complete", 2.0),
}
mined = partial(anchors, background=1)

CASES = [
    *[
        Case(name, ANCHORS, anchors, total(name), {"torchvision": torchvision_focal(*kind)})
        for name, kind in BOX_TERMS.items()
    ],
    Case("multibox", ANCHORS, mined, total("multibox"), {"torchvision": torchvision_multibox("l1")}),
    Case("multibox_giou", ANCHORS, mined, total("multibox_giou"), {"torchvision": torchvision_multibox("giou")}),
    Case("bce_ciou_dfl", ANCHORS, points, total("bce_ciou_dfl"), {"torchvision": torchvision_points}),
    Case("detr", QUERIES, matched, total("detr"), {"torchvision": torchvision_detr}),
    Case("detr with matching", QUERIES, queries, ours_matched, {"transformers": transformers_detr}),
    Case("mask2former", QUERIES, matched_masks, total("mask2former"), {"transformers": transformers_mask2former}),
    Case("mask_rcnn", ANCHORS, regions, ours_regions, {"torchvision": torchvision_regions}),
    Case(
        *("heatmap_mse", ((4, 16), (64, 64), (512, 64)), heatmaps, template("losses.heatmap_mse").criterion),
        {"plain": lambda: plain_heatmaps},
    ),
]
