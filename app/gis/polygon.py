"""Which of many places lie in a polygon: exact, and quick for a hundred thousand of them.

The polygon's box is cut into cells. Cells that no edge touches are wholly inside or outside, known
once; only places in the others are held against the edges that pass their row. There the side of an
edge is decided by the sign of a determinant: in doubles where its error bound (Shewchuk 1997,
"Adaptive Precision Floating-Point Arithmetic", `ccwerrboundA`) allows, else in exact fractions. So
the answer is that of the real numbers the doubles stand for. On an edge or a corner is inside.

A polygon drawn by hand may cross itself: what its line winds around is inside (non-zero winding).
Outlines with holes are even and odd.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from app.gis.content import Flags, Floats

Whole = np.ndarray[Any, np.dtype[np.int64]]

CELLS = 256
_FEW = 400  # places for which the cells are not worth making
_PAD = 1e-6  # of a cell: far over the rounding of where a place or an edge lies in the grid
_BOUND = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
_PAIRS = 2_000_000  # of places and edges looked at in one go
_OUTSIDE, _INSIDE, _EDGE = 0, 1, 2


class _Pairs(NamedTuple):
    """Edges by rows of cells: `edge[start[r]:start[r + 1]]` are those that touch row r."""

    edge: Whole
    row: Whole
    start: Whole


class Polygon:
    """Rings of (n, 2) degrees, closed or not; make it once, ask it often."""

    def __init__(self, rings: Sequence[Floats], *, even_odd: bool = False) -> None:
        """Raises ValueError where a ring has fewer than three corners."""
        starts, ends = [], []
        for ring in rings:
            corners = np.asarray(ring, np.float64).reshape(-1, 2)
            if len(corners) < 3:
                raise ValueError("a ring has three corners or more")
            starts.append(corners)
            ends.append(np.roll(corners, -1, axis=0))
        first, last = np.concatenate(starts), np.concatenate(ends)
        real = np.any(first != last, axis=1)
        if not real.any():
            real[0] = True  # a single point: its own edge
        self._x0, self._y0 = first[real].T
        self._x1, self._y1 = last[real].T
        self._even_odd = even_odd
        self.west, self.south = float(self._x0.min()), float(self._y0.min())
        self.east, self.north = float(self._x0.max()), float(self._y0.max())
        self._grid: tuple[np.ndarray[Any, np.dtype[np.uint8]], _Pairs] | None = None

    def covers(self, lon: Floats, lat: Floats) -> Flags:
        """Which of the places are inside or on the line. NaN is nowhere."""
        found = np.zeros(len(lon), np.bool_)
        near = np.flatnonzero(
            (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)
        )
        if not len(near):
            return found
        x, y = lon[near], lat[near]
        flat = self.west == self.east or self.south == self.north
        if len(near) < _FEW or flat:
            found[near] = self._exact_all(x, y)
            return found
        if self._grid is None:
            self._grid = self._make_grid()
        grid, pairs = self._grid
        rows = self._row(y)
        state = grid.ravel().take(rows * CELLS + self._column(x))
        inside = state == _INSIDE
        doubtful = np.flatnonzero(state == _EDGE)
        inside[doubtful] = self._exact(x[doubtful], y[doubtful], rows[doubtful], pairs)
        found[near] = inside
        return found

    # ---- cells

    def _row(self, y: Floats) -> Whole:
        return _cell(y, self.south, self.north)

    def _column(self, x: Floats) -> Whole:
        return _cell(x, self.west, self.east)

    def _make_grid(self) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], _Pairs]:
        pairs = self._pairs()
        edge, row = pairs.edge, pairs.row
        x0, y0, x1, y1 = self._x0[edge], self._y0[edge], self._x1[edge], self._y1[edge]
        high = (self.north - self.south) / CELLS
        bottom = self.south + (row - _PAD) * high
        top = self.south + (row + 1 + _PAD) * high
        one = _across(x0, y0, x1, y1, np.maximum(bottom, np.minimum(y0, y1)))
        other = _across(x0, y0, x1, y1, np.minimum(top, np.maximum(y0, y1)))
        level = y0 == y1
        left = np.where(level, np.minimum(x0, x1), np.minimum(one, other))
        right = np.where(level, np.maximum(x0, x1), np.maximum(one, other))
        pad = (self.east - self.west) / CELLS * _PAD
        touched = np.zeros((CELLS, CELLS + 1), np.int32)
        np.add.at(touched, (row, self._column(left - pad)), 1)
        np.add.at(touched, (row, self._column(right + pad) + 1), -1)
        is_edge = touched.cumsum(axis=1)[:, :CELLS] > 0
        state = np.where(self._winding(pairs) != 0, _INSIDE, _OUTSIDE)
        return np.where(is_edge, _EDGE, state).astype(np.uint8), pairs

    def _pairs(self) -> _Pairs:
        """Each edge once for every row that it touches."""
        low = self._row(np.minimum(self._y0, self._y1))
        count = self._row(np.maximum(self._y0, self._y1)) - low + 1
        edge = np.repeat(np.arange(len(low)), count)
        begun = np.repeat(np.cumsum(count) - count, count)
        row = low[edge] + np.arange(len(edge)) - begun
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(CELLS + 1))
        return _Pairs(edge[order], row[order], start.astype(np.int64))

    def _winding(self, pairs: _Pairs) -> Whole:
        """How often the line winds around the middle of each cell; of even and odd its parity."""
        edge, row = pairs.edge, pairs.row
        x0, y0, x1, y1 = self._x0[edge], self._y0[edge], self._x1[edge], self._y1[edge]
        middle = self.south + (row + 0.5) * (self.north - self.south) / CELLS
        up, down = (y0 <= middle) & (middle < y1), (y1 <= middle) & (middle < y0)
        crossing = np.flatnonzero(up | down)
        at = [values[crossing] for values in (x0, y0, x1, y1, middle)]
        place = (_across(*at) - self.west) * CELLS / (self.east - self.west)
        before = np.clip(np.ceil(place - 0.5), 0, CELLS).astype(np.int64)
        sign = np.where(up[crossing], 1, -1)
        turns = np.zeros((CELLS, CELLS + 1), np.int64)
        np.add.at(turns, (row[crossing], np.zeros_like(before)), sign)
        np.add.at(turns, (row[crossing], before), -sign)
        around: Whole = turns.cumsum(axis=1)[:, :CELLS]
        return around % 2 if self._even_odd else around

    # ---- edges

    def _exact_all(self, x: Floats, y: Floats) -> Flags:
        """Every place against every edge, in pieces that stay small."""
        edges = len(self._x0)
        step = max(1, _PAIRS // edges)
        every = np.arange(edges)
        found = [
            self._decide(
                x[at : at + step],
                y[at : at + step],
                np.full(min(step, len(x) - at), edges, np.int64),
                np.tile(every, min(step, len(x) - at)),
            )
            for at in range(0, len(x), step)
        ]
        return np.concatenate(found)

    def _exact(self, x: Floats, y: Floats, rows: Whole, pairs: _Pairs) -> Flags:
        """Each place against the edges of its row."""
        found = np.zeros(len(x), np.bool_)
        counts = pairs.start[rows + 1] - pairs.start[rows]
        ends = np.cumsum(counts)
        at = 0
        while at < len(x):
            base = ends[at] - counts[at]
            stop = max(at + 1, int(np.searchsorted(ends, base + _PAIRS, "right")))
            count = counts[at:stop]
            begun = np.repeat(np.cumsum(count) - count, count)
            here = np.repeat(pairs.start[rows[at:stop]], count) + np.arange(len(begun)) - begun
            found[at:stop] = self._decide(x[at:stop], y[at:stop], count, pairs.edge[here])
            at = stop
        return found

    def _decide(self, x: Floats, y: Floats, count: Whole, edge: Whole) -> Flags:
        """Each place against `count` edges; `edge` holds theirs one after the other."""
        who = np.repeat(np.arange(len(x)), count)
        px, py = x[who], y[who]
        x0, y0, x1, y1 = self._x0[edge], self._y0[edge], self._x1[edge], self._y1[edge]
        side = _side(x0, y0, x1, y1, px, py)
        between = (np.minimum(x0, x1) <= px) & (px <= np.maximum(x0, x1))
        between &= (np.minimum(y0, y1) <= py) & (py <= np.maximum(y0, y1))
        on_line = np.bincount(who[(side == 0) & between], minlength=len(x)) > 0
        turn = ((y0 <= py) & (py < y1) & (side > 0)).astype(np.int64)
        turn -= (y1 <= py) & (py < y0) & (side < 0)
        around = np.bincount(who, turn, len(x)).astype(np.int64)
        inside = around % 2 != 0 if self._even_odd else around != 0
        return np.asarray(inside | on_line, np.bool_)


def _cell(value: Floats, low: float, high: float) -> Whole:
    """The cell of a value between two bounds; never decreases with the value."""
    cells = ((value - low) * (CELLS / (high - low))).astype(np.int64)
    return np.clip(cells, 0, CELLS - 1, out=cells)


def _across(x0: Floats, y0: Floats, x1: Floats, y1: Floats, y: Floats) -> Floats:
    """Where an edge crosses a height; its first end where it lies level."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((y - y0) / (y1 - y0), 0.0, 1.0)
    return np.where(y0 == y1, x0, x0 + share * (x1 - x0))


def _side(x0: Floats, y0: Floats, x1: Floats, y1: Floats, x: Floats, y: Floats) -> Floats:
    """Positive where a place lies left of an edge, negative right of it, 0 on its line; exact."""
    one, other = (x1 - x0) * (y - y0), (x - x0) * (y1 - y0)
    side: Floats = one - other
    unsure = np.flatnonzero(np.abs(side) < _BOUND * (np.abs(one) + np.abs(other)))
    for at in unsure.tolist():
        ax, ay, bx, by, cx, cy = (Fraction(float(v[at])) for v in (x0, y0, x1, y1, x, y))
        exact = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        side[at] = (exact > 0) - (exact < 0)
    return side
