"""Which cameras stand on the seat's screens, by whom or what, and the rows that say so.

A view has a row a minute after it began and one with the rest when it ended, or when an hour was
full; shorter ones have one. Of a round there is one row for each camera and hour, however often it
came: a round of 200 cameras that turns every 15 s writes 200 rows an hour, not 240 times as many
as there are cells. What ends and begins again within `GAP_MS` is one view.
"""

from collections.abc import Iterator
from typing import NamedTuple

from app.core.decision import Viewing
from app.core.model import Ms

HAND = "hand"
SCENE = "scene:"
ROUND = "round:"
FIRST_MS: Ms = 60_000
GAP_MS: Ms = 10_000
HOUR_MS: Ms = 3_600_000
MOST = 2_000
"""Cameras of one round and hour that are named; the others are counted as `REST`."""
REST = "*"


class _Key(NamedTuple):
    camera: str
    by: str
    wall: str


class _View:
    """A camera on a screen."""

    def __init__(self, key: _Key, since: Ms) -> None:
        self.key = key
        self.since = since  # of what is not written yet
        self.is_first = True
        self.ended: Ms = 0


class _Sum:
    """What a round showed of a camera since the hour began."""

    def __init__(self, since: Ms) -> None:
        self.since = self.until = since
        self.ms: Ms = 0
        self.times = 0


class ViewBook:
    """Belongs to the main loop; no clock of its own."""

    def __init__(self) -> None:
        self._views: dict[str, _View] = {}  # by the view's name
        self._ended: dict[_Key, _View] = {}
        self._sums: dict[_Key, _Sum] = {}
        self._counts: dict[tuple[str, str], int] = {}  # cameras named, by round and wall
        self._hour: Ms = 0
        self._rows: list[Viewing] = []

    def see(self, view: str, camera: str, by: str, wall: str, now: Ms) -> None:
        """A view shows a camera now; to be said again as often as is easy."""
        key = _Key(camera, by, wall)
        found = self._views.get(view)
        if found is not None and found.key == key:
            return
        if found is not None:
            self.leave(view, now)
        before = self._ended.pop(key, None)
        if before is not None and now - before.ended <= GAP_MS:
            before.ended = 0
            self._views[view] = before
            return
        if before is not None:
            self._write(before, before.ended)
        self._views[view] = _View(key, now)

    def leave(self, view: str, now: Ms) -> None:
        """A view shows nothing any more."""
        found = self._views.pop(view, None)
        if found is None:
            return
        if found.key.by.startswith(ROUND):
            self._add(found, now)
            return
        # Two views of one camera may end one after the other: each is written.
        other = self._ended.pop(found.key, None)
        if other is not None:
            self._write(other, other.ended)
        found.ended = now
        self._ended[found.key] = found

    def due(self, now: Ms) -> list[Viewing]:
        """The rows that are to be written now."""
        for key, view in list(self._ended.items()):
            if now - view.ended > GAP_MS:
                del self._ended[key]
                self._write(view, view.ended)
        hour = now - now % HOUR_MS
        is_new, self._hour = self._hour not in (0, hour), hour
        for view in self._views.values():
            if view.key.by.startswith(ROUND):
                continue
            if (view.is_first and now - view.since >= FIRST_MS) or (is_new and view.since < hour):
                self._write(view, hour if is_new and not view.is_first else now)
        if is_new:
            self._close_rounds(now)
        rows, self._rows = self._rows, []
        return rows

    def cut(self, now: Ms) -> list[Viewing]:
        """All that is not written yet: somebody else has the seat now, or the program ends. What is
        still seen begins anew."""
        for view in self._ended.values():
            self._write(view, view.ended)
        self._ended.clear()
        for view in self._views.values():
            if not view.key.by.startswith(ROUND):
                self._write(view, now)
        self._close_rounds(now)
        rows, self._rows = self._rows, []
        return rows

    def _write(self, view: _View, until: Ms) -> None:
        camera, by, wall = view.key
        until = max(until, view.since)
        self._rows.append(Viewing(camera, by, wall, view.since, until, until - view.since))
        view.since, view.is_first = until, False

    def _add(self, view: _View, now: Ms) -> None:
        key = view.key
        by, wall = key.by, key.wall
        if key not in self._sums:
            named = self._counts.get((by, wall), 0)
            if named >= MOST:
                key = _Key(REST, by, wall)
            self._counts[by, wall] = named + 1
        found = self._sums.setdefault(key, _Sum(view.since))
        found.until = max(found.until, now)
        found.ms += now - view.since
        found.times += 1
        view.since = now

    def _close_rounds(self, now: Ms) -> None:
        for view in self._views.values():
            if view.key.by.startswith(ROUND):
                self._add(view, now)
        self._rows += self._summed()
        self._sums.clear()
        self._counts.clear()

    def _summed(self) -> Iterator[Viewing]:
        for (camera, by, wall), found in self._sums.items():
            yield Viewing(camera, by, wall, found.since, found.until, found.ms, found.times)
