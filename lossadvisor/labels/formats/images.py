"""Mask images: how many pixels have which value, file by file, and the sum of many files."""

from __future__ import annotations

import os
import struct
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from lossadvisor.errors import UserError
from lossadvisor.labels.needs import need

MOST = 128  # distinct values or colours of one mask; a photo has more
TWO = 0.6  # share of the pixels that the two most common values of a mask have even where its edges were blended
CHUNK = 32  # files that a thread takes at a time
THREADS = min(8, os.cpu_count() or 1)
INDEXED = ("P", "PA")
GREY = ("L", "LA", "La")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, struct.error, MemoryError)
"""What Pillow raises on files that aren't images, or end too soon."""


class Pixels(NamedTuple):
    """The pixels of a mask by value or colour; None where it has more than MOST of them."""

    mode: str
    size: tuple[int, int]
    values: dict[Any, int] | None


class Tally(NamedTuple):
    """The sum over many masks; the counters are filled as files are read.

    Args:
        values: pixels by value (greyscale and palette images) or by colour (red, green, blue).
        inside: masks in which a value occurs.
        sizes: masks by width and height.
        modes: masks by Pillow's mode: "P" palette, "L" greyscale, "1" black or white, "RGB", ...
        uniform: masks that have a single value, by that value.
        rich: masks with more values than a mask has, as names of files.
        broken: what is wrong with files that can't be read, by name of the file.
    """

    values: Counter[Any]
    inside: Counter[Any]
    sizes: Counter[tuple[int, int]]
    modes: Counter[str]
    uniform: Counter[Any]
    rich: list[str]
    broken: dict[str, str]

    @property
    def files(self) -> int:
        """The masks that could be read."""
        return self.modes.total()


def tallied(paths: Sequence[Path]) -> Tally:
    """The sum over masks, read by several threads; no more than their counts is kept.

    Raises:
        UserError: Pillow is missing, a file has more pixels than Pillow dares to read, or none can be read.
    """
    need("PIL.Image")
    sums = Tally(Counter(), Counter(), Counter(), Counter(), Counter(), [], {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of images above half its limit, which satellites make
        for path, found in read(paths):
            add(sums, path, found)
    if not sums.files:
        name, reason = next(iter(sums.broken.items()))
        raise UserError(f"no image can be read: {reason}", place=name)
    return sums


def read(paths: Sequence[Path]) -> Iterator[tuple[Path, Pixels | str]]:
    """Each path with what is in it, or why it can't be read; a few chunks are under way at a time."""
    chunks = [paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK)]
    with ThreadPoolExecutor(THREADS) as pool:
        for at in range(0, len(chunks), 2 * THREADS):
            for chunk in pool.map(lambda some: [(path, pixels(path)) for path in some], chunks[at : at + 2 * THREADS]):
                yield from chunk


def add(sums: Tally, path: Path, found: Pixels | str) -> None:
    if isinstance(found, str):
        sums.broken[str(path)] = found
        return
    sums.modes[found.mode] += 1
    sums.sizes[found.size] += 1
    if found.values is None:
        sums.rich.append(str(path))
        return
    sums.values.update(found.values)
    sums.inside.update(found.values.keys())
    if len(found.values) == 1:
        sums.uniform.update(found.values.keys())


def pixels(path: Path) -> Pixels | str:
    """The pixels of one mask, or why it can't be read.

    Raises:
        UserError: it has more pixels than Pillow dares to read.
    """
    image_module = need("PIL.Image")
    try:
        with image_module.open(path) as image:
            return Pixels(image.mode, image.size, counted(image))
    except image_module.DecompressionBombError as error:
        hint = "a mask has as many pixels as its image: is this one? A real one is cut into tiles first."
        raise UserError(f"the image may be a decompression bomb: {error}", place=str(path), hint=hint) from None
    except image_module.UnidentifiedImageError:
        return "no image that Pillow knows"
    except BROKEN as error:
        return str(error) or type(error).__name__


def counted(image: Any) -> dict[Any, int] | None:
    """Pixels by index (palette), by level (greyscale), or by colour; None where there are too many of them."""
    if image.mode == "1":
        black, *_, white = image.histogram()
        return present({0: black, 1: white})
    if image.mode in INDEXED or image.mode in GREY:
        bands = image.getchannel(0) if len(image.mode) > 1 else image
        return none_if_photo(present(dict(enumerate(bands.histogram()))))
    if image.mode.startswith(("I", "F")):
        return numbers(image)
    colors = image.convert("RGB").getcolors(MOST) if image.mode != "RGB" else image.getcolors(MOST)
    return {color: count for count, color in colors} if colors else None


def none_if_photo(values: dict[Any, int]) -> dict[Any, int] | None:
    """The pixels of a mask, or None: a photo has many levels, and none that is most of it."""
    if len(values) <= MOST or sum(sorted(values.values())[-2:]) >= TWO * sum(values.values()):
        return values
    return None


def numbers(image: Any) -> dict[Any, int] | None:
    """Pixels by value, of an image of 16 or 32 bits."""
    numpy = need("numpy")
    values, counts = numpy.unique(numpy.asarray(image), return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True)) if len(values) <= MOST else None


def present(values: dict[Any, int]) -> dict[Any, int]:
    return {value: count for value, count in values.items() if count}
