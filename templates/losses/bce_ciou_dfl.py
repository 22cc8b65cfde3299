"""YOLOv8: BCE on task-aligned soft targets, complete IoU, distribution focal loss."""

import torch
import torch.nn.functional as F
from losses.complete_iou import complete_iou
from torch import Tensor

CLASS_WEIGHT = 0.5  # the three gains are those of YOLOv8
BOX_WEIGHT = 7.5
SIDE_WEIGHT = 1.5


def distribution_focal(sides: Tensor, distances: Tensor) -> Tensor:
    """Logits of R bins [P, 4, R], distances [P, 4] in bins -> cross-entropy to both neighbours."""
    last = sides.shape[-1] - 1
    distances = distances.clamp(0, last - 0.01)
    low = distances.long()
    bins = torch.stack([low, low + 1], dim=-1)  # the neighbours
    shares = torch.stack([low + 1 - distances, distances - low], dim=-1)
    return -(sides.log_softmax(dim=-1).gather(-1, bins) * shares).sum(dim=-1).mean(dim=1)


def criterion(
    logits: Tensor, targets: Tensor, found: Tensor, boxes: Tensor, sides: Tensor, distances: Tensor
) -> dict[str, Tensor]:
    """Logits and soft targets [B, A, C]; boxes, sides and distances [P, ...] of the positives."""
    weights = targets.sum(dim=-1)
    weights, count = weights[weights > 0], weights.sum().clamp(min=1)
    losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    gaps = 1 - complete_iou(found, boxes)
    return {
        "class": CLASS_WEIGHT * losses / count,
        "box": BOX_WEIGHT * (weights * gaps).sum() / count,
        "side": SIDE_WEIGHT * (weights * distribution_focal(sides, distances)).sum() / count,
    }
