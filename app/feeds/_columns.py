"""Positions as columns: one row per thing that moves, filled here and swapped whole."""

from typing import Any

import numpy as np

from app.core.model import Ms, Position
from app.live.batch import PositionColumns

MAX_ROWS = 500_000
_START = 256
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
        self.dirty = False

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
        elif position.observed <= (held := columns["observed"][row]):
            return "repeated" if position.observed == held else "late"
        columns["lon"][row] = position.lon
        columns["lat"][row] = position.lat
        columns["observed"][row] = position.observed
        columns["heading"][row] = np.nan if position.heading is None else position.heading
        columns["speed"][row] = np.nan if position.speed is None else position.speed
        columns["expires"][row] = position.expires
        columns["suspect"][row] = bool(position.suspect)
        columns["names"][row] = position.name
        columns["kinds"][row] = position.kind
        self.dirty = True
        return ""

    def columns(self, received: Ms) -> PositionColumns:
        """A copy of the rows for the main loop."""
        count = len(self._rows)
        self.dirty = False
        copies = {name: column[:count].copy() for name, column in self._columns.items()}
        return PositionColumns(self._source, self._layer, received, **copies)

    def _grow(self) -> None:
        self._columns = {
            name: np.concatenate([column, np.zeros_like(column)])
            for name, column in self._columns.items()
        }
