"""Of several boxes for one object, the surest alone stays (non-maximum suppression)."""

from losses.two_boxes import overlap
from torch import Tensor

SAME_IOU = 0.5  # boxes that overlap this much are of one object


def surest(scores: Tensor, boxes: Tensor) -> Tensor:
    """Scores [B, A], boxes [B, A, 4] -> no surer box overlaps this one much, [B, A] bool."""
    rank = scores.argsort(dim=1, descending=True).argsort(dim=1)
    same = overlap(boxes[:, :, None], boxes[:, None])[0] > SAME_IOU
    return ~(same & (rank[:, None] < rank[:, :, None])).any(dim=2)
