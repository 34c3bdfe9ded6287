"""A place that was drawn, ready to be asked what lies in it.

- A **circle** is on the ellipsoid: places within a hair of its line are judged by the geodesic.
- A **box** lies along meridians and parallels.
- A **polygon** or **lasso** has the straight edges that were seen on the map: straight in Web
  Mercator, which a long edge in degrees is not (157 m aside on one degree at 33 N). It is given
  corners in between, so that it leaves the drawn line by less than a decimetre.

What lies on the line is inside.
"""

import numpy as np

from app.gis import geodesy
from app.gis.content import Flags, Floats
from app.gis.polygon import Polygon
from app.live.map_state import MapArea

_STEP = 0.018  # degrees of latitude: an edge so high leaves its chord by 9 cm at 53 N
_MOST_BETWEEN = 200
_ROUND = 180  # corners of a circle that shapes are held against


class Selector:
    """An area, ready to be asked."""

    def __init__(self, area: MapArea) -> None:
        """Raises ValueError for an area of fewer corners than its form has."""
        self.area = area
        self._polygon: Polygon | None = None
        lon, lat = np.array(area.corners, np.float64).T
        if area.form == "circle":
            self.middle = area.corners[0]
            self.box = geodesy.box_of(*self.middle, area.radius_m)
        else:
            self.box = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
            self.middle = (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2
        if area.form in ("polygon", "lasso"):
            self._polygon = Polygon([as_drawn(area.corners)])

    def covers(self, lon: Floats, lat: Floats) -> Flags:
        """Which of the places are in it."""
        if self._polygon is not None:
            return self._polygon.covers(lon, lat)
        west, south, east, north = self.box
        inside: Flags = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if self.area.form == "circle":
            near = np.flatnonzero(inside)
            inside[near] = self._in_circle(lon[near], lat[near])
        return inside

    def _in_circle(self, lon: Floats, lat: Floats) -> Flags:
        radius = self.area.radius_m
        distance = geodesy.distances(lon, lat, *self.middle)
        inside: Flags = distance <= radius
        if radius < geodesy.NEAR_M:
            close = np.flatnonzero(np.abs(distance - radius) < geodesy.error_m(radius))
            inside[close] = geodesy.exact(lon[close], lat[close], *self.middle) <= radius
        return inside

    def distance(self, lon: Floats, lat: Floats) -> Floats:
        """Metres from the middle of the area."""
        return geodesy.distances(lon, lat, *self.middle)

    def outline(self) -> Floats:
        """Its corners as (n, 2) degrees; of a circle and a box as polygons, not closed."""
        if self.area.form == "circle":
            turn = np.linspace(0.0, 360.0, _ROUND, endpoint=False)
            return geodesy.ring(*self.middle, self.area.radius_m, turn)
        if self.area.form == "box":
            west, south, east, north = self.box
            return np.array([[west, south], [east, south], [east, north], [west, north]])
        return as_drawn(self.area.corners)


def as_drawn(corners: tuple[tuple[float, float], ...]) -> Floats:
    """A ring with corners in between, so that its edges follow what is straight on the map."""
    ring = np.array(corners, np.float64).reshape(-1, 2)
    after = np.roll(ring, -1, axis=0)
    steps = np.abs(after[:, 1] - ring[:, 1]) / _STEP
    steps[after[:, 0] == ring[:, 0]] = 0.0  # along a meridian degrees and map agree
    pieces, at = [], 0
    for number in np.flatnonzero(steps >= 1.0).tolist():
        pieces += [ring[at : number + 1], _between(ring[number], after[number], steps[number])]
        at = number + 1
    return np.concatenate([*pieces, ring[at:]])


def _between(one: Floats, other: Floats, steps: float) -> Floats:
    """Places along an edge, without its ends."""
    between = min(_MOST_BETWEEN, int(steps))
    share = np.arange(1, between + 1) / (between + 1)
    low, high = np.arcsinh(np.tan(np.radians([one[1], other[1]])))  # y of Web Mercator
    lat = np.degrees(np.arctan(np.sinh(low + share * (high - low))))
    return np.column_stack((one[0] + share * (other[0] - one[0]), lat))
