"""What overlap losses compare, for masks of yes and no."""

from torch import Tensor


def regions(logits: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
    #: if incomplete
    """Logits and masks [B, L, H, W] -> probabilities and truth [B, L, H, W], 0 if unknown."""
    return logits.sigmoid() * ~masks.isnan(), masks.nan_to_num(nan=0.0)
    #: else
    """Logits and masks [B, L, H, W] -> probabilities and truth [B, L, H, W]."""
    return logits.sigmoid(), masks
    #: end
