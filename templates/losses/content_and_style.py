"""How far an image is from the content of one image and from the style of another."""

from collections.abc import Callable

import torch.nn.functional as F
from models.features import features
from torch import Tensor

CONTENT_LAYER = 1  # of those that features() gives: relu2_2 of VGG-16 (Johnson et al. 2016)


def content_and_style(image: Tensor, content: Tensor, style: Tensor, summary: Callable) -> tuple:
    """Images [B, 3, H, W], style [1, 3, H, W] -> squared distances of a layer and of summaries."""
    found, wanted = features(image), features(content.detach())[CONTENT_LAYER]
    pairs = zip(map(summary, found), map(summary, features(style.detach())), strict=True)
    look = sum(F.mse_loss(a, b.expand_as(a)) for a, b in pairs)
    return F.mse_loss(found[CONTENT_LAYER], wanted), look
