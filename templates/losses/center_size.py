"""Centre and size of boxes."""

from torch import Tensor


def center_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes x1, y1, x2, y2 [..., 4] -> centres [..., 2] and sizes [..., 2]."""
    low, high = boxes.chunk(2, dim=-1)
    return (low + high) / 2, high - low
