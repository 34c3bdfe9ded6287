"""Where one thing of a layer is now: it moves, and its place in the arrays changes with what comes
and goes."""

import numpy as np

from app.gis.content import Marks


class MarkFinder:
    """Remembers where it was found last: to look through 200,000 ids takes milliseconds."""

    def __init__(self) -> None:
        self._last = -1

    def index(self, marks: Marks | None, id_: str) -> int:
        """Its number among the marks; -1 where it is not there (any more)."""
        if marks is None:
            return -1
        if not (0 <= self._last < len(marks.ids) and marks.ids[self._last] == id_):
            found = np.flatnonzero(marks.ids == id_)
            self._last = int(found[0]) if len(found) else -1
        return self._last

    def place(self, marks: Marks | None, id_: str) -> tuple[float, float] | None:
        """Its longitude and latitude, WGS-84 degrees; None where it is not there or nowhere."""
        at = self.index(marks, id_)
        if marks is None or at < 0:
            return None
        lon, lat = float(marks.lon[at]), float(marks.lat[at])
        return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
