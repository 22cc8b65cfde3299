"""Content as features, style as Gram matrices."""

from losses.content_and_style import content_and_style
from losses.gram import gram
from torch import Tensor

CONTENT_WEIGHT, STYLE_WEIGHT = 1.0, 1e5  # with this gram and these layers: pytorch/examples


def criterion(image: Tensor, content: Tensor, style: Tensor) -> dict[str, Tensor]:
    """Images [B, 3, H, W] and [1, 3, H, W], float32 in 0..1 -> the terms, each times its weight."""
    distance, look = content_and_style(image, content, style, gram)
    return {"content": CONTENT_WEIGHT * distance, "style": STYLE_WEIGHT * look}
