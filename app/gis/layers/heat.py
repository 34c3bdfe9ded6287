"""How dense things lie (热力图): counted in cells of the screen and blurred, as things per km².

The same way for ten things and for a million, so that it looks the same. A cell is four pixels of
the view, the blur (Gauss) six cells wide; the area of a cell is taken on the ground, where Web
Mercator stretches by 1/cos(latitude). The shades are of the densest place in view.
"""

from itertools import pairwise
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis.content import Content, Floats, LegendStep, Raster
from app.gis.frames import degrees, unit_square
from app.gis.layer import Ask
from app.gis.layers._inner import Found, InnerOptions, OfInner, places
from app.registry import deferred

CELL_PX = 4.0
MOST_CELLS = 640
RAMP = ("heat.1", "heat.2", "heat.3", "heat.4", "heat.5", "heat.6")
_EARTH_KM = 40_075.016686
_SHARES = (0.02, 0.1, 0.25, 0.45, 0.65, 0.85, 1.0)
"""Of the densest: where each shade of the legend begins. Under the first nothing is painted."""


class Heat(OfInner, kind="heat"):
    """Another layer's marks, as density."""

    class Options(InnerOptions, frozen=True):
        """`radius_px` is how far one thing warms."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        radius_px: Annotated[float, msgspec.Meta(ge=4, le=120)] = 24.0

    options: Options
    follows_view = True

    def make(self, taken: list[Any], ask: Ask) -> Content:
        """The density in the box of the views."""
        found = places(self._inner.make(taken, ask))
        box = _box(ask)
        size = _size(box, ask.zoom)
        if not len(found.lon) or min(size) < 1:
            return found.says()
        counts = _counted(found, box, size)
        blurred = deferred("scipy.ndimage").gaussian_filter
        sigma = self.options.radius_px / CELL_PX / 2.0
        density = blurred(counts, sigma, mode="constant") / _cell_km2(box, size)
        top = float(density.max())
        if top <= 0.0:
            return found.says()
        west, south, east, north = box
        lon, lat = degrees(np.array([west, east]), np.array([south, north]))
        return found.says(
            raster=Raster(
                value=_shaded(density / top),
                west=float(lon[0]),
                south=float(lat[0]),
                east=float(lon[1]),
                north=float(lat[1]),
                ramp=RAMP,
            ),
            steps=_steps(top),
            unit=ask.pick("个/km²", "per km²"),
        )


def _box(ask: Ask) -> tuple[float, float, float, float]:
    """The views' box with a quarter more on each side, in the unit square of Web Mercator: west,
    south, east, north (y grows southward)."""
    x, y = unit_square(np.array([ask.box[0], ask.box[2]]), np.array([ask.box[1], ask.box[3]]))
    wide, high = (x[1] - x[0]) / 4.0, (y[0] - y[1]) / 4.0
    west, east = max(0.0, float(x[0] - wide)), min(1.0, float(x[1] + wide))
    north, south = max(0.0, float(y[1] - high)), min(1.0, float(y[0] + high))
    return west, south, east, north


def _size(box: tuple[float, float, float, float], zoom: float) -> tuple[int, int]:
    """Rows and columns of cells."""
    west, south, east, north = box
    pixels = 256.0 * 2.0**zoom / CELL_PX
    rows, columns = round((south - north) * pixels), round((east - west) * pixels)
    return min(rows, MOST_CELLS), min(columns, MOST_CELLS)


def _counted(found: Found, box: tuple[float, float, float, float], size: tuple[int, int]) -> Floats:
    west, south, east, north = box
    x, y = unit_square(found.lon, found.lat)
    row = np.floor((y - north) / (south - north) * size[0])
    column = np.floor((x - west) / (east - west) * size[1])
    inside = (row >= 0) & (row < size[0]) & (column >= 0) & (column < size[1])
    flat = (row[inside] * size[1] + column[inside]).astype(np.int64)
    return np.bincount(flat, minlength=size[0] * size[1]).reshape(size).astype(np.float64)


def _cell_km2(box: tuple[float, float, float, float], size: tuple[int, int]) -> Floats:
    """The ground under a cell of each row, as a column."""
    west, south, east, north = box
    middle = north + (np.arange(size[0]) + 0.5) / size[0] * (south - north)
    shrink = 1.0 / np.cosh((0.5 - middle) * 2.0 * np.pi)  # the cosine of the latitude
    cell = (east - west) / size[1] * (south - north) / size[0] * _EARTH_KM**2
    return np.asarray((cell * shrink**2)[:, None])


def _shaded(share: Floats) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """0 where next to nothing is, else 1 to 255 so that each shade takes its part of the ramp."""
    places = np.interp(share, _SHARES, np.linspace(1.0, 255.0, len(_SHARES)))
    return np.where(share < _SHARES[0], 0.0, places).astype(np.uint8)


def _steps(top: float) -> tuple[LegendStep, ...]:
    limits = [_two_digits(top * share) for share in _SHARES]
    pairs = zip(RAMP, pairwise(limits), strict=True)
    return tuple(LegendStep(colour, f"{low:,g} – {high:,g}") for colour, (low, high) in pairs)


def _two_digits(value: float) -> float:
    """Rounded to two figures that count."""
    return float(f"{value:.2g}")
