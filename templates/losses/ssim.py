"""Structural similarity of two images (SSIM)."""

import torch
from torch import Tensor

DATA_RANGE = 1.0  # largest minus smallest value that a pixel can have
WINDOW, SIGMA = 11, 1.5  # pixels; Wang et al. 2004


def window_weights(image: Tensor, size: int) -> Tensor:
    """The weights of the pixels of a line in each whole window, [size - WINDOW + 1, size]."""
    pixels = torch.arange(size, dtype=image.dtype, device=image.device)
    offsets = pixels - pixels[WINDOW // 2 : size - WINDOW // 2, None]
    weights = (-(offsets**2) / (2 * SIGMA**2)).exp() * (offsets.abs() <= WINDOW // 2)
    return weights / weights.sum(dim=1, keepdim=True)


def ssim(image: Tensor, target: Tensor) -> Tensor:
    """Images [B, C, H, W] float32, H and W at least WINDOW -> mean similarity, 1 where equal."""
    assert min(image.shape[-2:]) >= WINDOW, f"SSIM needs {WINDOW} pixels on each side"
    down, across = (window_weights(image, size) for size in image.shape[-2:])
    with torch.autocast(image.device.type, enabled=False):  # bfloat16 is too coarse for this
        maps = torch.stack([image, image**2 + target**2, image * target])
        x, squares, xy = down @ maps @ across.T
        y = down @ target @ across.T
    c1, c2 = (0.01 * DATA_RANGE) ** 2, (0.03 * DATA_RANGE) ** 2
    both, levels = x * y, x**2 + y**2
    luminance = (2 * both + c1) / (levels + c1)
    structure = (2 * (xy - both) + c2) / (squares - levels + c2)
    return (luminance * structure).mean()
