"""Planes as files: a surface over its contours, or contours with the path of the training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossadvisor.plot.figure import file_of
from lossadvisor.plot.planes import Plane, Surface, lowest

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

SIDE, CAPTION = 4.6, 0.9
"""Inches: of a picture, and of what is said below."""


def rendered(planes: Sequence[Plane], ending: str) -> bytes:
    """The planes below each other, a column for each loss, as the bytes of a file."""
    columns = max(len(plane.surfaces) for plane in planes)

    def draw(whole: Figure) -> None:
        parts = whole.subfigures(len(planes), 1, squeeze=False)
        for part, plane in zip(parts[:, 0], planes, strict=True):
            drawn(part, plane)

    return file_of((max(columns * SIDE, 1.4 * SIDE), len(planes) * (SIDE + CAPTION)), draw, ending)


def panel(plane: Plane, name: str) -> bytes:
    """The surface of one loss as a PNG."""
    return file_of((SIDE, SIDE), lambda figure: beside(figure, plane, [name]), "png")


def drawn(figure: SubFigure, plane: Plane) -> None:
    """The surfaces of a plane side by side, and what is said of it."""
    beside(figure, plane, [*plane.surfaces])
    figure.supxlabel("\n".join(plane.said), fontsize=8, x=0.02, ha="left")


def beside(figure: Figure | SubFigure, plane: Plane, names: Sequence[str]) -> None:
    """The surfaces of these losses side by side."""
    flat = plane.name == "trajectory"
    for number, name in enumerate(names):
        axes: Any = figure.add_subplot(1, len(names), number + 1, projection=None if flat else "3d")
        (contours if flat else relief)(axes, plane, plane.surfaces[name])
        axes.set_title(name, fontsize=10)
        axes.set_xlabel(plane.axes[0])
        axes.set_ylabel(plane.axes[1])


def values(surface: Surface) -> Any:
    """The values as an array, those that are not finite masked: they become holes."""
    import numpy as np

    return np.ma.masked_invalid(np.array(surface))


def relief(axes: Any, plane: Plane, surface: Surface) -> None:
    """A surface in space over its contours, with the path on it."""
    import numpy as np

    x, y = np.meshgrid(plane.xs, plane.ys)
    z = values(surface)
    floor = float(z.min()) - 0.4 * float(np.ptp(z.compressed()) if z.count() else 1.0)
    axes.plot_surface(x, y, z.filled(np.nan), cmap="cividis", rstride=1, cstride=1, linewidth=0, zorder=1)
    axes.contour(x, y, z, levels=12, zdir="z", offset=floor, cmap="cividis", linewidths=0.8, zorder=0)
    axes.set_zlim(floor, float(z.max()))
    axes.set_zticks([tick for tick in axes.get_zticks() if z.min() <= tick <= z.max()])  # no loss is below its least
    axes.computed_zorder = False  # the path lies on the surface, not behind it
    right, up = zip(*plane.path, strict=True)
    at = [surface[nearest(plane.ys, place[1])][nearest(plane.xs, place[0])] for place in plane.path]
    axes.plot(right, up, at, color="#D55E00", linewidth=1.5, zorder=10)
    value, *place = lowest(plane, surface)
    axes.scatter(*place, value, color="#000000", marker="*", s=60, zorder=11, label="least")
    axes.scatter(right[-1], up[-1], at[-1], color="#000000", s=25, zorder=12, label="end of the training")
    if len(plane.path) > 1:
        axes.scatter(right[0], up[0], at[0], color="#FFFFFF", edgecolor="#D55E00", s=25, zorder=12, label="start")
    axes.legend(loc="upper left", fontsize=7)


def nearest(places: Sequence[float], place: float) -> int:
    return min(range(len(places)), key=lambda number: abs(places[number] - place))


def contours(axes: Any, plane: Plane, surface: Surface) -> None:
    """Contours, with the path from its start (a ring) to its end (a dot)."""
    z = values(surface)
    drawn = axes.contourf(plane.xs, plane.ys, z, levels=20, cmap="cividis")
    axes.figure.colorbar(drawn, ax=axes, shrink=0.8)
    right, up = zip(*plane.path, strict=True)
    axes.plot(right, up, color="#D55E00", linewidth=1.5, marker=".", markersize=3)
    axes.plot(right[0], up[0], "o", color="#D55E00", markerfacecolor="white", label="start")
    axes.plot(right[-1], up[-1], "o", color="#000000", label="end of the training")
    star = {"color": "#FFFFFF", "markeredgecolor": "#000000", "markersize": 9, "clip_on": False}
    axes.plot(*lowest(plane, surface)[1:], "*", label="least", zorder=9, **star)
    axes.legend(fontsize=7)
