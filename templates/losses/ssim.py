"""Structural similarity of two images (SSIM)."""

import torch
import torch.nn.functional as F
from torch import Tensor

DATA_RANGE = 1.0  # largest minus smallest value that a pixel can have
WINDOW, SIGMA = 11, 1.5  # pixels; Wang et al. 2004


def ssim(image: Tensor, target: Tensor) -> Tensor:
    """Images [B, C, H, W] float32, H and W at least WINDOW -> mean similarity, 1 where equal."""
    assert min(image.shape[-2:]) >= WINDOW, f"SSIM needs {WINDOW} pixels on each side"
    offsets = torch.arange(WINDOW, dtype=image.dtype, device=image.device) - WINDOW // 2
    line = (-(offsets**2) / (2 * SIGMA**2)).softmax(dim=0)
    channels = image.shape[1]
    window = line.outer(line).expand(channels, 1, WINDOW, WINDOW)
    with torch.autocast(image.device.type, enabled=False):  # bfloat16 is too coarse for this
        maps = torch.stack([image, target, image**2, target**2, image * target]).flatten(0, 1)
        means = F.conv2d(maps, window, groups=channels).unflatten(0, (5, -1))
    x, y, xx, yy, xy = means
    c1, c2 = (0.01 * DATA_RANGE) ** 2, (0.03 * DATA_RANGE) ** 2
    luminance = (2 * x * y + c1) / (x**2 + y**2 + c1)
    structure = (2 * (xy - x * y) + c2) / ((xx - x**2) + (yy - y**2) + c2)
    return (luminance * structure).mean()
