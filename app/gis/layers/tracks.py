"""Where things have been: lines through the positions that came in while the layer is kept.

A line is broken where a thing was silent for longer than `gap_min`, and holds nothing of a track
that cannot be right.
"""

from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import MINUTE
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Shapes, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import texts
from app.gis.layers._words import plain
from app.live.batch import PositionColumns
from app.live.hub import Kind
from app.live.picture import Picture

MOST = 1_000_000
"""Positions that are kept; of more the oldest are let go, and it is said."""
_ROW = np.dtype([("thing", "i8"), ("at", "i8"), ("lon", "f8"), ("lat", "f8")])
Rows = np.ndarray[Any, np.dtype[Any]]


class Memory:
    """The positions of the last while, each once, as rows of `_ROW`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._last = np.empty(0, np.int64)  # by number of thing: when it was last seen
        self._rows: list[Rows] = []
        self.shortened = False

    def take(self, columns: PositionColumns) -> None:
        """Remember what is new in some columns."""
        if not len(columns.ids):
            return
        numbers = np.array([self._number(id_) for id_ in columns.ids], np.int64)
        if len(self._last) < len(self.names):
            more = np.zeros(len(self.names) - len(self._last), np.int64)
            self._last = np.concatenate((self._last, more))
        new = (columns.observed > self._last[numbers]) & ~columns.suspect
        if not new.any():
            return
        rows = np.empty(int(new.sum()), _ROW)
        rows["thing"], rows["at"] = numbers[new], columns.observed[new]
        rows["lon"], rows["lat"] = columns.lon[new], columns.lat[new]
        self._last[numbers[new]] = columns.observed[new]
        self._rows.append(rows)

    def since(self, moment: Ms) -> Rows:
        """All rows from a moment on, by thing and time; what is older is forgotten."""
        rows = np.concatenate(self._rows) if self._rows else np.empty(0, _ROW)
        rows = rows[rows["at"] >= moment]
        self.shortened = len(rows) > MOST
        if self.shortened:
            rows = rows[np.argsort(rows["at"])[-MOST:]]
        rows = rows[np.lexsort((rows["at"], rows["thing"]))]
        self._rows = [rows]
        return rows

    def _number(self, id_: str) -> int:
        found = self._numbers.get(id_)
        if found is None:
            found = self._numbers[id_] = len(self.names)
            self.names.append(id_)
        return found


class Tracks(Layer, kind="tracks"):
    """Lines of one or more layers of positions."""

    class Options(LayerOptions, frozen=True):
        """`layers` as of positions; `minutes` is how long a line goes back."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        layers: tuple[str, ...]
        minutes: Annotated[float, msgspec.Meta(gt=0, le=1440)] = 30.0
        gap_min: Annotated[float, msgspec.Meta(gt=0)] = 10.0
        line: str = "accent"
        width: float = 1.5

    needs = frozenset({Kind.POSITION})
    subject = "position"
    every_ms = 1000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._wanted = frozenset(self.options.layers)
        self._styles = (ShapeStyle(line=self.options.line, width=self.options.width),)
        self._memory: dict[str, Memory] = {}  # by source

    def take(self, picture: Picture) -> list[PositionColumns]:
        """The newest columns."""
        return [
            columns for (_, layer), columns in picture.positions.items() if layer in self._wanted
        ]

    def make(self, taken: list[PositionColumns], ask: Ask) -> Content:
        """A line for each thing that was at two places."""
        if ask.at:
            return Content(faults=(message("maplayer.no_past_tracks"),))
        for columns in taken:
            self._memory.setdefault(columns.source, Memory()).take(columns)
        since = max(ask.now - round(self.options.minutes * MINUTE), ask.since)
        kept = [(memory, memory.since(since)) for memory in self._memory.values()]
        if not taken and not any(len(rows) for _, rows in kept):
            return EMPTY
        shapes = [made for memory, rows in kept if (made := self._lines(memory, rows, ask.filter))]
        moments = np.concatenate([rows["at"] for _, rows in kept])
        return Content(
            shapes=tuple(shapes),
            count=sum(len(made.ids) for made in shapes),
            newest=int(moments.max()) if len(moments) else 0,
            oldest=int(moments.min()) if len(moments) else 0,
            sources=tuple(sorted({columns.source for columns in taken})),
            faults=(message("maplayer.tracks_shortened", n=MOST),)
            if any(memory.shortened for memory, _ in kept)
            else (),
        )

    def _lines(self, memory: Memory, rows: Rows, wanted: str) -> Shapes | None:
        if wanted.strip():
            word = plain(wanted)
            fits = np.array([word in plain(name) for name in memory.names], np.bool_)
            rows = rows[fits[rows["thing"]]] if len(rows) else rows
        if len(rows) < 2:
            return None
        gap = round(self.options.gap_min * MINUTE)
        broken = (np.diff(rows["thing"]) != 0) | (np.diff(rows["at"]) > gap)
        part = np.concatenate(([0], np.cumsum(broken)))
        rows = rows[np.bincount(part)[part] >= 2]  # one place is no line
        if not len(rows):
            return None
        broken = (np.diff(rows["thing"]) != 0) | (np.diff(rows["at"]) > gap)
        rings = np.flatnonzero(np.concatenate(([True], broken)))
        owner = rows["thing"][rings]
        first = np.flatnonzero(np.concatenate(([True], np.diff(owner) != 0)))
        return Shapes(
            ids=texts(memory.names[number] for number in owner[first]),
            lon=rows["lon"].copy(),
            lat=rows["lat"].copy(),
            ring_start=np.append(rings, len(rows)).astype(np.uint32),
            shape_start=np.append(first, len(rings)).astype(np.uint32),
            style=np.zeros(len(first), np.uint8),
            styles=self._styles,
            closed=False,
        )
