"""Cross-entropy plus Lovasz-softmax (Berman et al. 2018, arXiv 1705.08790)."""

import torch.nn.functional as F
from losses.lovasz import lovasz
from torch import Tensor

IGNORE_INDEX = 255  # pixels without a label
CE_WEIGHT = 1.0  # SalsaNext, arXiv 2003.03653
LOVASZ_WEIGHT = 1.0  # SalsaNext, arXiv 2003.03653


def lovasz_softmax(logits: Tensor, masks: Tensor) -> Tensor:
    """The mean over the classes that the batch has; pixels of all images are pooled."""
    valid = masks != IGNORE_INDEX
    probabilities, masks = logits.softmax(dim=1).movedim(1, 0)[:, valid], masks[valid]
    loss, labels = probabilities.sum() * 0.0, masks.unique()
    for label in labels:
        truth = (masks == label).to(logits.dtype)
        loss = loss + lovasz((truth - probabilities[label]).abs(), truth)
    return loss / max(len(labels), 1)


def criterion(logits: Tensor, masks: Tensor) -> dict[str, Tensor]:
    """Logits [B, C, H, W] float32 and class masks [B, H, W] int64 -> each term, weighted."""
    total = F.cross_entropy(logits, masks, ignore_index=IGNORE_INDEX, reduction="sum")
    count = (masks != IGNORE_INDEX).sum().clamp(min=1)  # not 0 / 0 where nothing has a label
    return {
        "cross_entropy": CE_WEIGHT * total / count,
        "lovasz": LOVASZ_WEIGHT * lovasz_softmax(logits, masks),
    }
