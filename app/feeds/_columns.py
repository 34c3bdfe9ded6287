"""Positions as columns: one row per thing that moves, filled here and swapped whole."""

from typing import Any

import numpy as np

from app.core.model import Ms, Position
from app.live.batch import PositionColumns

MAX_ROWS = 500_000
_START = 256


class Layer:
    """The columns of one layer of one source; grows by doubling, never shrinks."""

    def __init__(self, source: str, layer: str) -> None:
        self._source = source
        self._layer = layer
        self._rows: dict[str, int] = {}
        self._ids: np.ndarray[Any, np.dtype[np.object_]] = np.empty(_START, dtype=object)
        self._lon = np.zeros(_START, dtype=np.float64)
        self._lat = np.zeros(_START, dtype=np.float64)
        self._observed = np.zeros(_START, dtype=np.int64)
        self._heading = np.full(_START, np.nan, dtype=np.float32)
        self.dirty = False

    def put(self, position: Position) -> str:
        """Take one position; gives "" or why it was not taken (`late`, `repeated`, `full`)."""
        row = self._rows.get(position.id)
        if row is None:
            row = len(self._rows)
            if row >= MAX_ROWS:
                return "full"
            if row >= len(self._lon):
                self._grow()
            self._rows[position.id] = row
            self._ids[row] = position.id
        elif position.observed <= self._observed[row]:
            return "repeated" if position.observed == self._observed[row] else "late"
        self._lon[row] = position.lon
        self._lat[row] = position.lat
        self._observed[row] = position.observed
        self._heading[row] = np.nan if position.heading is None else position.heading
        self.dirty = True
        return ""

    def columns(self, received: Ms) -> PositionColumns:
        """A copy of the rows for the main loop."""
        count = len(self._rows)
        self.dirty = False
        return PositionColumns(
            source=self._source,
            layer=self._layer,
            received=received,
            ids=self._ids[:count].copy(),
            lon=self._lon[:count].copy(),
            lat=self._lat[:count].copy(),
            observed=self._observed[:count].copy(),
            heading=self._heading[:count].copy(),
        )

    def _grow(self) -> None:
        room = len(self._lon)
        self._ids = np.concatenate([self._ids, np.empty(room, dtype=object)])
        self._lon = np.concatenate([self._lon, np.zeros(room)])
        self._lat = np.concatenate([self._lat, np.zeros(room)])
        self._observed = np.concatenate([self._observed, np.zeros(room, dtype=np.int64)])
        self._heading = np.concatenate([self._heading, np.full(room, np.nan, dtype=np.float32)])
