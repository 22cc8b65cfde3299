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
    line = (-(offsets**2) / (2 * SIGMA**2)).softmax(dim=0).expand(image.shape[1], 1, 1, -1)
    with torch.autocast(image.device.type, enabled=False):  # bfloat16 is too coarse for this
        maps = torch.stack([image, target, image**2 + target**2, image * target]).flatten(0, 1)
        rows = F.conv2d(maps, line, groups=len(line))
        means = F.conv2d(rows, line.mT, groups=len(line))
    x, y, squares, xy = means.unflatten(0, (4, -1))
    c1, c2 = (0.01 * DATA_RANGE) ** 2, (0.03 * DATA_RANGE) ** 2
    both, levels = x * y, x**2 + y**2
    luminance = (2 * both + c1) / (levels + c1)
    structure = (2 * (xy - both) + c2) / (squares - levels + c2)
    return (luminance * structure).mean()
