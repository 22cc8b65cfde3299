"""How a prediction is laid out along each axis, all else being fixed."""

from __future__ import annotations

from lossadvisor.plot.paths import answers, classes, found, generative, numbers, rows
from lossadvisor.plot.paths.path import Layout, Numbers, Path

__all__ = ["PATHS", "Layout", "Numbers", "Path"]

PATHS: dict[str, Layout] = {
    **answers.PATHS,
    **classes.PATHS,
    **found.PATHS,
    **generative.PATHS,
    **numbers.PATHS,
    **rows.PATHS,
}
"""Each path by its name in `rules/axes.yaml`."""
