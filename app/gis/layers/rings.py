"""Rings of impact around something: 0.5, 1 and 3 km, the innermost solid, the others dashed.

Around what: the marks of another layer, or the place that the filter says (`119.02 33.59`).
"""

import re
from typing import Annotated, Any, ClassVar

import msgspec

from app.core.message import message
from app.core.privacy import Privacy
from app.gis.content import Content, Shapes, ShapeStyle
from app.gis.layer import Ask, Ground, LayerConfig, bad_option
from app.gis.layers._inner import InnerOptions, OfInner, places
from app.gis.layers._rounds import circle
from app.gis.layers._shapes import Gathered

MOST = 200
"""Rings around more things than this are a carpet: then only the place of a filter is ringed."""
_PLACE = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)[ ,]+(-?\d{1,2}(?:\.\d+)?)\s*")
_STYLES = (
    ShapeStyle(line="text1", width=2.0),
    ShapeStyle(line="text1", width=1.5, dash=(6, 5)),
)


class Rings(OfInner, kind="rings"):
    """Circles on the ground around another layer's marks."""

    class Options(InnerOptions, frozen=True):
        """`radii_m` in metres on the ground."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        radii_m: Annotated[tuple[float, ...], msgspec.Meta(min_length=1, max_length=8)] = (
            500.0,
            1000.0,
            3000.0,
        )

    options: Options

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        if any(not 0.0 < radius <= 500_000.0 for radius in self.options.radii_m):
            raise bad_option(config, "options.radii_m", "metres, more than 0 and up to 500,000")
        self._radii = sorted(self.options.radii_m)

    def make(self, taken: list[Any], ask: Ask) -> Content:
        """Each thing's rings, each with its radius at its northern edge."""
        said = _PLACE.fullmatch(ask.filter)
        if said is not None:
            drawn = self._around([ask.filter.strip()], [float(said[1])], [float(said[2])])
            return Content(shapes=(drawn,) if drawn else (), count=1)
        found = places(self._inner.make(taken, ask))
        if len(found.ids) > MOST:
            return found.says(faults=(message("maplayer.too_many_rings", n=len(found.ids)),))
        drawn = self._around(found.ids, found.lon.tolist(), found.lat.tolist())
        return found.says(shapes=(drawn,) if drawn else ())

    def _around(self, ids: list[str], lon: list[float], lat: list[float]) -> Shapes | None:
        """The rings of all things; the label stands where a ring is furthest north."""
        shapes = Gathered(_STYLES, closed=True)
        for id_, x, y in zip(ids, lon, lat, strict=True):
            for number, radius in enumerate(self._radii):
                ring = circle(x, y, radius)
                place = (float(ring[0, 0]), float(ring[0, 1]))
                shapes.add(id_, [ring], min(number, 1), distance(radius), place)
        return shapes.shapes(10.0)


def distance(metres: float) -> str:
    """`500 m`, `1 km`, `2.5 km`."""
    if metres < 1000.0:
        return f"{metres:g} m"
    return f"{metres / 1000.0:g} km"
