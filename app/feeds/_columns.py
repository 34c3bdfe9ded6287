"""Positions as columns: one row per thing that moves, filled here and swapped whole."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.model import Ms, Position
from app.live.batch import PositionColumns

MAX_ROWS = 500_000
_START = 256
_NAMES = ("ids", "names", "kinds")
"""Columns of words: they seldom change, so a copy is shared until they do."""
_LARGE = 5_000
"""So many rows in one part of a second are an update that is handed over whole, when no more of it
come for _QUIET_MS or after _MOST_MS: half of it would be drawn for nothing."""
_QUIET_MS, _MOST_MS = 50, 500
_DTYPES: dict[str, Any] = {
    "ids": object,
    "lon": np.float64,
    "lat": np.float64,
    "observed": np.int64,
    "heading": np.float32,
    "speed": np.float32,
    "expires": np.int64,
    "suspect": np.bool_,
    "names": object,
    "kinds": object,
}


class Layer:
    """The columns of one layer of one source; grows by doubling, never shrinks."""

    def __init__(self, source: str, layer: str) -> None:
        self._source = source
        self._layer = layer
        self._rows: dict[str, int] = {}
        self._columns = {name: np.zeros(_START, dtype) for name, dtype in _DTYPES.items()}
        self._words: dict[str, Any] = {}  # copies of _NAMES that were handed over and still hold
        self._put, self._first, self._last = 0, 0, 0
        self.dirty = False

    def is_whole(self, now: Ms) -> bool:
        """Whether what came can be handed over now; a large update waits for its end."""
        if self._put < _LARGE:
            return True
        return now - self._last >= _QUIET_MS or now - self._first >= _MOST_MS

    def count(self, rows: int, now: Ms) -> None:
        """So many rows came at a moment."""
        if self._put == 0:
            self._first = now
        self._put += rows
        self._last = now

    def put(self, position: Position) -> str:
        """Take one position; gives "" or why it was not taken (`late`, `repeated`, `full`)."""
        columns = self._columns
        row = self._rows.get(position.id)
        if row is None:
            row = len(self._rows)
            if row >= MAX_ROWS:
                return "full"
            if row >= len(columns["ids"]):
                self._grow()
                columns = self._columns
            self._rows[position.id] = row
            columns["ids"][row] = position.id
            self._words.clear()
        elif position.observed <= (held := columns["observed"][row]):
            return "repeated" if position.observed == held else "late"
        columns["lon"][row] = position.lon
        columns["lat"][row] = position.lat
        columns["observed"][row] = position.observed
        columns["heading"][row] = np.nan if position.heading is None else position.heading
        columns["speed"][row] = np.nan if position.speed is None else position.speed
        columns["expires"][row] = position.expires
        columns["suspect"][row] = bool(position.suspect)
        if columns["names"][row] != position.name or columns["kinds"][row] != position.kind:
            columns["names"][row] = position.name
            columns["kinds"][row] = position.kind
            self._words.clear()
        self.dirty = True
        return ""

    def put_all(self, positions: Sequence[Position]) -> bool:
        """Take positions of known things, each once and newer than what is held; False where that
        is not so of all of them, and nothing was taken. Five times as quick as one by one."""
        columns, count = self._columns, len(positions)
        found = [self._rows.get(position.id) for position in positions]
        if None in found:
            return False
        rows = np.array(found, np.int64)
        observed = np.array([position.observed for position in positions], np.int64)
        if bool((observed <= columns["observed"][rows]).any()) or len(set(found)) != count:
            return False
        columns["observed"][rows] = observed
        columns["lon"][rows] = [position.lon for position in positions]
        columns["lat"][rows] = [position.lat for position in positions]
        columns["heading"][rows] = _numbers([position.heading for position in positions])
        columns["speed"][rows] = _numbers([position.speed for position in positions])
        expires = [position.expires for position in positions]
        columns["expires"][rows] = expires if any(expires) else 0
        suspect = [bool(position.suspect) for position in positions]
        columns["suspect"][rows] = suspect if any(suspect) else False
        self._put_words("names", rows, [position.name for position in positions])
        self._put_words("kinds", rows, [position.kind for position in positions])
        self.dirty = True
        return True

    def columns(self, received: Ms) -> PositionColumns:
        """A copy of the rows for the main loop."""
        count = len(self._rows)
        self.dirty, self._put = False, 0
        copies = {
            name: column[:count].copy() if name not in _NAMES else self._shared(name, count)
            for name, column in self._columns.items()
        }
        return PositionColumns(self._source, self._layer, received, **copies)

    def _put_words(self, name: str, rows: Any, words: list[str]) -> None:
        came: Any = words[0]
        if words.count(came) != len(words):  # of most layers all are of one kind, without a name
            came = np.empty(len(words), object)
            came[:] = words
        if bool((self._columns[name][rows] != came).any()):
            self._columns[name][rows] = came
            self._words.pop(name, None)

    def _shared(self, name: str, count: int) -> Any:
        """A copy that nobody writes; the same one as long as it holds."""
        if name not in self._words:
            copy = self._columns[name][:count].copy()
            copy.flags.writeable = False
            self._words[name] = copy
        return self._words[name]

    def _grow(self) -> None:
        self._columns = {
            name: np.concatenate([column, np.zeros_like(column)])
            for name, column in self._columns.items()
        }


def _numbers(values: list[float | None]) -> Any:
    """None is not a number; often there is none of them."""
    if values.count(None) == len(values):
        return np.nan
    return np.array(values, np.float32)
