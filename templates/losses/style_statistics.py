"""Content as features, style as mean and spread of each feature (AdaIN)."""

import torch
from losses.content_and_style import content_and_style
from torch import Tensor

CONTENT_WEIGHT, STYLE_WEIGHT = 1.0, 10.0  # naoto0804/pytorch-AdaIN
EPSILON = 1e-5  # keeps the gradient of the square root finite where a feature is constant


def mean_and_spread(hidden: Tensor) -> Tensor:
    """Features [B, C, H, W] float32 -> [B, 2 * C]."""
    variance, mean = torch.var_mean(hidden, dim=(2, 3))
    return torch.cat([mean, (variance + EPSILON).sqrt()], dim=1)


def criterion(image: Tensor, content: Tensor, style: Tensor) -> dict[str, Tensor]:
    """Images [B, 3, H, W] and [1, 3, H, W], float32 in 0..1 -> the terms, each times its weight."""
    distance, look = content_and_style(image, content, style, mean_and_spread)
    return {"content": CONTENT_WEIGHT * distance, "style": STYLE_WEIGHT * look}
