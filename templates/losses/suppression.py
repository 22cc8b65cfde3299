"""Of several boxes for one object, the surest alone stays (non-maximum suppression)."""

import torch
from losses.two_boxes import overlap
from torch import Tensor

SAME_IOU = 0.5  # boxes that overlap this much are of one object


def suppress(scores: Tensor, boxes: Tensor) -> Tensor:
    """Scores [B, A] and boxes [B, A, 4] -> which of them stay [B, A] bool."""
    order = scores.argsort(dim=1, descending=True)
    boxes = boxes.gather(1, order[..., None].expand(-1, -1, 4))
    same = (overlap(boxes[:, :, None], boxes[:, None])[0] > SAME_IOU).triu(diagonal=1)
    stays = torch.ones_like(order, dtype=torch.bool)
    for place in range(order.shape[1]):
        stays &= ~(same[:, place] & stays[:, place, None])
    return torch.zeros_like(stays).scatter(1, order, stays)
