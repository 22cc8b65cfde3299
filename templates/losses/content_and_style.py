"""How far an image is from the content of one image and from the style of another."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from models.features import features
from torch import Tensor

CONTENT_LAYER = 1  # of those that features() gives: relu2_2 of VGG-16 (Johnson et al. 2016)


def content_and_style(
    image: Tensor, content: Tensor, style: Tensor, summary: Callable
) -> tuple[Tensor, Tensor]:
    """Images [B, 3, H, W], style [1, 3, H, W] -> squared distances of a layer and of summaries."""
    found = [hidden.float() for hidden in features(image)]
    with torch.no_grad():  # what is wanted has no gradient; the image has
        wanted = features(content)[CONTENT_LAYER].float()
        summaries = [summary(hidden.float()) for hidden in features(style)]
    pairs = [(summary(hidden), goal) for hidden, goal in zip(found, summaries, strict=True)]
    distances = [F.mse_loss(made, goal.expand_as(made)) for made, goal in pairs]
    return F.mse_loss(found[CONTENT_LAYER], wanted), sum(distances)
