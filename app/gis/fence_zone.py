"""A geofence ready to be asked: which of many places are in it, and how far the others are out."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.core.corners import corners_of
from app.core.map_decision import Fence
from app.core.outline import Ring
from app.gis import geodesy
from app.gis.content import Flags, Floats
from app.gis.drawn import Selector
from app.gis.polygon import Polygon
from app.live.map_area import drawn_area

_PAIRS = 500_000  # of places and edges looked at in one go
Outlines = Mapping[str, Sequence[Ring]]


class Zone:
    """One geofence. Raises Refusal or ValueError where its place cannot be used, KeyError for a
    district without an outline."""

    def __init__(self, fence: Fence, outlines: Outlines) -> None:
        self.fence = fence
        self._selector: Selector | None = None
        if fence.region:
            rings = [np.asarray(ring, np.float64) for ring in outlines[fence.region]]
            self._polygon = Polygon(rings, even_odd=True)
            self._edges = np.concatenate([_edges(ring) for ring in rings])
        else:
            corners_of(fence.corners)
            selector = Selector(drawn_area(fence.form, fence.corners, fence.radius_m))
            self._selector = selector
            self._edges = _edges(selector.outline())

    def covers(self, lon: Floats, lat: Floats) -> Flags:
        """Which of the places are in it; on its line is in."""
        asked = self._selector if self._selector is not None else self._polygon
        return asked.covers(lon, lat)

    def away(self, lon: Floats, lat: Floats) -> Floats:
        """Metres from its line, for places near it: straight on a plane around each place."""
        found = np.empty(len(lon))
        step = max(1, _PAIRS // len(self._edges))
        for at in range(0, len(lon), step):
            found[at : at + step] = self._away(lon[at : at + step], lat[at : at + step])
        return found

    def _away(self, lon: Floats, lat: Floats) -> Floats:
        east, north = (metres[:, None] for metres in geodesy.scales(lat))
        first_lon, first_lat, last_lon, last_lat = self._edges.T
        x0, y0 = (first_lon - lon[:, None]) * east, (first_lat - lat[:, None]) * north
        dx, dy = (last_lon - first_lon) * east, (last_lat - first_lat) * north
        length = dx * dx + dy * dy
        share = np.clip(-(x0 * dx + y0 * dy) / np.where(length > 0, length, 1.0), 0.0, 1.0)
        nearest: Floats = np.hypot(x0 + share * dx, y0 + share * dy).min(axis=1)
        return nearest


def _edges(ring: Floats) -> Floats:
    """(n, 4) degrees: both ends of every edge."""
    return np.column_stack((ring, np.roll(ring, -1, axis=0)))
