"""Integer ids of series, local to one cache.db: they never leave the store.

A series is a key as one source gives it, in one world and of one origin.
"""

from collections import defaultdict

import numpy as np

from app.core.model import Origin, World
from app.store.columns import Ints
from app.store.driver import Connection

UNSTATED = ""  # the world of a reading that does not say: that of the picture


class SeriesIds:
    """Key to id and the newest (moment, revision) of each; used by the writer thread only."""

    def __init__(self, connection: Connection) -> None:
        self._ids: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
        self._next = 1
        for sid, key, source, world, origin in connection.execute(
            "SELECT sid, key, source, world, origin FROM series"
        ):
            self._ids[source, world, origin][key] = sid
            self._next = max(self._next, sid + 1)
        self._newest = np.full(max(1024, self._next * 2), -1, np.int64)
        for sid, ts in connection.execute(
            "SELECT sid, coalesce((SELECT ts FROM latest WHERE latest.sid = series.sid),"
            " (SELECT max(ts) FROM reading WHERE reading.sid = series.sid), -1) FROM series"
        ):
            self._newest[sid] = ts

    @property
    def newest(self) -> Ints:
        """By id, the newest moment observed that is stored; -1 where there is none."""
        return self._newest

    def resolve(
        self,
        connection: Connection,
        source: str,
        world: World | None,
        origin: Origin,
        keys: list[str],
    ) -> Ints:
        """The ids of keys; new ones are entered in the open transaction."""
        known = self._ids[source, world.value if world else UNSTATED, origin.value]
        found = list(map(known.get, keys))
        if None in found:
            for key in dict.fromkeys(keys):
                if key not in known:
                    known[key] = self._enter(connection, key, source, world, origin)
            found = list(map(known.get, keys))
        return np.array(found, np.int64)

    def _enter(
        self, connection: Connection, key: str, source: str, world: World | None, origin: Origin
    ) -> int:
        sid = self._next
        connection.execute(
            "INSERT INTO series (sid, key, source, world, origin) VALUES (?, ?, ?, ?, ?)",
            (sid, key, source, world.value if world else UNSTATED, origin.value),
        )
        self._next += 1
        if self._next >= len(self._newest):
            grown = np.full(len(self._newest) * 2, -1, np.int64)
            grown[: len(self._newest)] = self._newest
            self._newest = grown
        return sid
