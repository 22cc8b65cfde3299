"""Which object each query is for: the cheapest matching (Carion et al. 2020, arXiv 2005.12872)."""

import torch
from losses.assignment import cheapest
from losses.generalized_iou import generalized_iou
from losses.objects import PADDING
from losses.offsets import center_size
from torch import Tensor

CLASS_COST = 1.0  # on the probability of the object's class
L1_COST = 5.0
GIOU_COST = 2.0


@torch.no_grad()
def match(logits: Tensor, found: Tensor, labels: Tensor, boxes: Tensor) -> Tensor:
    """Logits [B, Q, C + 1], boxes [B, Q, 4], objects [B, M] -> each query's object [B, Q] or -1."""
    owner = torch.full(logits.shape[:2], -1, device=logits.device)
    for image in range(len(labels)):
        real = (labels[image] != PADDING).nonzero()[:, 0]
        wanted, given = boxes[image, real, None], found[image]
        distance = torch.cat(center_size(wanted), -1) - torch.cat(center_size(given), -1)
        cost = (
            -CLASS_COST * logits[image].softmax(dim=-1)[:, labels[image, real]].T
            + L1_COST * distance.abs().sum(dim=-1)
            - GIOU_COST * generalized_iou(given, wanted)
        )  # [objects, Q]
        owner[image, cheapest(cost.tolist())] = real
    return owner
