"""DETR: cross-entropy with a weak "no object", L1 and generalized IoU of the matched boxes."""

import torch
import torch.nn.functional as F
from losses.center_size import center_size
from losses.generalized_iou import generalized_iou
from torch import Tensor

CLASS_WEIGHT = 1.0  # the weights of DETR, for boxes in parts of the image
L1_WEIGHT = 5.0
GIOU_WEIGHT = 2.0
NO_OBJECT_WEIGHT = 0.1  # most queries are for no object: they must not drown the others


def criterion(logits: Tensor, classes: Tensor, found: Tensor, boxes: Tensor) -> dict[str, Tensor]:
    """Logits [B, Q, C + 1] and classes [B, Q]; boxes x1, y1, x2, y2 [P, 4] of the matched."""
    weight = torch.ones_like(logits[0, 0])
    weight[-1] = NO_OBJECT_WEIGHT
    count = max(len(found), 1)
    pairs = zip(center_size(found), center_size(boxes), strict=True)
    return {
        "class": CLASS_WEIGHT * F.cross_entropy(logits.transpose(1, 2), classes, weight),
        "l1": L1_WEIGHT * sum((a - b).abs().sum() for a, b in pairs) / count,
        "giou": GIOU_WEIGHT * (1 - generalized_iou(found, boxes)).sum() / count,
    }
