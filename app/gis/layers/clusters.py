"""Areas in which many things lie close together (事件聚集区): outlined, with their number.

Density clusters as of DBSCAN (Ester et al. 1996): a thing with `least` or more things within
`reach_m` is a core, cores within reach are one area, with what lies within reach of them.
"""

from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
import shapely

from app.core.message import message
from app.core.privacy import Privacy
from app.gis.content import Content, Floats, ShapeStyle
from app.gis.layer import Ask
from app.gis.layers._inner import InnerOptions, OfInner, places
from app.gis.layers._shapes import Gathered
from app.registry import deferred

MOST_PAIRS = 4_000_000
_METRES = 111_195.0
"""Of a degree of latitude on the mean sphere (6,371,008.8 m): to group things, not to measure."""
Labels = np.ndarray[Any, np.dtype[np.int64]]


class Clusters(OfInner, kind="clusters"):
    """Another layer's marks, as areas."""

    class Options(InnerOptions, frozen=True):
        """`reach_m` and `least` as above."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        reach_m: Annotated[float, msgspec.Meta(ge=10, le=20_000)] = 250.0
        least: Annotated[int, msgspec.Meta(ge=3, le=1000)] = 8

    options: Options
    every_ms = 5000

    def make(self, taken: list[Any], ask: Ask) -> Content:
        """One area for each cluster."""
        found = places(self._inner.make(taken, ask))
        if not len(found.lon):
            return found.says()
        metres = _flat(found.lon, found.lat)
        area_of = grouped(metres, self.options.reach_m, self.options.least)
        if area_of is None:
            return found.says(faults=(message("maplayer.too_dense", n=len(found.lon)),))
        style = ShapeStyle(line="text1", width=2.0, fill="text1", opacity=0.08)
        shapes = Gathered((style,), closed=True)
        for number in range(int(area_of.max()) + 1):
            inside = area_of == number
            ring = _outline(found.lon[inside], found.lat[inside], self.options.reach_m / 3.0)
            n = int(inside.sum())
            shapes.add(f"cluster:{number}", [ring], 0, ask.pick(f"{n} 件", f"{n}"))
        drawn = shapes.shapes(9.0)
        return found.says(shapes=(drawn,) if drawn else (), count=len(shapes))


def grouped(metres: Floats, reach: float, least: int) -> Labels | None:
    """The cluster of each place (n x 2 metres), from 0; -1 for what is in none. None where so many
    lie within reach of each other that nothing is told by it."""
    tree = deferred("scipy.spatial").cKDTree(metres)
    if int(tree.count_neighbors(tree, reach)) > 2 * MOST_PAIRS:
        return None
    pairs = tree.query_pairs(reach, output_type="ndarray")
    neighbours = np.bincount(pairs.ravel(), minlength=len(metres)) + 1
    core = neighbours >= least
    both = core[pairs].all(axis=1)
    first, second = pairs[both].T
    links = (np.ones(len(first)), (first, second))
    graph = deferred("scipy.sparse").coo_array(links, shape=(len(metres),) * 2)
    _, parts = deferred("scipy.sparse.csgraph").connected_components(graph, directed=False)
    numbers = np.full(len(metres), -1, np.int64)
    _, numbers[core] = np.unique(parts[core], return_inverse=True)
    for one, other in ((0, 1), (1, 0)):  # what is no core joins one within reach
        edge = core[pairs[:, one]] & ~core[pairs[:, other]]
        numbers[pairs[edge, other]] = numbers[pairs[edge, one]]
    return numbers


def _flat(lon: Floats, lat: Floats) -> Floats:
    shrink = np.cos(np.radians(lat.mean()))
    return np.column_stack((lon * shrink, lat)) * _METRES


def _outline(lon: Floats, lat: Floats, margin_m: float) -> Floats:
    """A ring around places, with a margin, in degrees."""
    shrink = np.cos(np.radians(lat.mean()))
    points = shapely.multipoints(np.column_stack((lon * shrink, lat)))
    hull = shapely.buffer(shapely.convex_hull(points), margin_m / _METRES, quad_segs=4)
    ring = shapely.get_coordinates(hull)
    return np.column_stack((ring[:, 0] / shrink, ring[:, 1]))
