"""Which object each anchor is for, by overlap (Ren et al. 2015, arXiv 1506.01497)."""

import torch
import torch.nn.functional as F
from losses.objects import PADDING
from losses.two_boxes import overlap
from torch import Tensor

POSITIVE_IOU = 0.5  # an anchor that overlaps an object this much is for it
NEGATIVE_IOU = 0.4  # below it is background, in between it does not count (class PADDING)


@torch.no_grad()
def assign(labels: Tensor, boxes: Tensor, anchors: Tensor, background: int) -> tuple[Tensor, ...]:
    """Objects [B, M, ...], anchors [A, 4] -> classes [B, A]; image, anchor, object of positives."""
    real = (labels != PADDING)[..., None]
    iou = overlap(boxes[:, :, None], anchors)[0].masked_fill(~real, -1.0)  # [B, M, A]
    best = F.one_hot(iou.argmax(dim=2), len(anchors)).bool() & real  # no object goes without
    highest, owner = iou.masked_fill(best, 2.0).max(dim=1)
    classes = labels.gather(1, owner).masked_fill(highest < POSITIVE_IOU, PADDING)
    classes = classes.masked_fill(highest < NEGATIVE_IOU, background)
    image, anchor = (highest >= POSITIVE_IOU).nonzero().unbind(dim=1)
    return classes, image, anchor, owner[image, anchor]
