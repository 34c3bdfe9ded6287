"""Geometries of shapely as rings."""

from collections.abc import Iterator

import numpy as np
import shapely

from app.gis.features import AREA, LINE, POINT
from app.gis.reference import Pairs

_POINTS, _LINES, _AREAS = (0, 4), (1, 2, 5), (3, 6)


def parts(shape: shapely.Geometry | None) -> Iterator[tuple[int, list[Pairs]]]:
    """The forms that a geometry holds, each with its rings; a collection may hold several."""
    if shape is None or shape.is_empty:
        return
    kind = int(shapely.get_type_id(shape))
    if kind in _POINTS:
        yield POINT, [pair[None, :] for pair in shapely.get_coordinates(shape)]
    elif kind in _LINES:
        yield LINE, [shapely.get_coordinates(part) for part in shapely.get_parts(shape)]
    elif kind in _AREAS:
        rings = shapely.get_rings(shapely.get_parts(shape))
        yield AREA, [shapely.get_coordinates(ring) for ring in rings]
    else:
        together: dict[int, list[Pairs]] = {}
        for part in shapely.get_parts(shape):
            for form, rings in parts(part):
                together.setdefault(form, []).extend(np.asarray(ring) for ring in rings)
        yield from together.items()
