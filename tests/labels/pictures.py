"""Makes image files for the tests of masks and of trees of images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

VOC_COLORS = [value for index in range(256) for value in (index * 37 % 256, index * 67 % 256, index * 97 % 256)]


def save(path: Path, pixels: object, *, mode: str = "", dtype: str = "uint8") -> Path:
    """Write rows of values (or of colours) as an image; mode "P" gives it a palette."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(np.asarray(pixels, dtype=dtype))
    if mode == "P":
        image.putpalette(VOC_COLORS)
    elif mode:
        image = image.convert(mode)
    image.save(path)
    return path


def filled(shares: dict[int, int], *, width: int = 20) -> list[list[int]]:
    """Rows that hold each value as often as the mapping says, the rest of the last row filled with the first value."""
    values = [value for value, count in shares.items() for _ in range(count)]
    values += [next(iter(shares))] * (-len(values) % width)
    return [values[at : at + width] for at in range(0, len(values), width)]
