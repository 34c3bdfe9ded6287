"""Which cameras stand on the seat's screens, by whom or what, and the rows that say so.

A view has a row at once when it begins (`times` 0: nothing of it is over) and one of the same
`since` when it ends. When an hour is full it ends and begins anew, so that what a program that was
killed left open is never older. Of a round there are two rows for each camera and hour, when it
came first and when the hour is over, however often it came between: a round of 200 cameras that
turns every 15 s writes 400 rows an hour, not 480 times as many as there are cells. What ends and
begins again within `GAP_MS` is one view.
"""

from typing import NamedTuple

from app.core.decision import Viewing
from app.core.model import Ms

HAND = "hand"
SCENE = "scene:"
ROUND = "round:"
GAP_MS: Ms = 10_000
ROUND_GAP_MS: Ms = 300_000
"""A round that nobody saw for so long is over; scenes that take turns bring it back."""
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
        self.since = since  # of what is not written yet but as begun
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
        self._left: dict[tuple[str, str], Ms] = {}  # rounds that stand nowhere, since when
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
        self._views[view] = self._begun(key, now)

    def leave(self, view: str, now: Ms) -> None:
        """A view shows nothing any more."""
        found = self._views.pop(view, None)
        if found is None:
            return
        if found.key.by.startswith(ROUND):
            self._add(found, now)
            if all(other.key[1:] != found.key[1:] for other in self._views.values()):
                self._left[found.key.by, found.key.wall] = now
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
        for place, left in list(self._left.items()):
            if now - left > ROUND_GAP_MS:
                self._close_round(*place)
        hour = now - now % HOUR_MS
        is_new, self._hour = self._hour not in (0, hour), hour
        if is_new:
            for view in self._views.values():
                if not view.key.by.startswith(ROUND) and view.since < hour:
                    self._write(view, hour)
                    self._begin(view.key, hour)
            self._close_rounds(now)
            self._begin_rounds(now)
        rows, self._rows = self._rows, []
        return rows

    @property
    def has_open(self) -> bool:
        """Whether a row says that a view began of which none says yet how it ended."""
        return bool(self._views or self._ended or self._sums)

    def cut(self, now: Ms) -> list[Viewing]:
        """How all ends: somebody else has the seat now, or the program ends. What is still seen
        begins anew, which is due next."""
        for view in self._ended.values():
            self._write(view, view.ended)
        self._ended.clear()
        for view in self._views.values():
            if not view.key.by.startswith(ROUND):
                self._write(view, now)
        self._close_rounds(now)
        rows, self._rows = self._rows, []
        for view in self._views.values():
            if not view.key.by.startswith(ROUND):
                self._begin(view.key, view.since)
        self._begin_rounds(now)
        return rows

    def _begun(self, key: _Key, now: Ms) -> _View:
        """A view that begins, and the row that says so; that of a round where it is the first of
        its camera in this hour."""
        if key.by.startswith(ROUND):
            self._left.pop((key.by, key.wall), None)
            self._sum_of(key, now)
        else:
            self._begin(key, now)
        return _View(key, now)

    def _begin(self, key: _Key, now: Ms) -> None:
        self._rows.append(Viewing(*key, now, now, 0, 0))

    def _write(self, view: _View, until: Ms) -> None:
        camera, by, wall = view.key
        until = max(until, view.since)
        self._rows.append(Viewing(camera, by, wall, view.since, until, until - view.since))
        view.since = until

    def _sum_of(self, key: _Key, now: Ms) -> _Sum:
        """What counts a camera of a round in this hour; past `MOST` of them it is one for all."""
        found = self._sums.get(key)
        if found is not None:
            return found
        by, wall = key.by, key.wall
        named = self._counts.get((by, wall), 0)
        if named >= MOST:
            key = _Key(REST, by, wall)
        else:
            self._counts[by, wall] = named + 1
        if key not in self._sums:
            self._sums[key] = _Sum(now)
            self._begin(key, now)
        return self._sums[key]

    def _add(self, view: _View, now: Ms) -> None:
        found = self._sum_of(view.key, view.since)
        found.until = max(found.until, now)
        found.ms += now - view.since
        found.times += 1
        view.since = now

    def _close_rounds(self, now: Ms) -> None:
        for view in self._views.values():
            if view.key.by.startswith(ROUND):
                self._add(view, now)
        self._rows += (_summed(key, found) for key, found in self._sums.items())
        self._sums.clear()
        self._counts.clear()
        self._left.clear()

    def _close_round(self, by: str, wall: str) -> None:
        """It stands nowhere any more."""
        for key in [key for key in self._sums if key[1:] == (by, wall)]:
            self._rows.append(_summed(key, self._sums.pop(key)))
        self._counts.pop((by, wall), None)
        del self._left[by, wall]

    def _begin_rounds(self, now: Ms) -> None:
        """Those that stand there go on in another hour, or before another person."""
        for view in self._views.values():
            if view.key.by.startswith(ROUND):
                self._sum_of(view.key, now)


def _summed(key: _Key, found: _Sum) -> Viewing:
    return Viewing(*key, found.since, found.until, found.ms, found.times)
