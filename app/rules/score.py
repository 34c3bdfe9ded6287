"""From a value to a score of 0 to 100, higher is better: piecewise linear between the thresholds.

Anchored on thresholds (功效系数法) and not on the extremes of the past: with those, one new record
would move every other score. best 100, good 85, watch 70, yellow 60, orange 40, red 20; beyond the
last anchor the score stays. Where only best and good are stated the line goes on to 0 at the end of
the valid range. A band has such a line on each side of its best value.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from app.core.catalog import Direction, Quantity

Floats = np.ndarray[Any, np.dtype[np.float64]]
Anchors = tuple[tuple[float, float], ...]
"""(value, score), values ascending."""

SCORES = {"best": 100.0, "good": 85.0, "watch": 70.0, "yellow": 60.0, "orange": 40.0, "red": 20.0}


@lru_cache(maxsize=16384)
def anchors(quantity: Quantity) -> Anchors:
    """The line of a quantity; empty where its thresholds say nothing of good and bad."""
    upper = _side(quantity, "")
    if quantity.direction is not Direction.BAND:
        return _closed(upper, _worst_end(quantity, upper))
    lower = _side(quantity, "_low")
    if not upper or not lower:
        return _closed(upper, None)
    best = upper[0]
    down = _closed((best, *lower), quantity.valid_min)
    up = _closed(upper, quantity.valid_max)
    return tuple(sorted({*down, *up}))


def _side(quantity: Quantity, suffix: str) -> Anchors:
    limits = quantity.thresholds
    found = [(getattr(limits, f"{name}{suffix}", None), score) for name, score in SCORES.items()]
    return tuple((value, score) for value, score in found if value is not None)


def _worst_end(quantity: Quantity, side: Anchors) -> float | None:
    if quantity.direction is Direction.POSITIVE:
        return quantity.valid_min
    return quantity.valid_max


def _closed(side: Anchors, end: float | None) -> Anchors:
    """The side in ascending values, with 0 at the end of the range where no colour is stated."""
    if not side:
        return ()
    if all(score >= SCORES["good"] for _, score in side) and end is not None:
        side = (*side, (end, 0.0))
    return tuple(sorted(side))


def score(value: float, quantity: Quantity) -> float | None:
    """The score of one value; None where the quantity has no thresholds."""
    line = anchors(quantity)
    if not line:
        return None
    return float(np.interp(value, [at for at, _ in line], [points for _, points in line]))


class Scorer:
    """The scores of many quantities at once, as arrays in their order; NaN for no score.

    The lines are kept as one padded table, so that 2,000 scores cost a few numpy calls.
    """

    def __init__(self, quantities: Sequence[Quantity]) -> None:
        lines = [anchors(item) for item in quantities]
        widest = max((len(line) for line in lines), default=0)
        # Flat ends on both sides: what lies beyond the last anchor has its score.
        self._at = np.full((len(lines), widest + 2), np.inf)
        self._points = np.full((len(lines), widest + 2), np.nan)
        for row, line in enumerate(lines):
            if line:
                self._at[row, 0], self._points[row, 0] = -np.inf, line[0][1]
                self._at[row, 1 : len(line) + 1] = [at for at, _ in line]
                self._points[row, 1 : len(line) + 1] = [points for _, points in line]
                self._points[row, len(line) + 1 :] = line[-1][1]
        self._rows = np.arange(len(lines))

    def __call__(self, values: Floats) -> Floats:
        """The score of each value (NaN for none) under the quantity of its place."""
        found: Floats = self.some(self._rows, values)
        return found

    def some(self, rows: np.ndarray[Any, np.dtype[np.int64]], values: Floats) -> Floats:
        """The scores of values of the quantities at `rows`."""
        if not len(rows):
            return np.empty(0)
        at, points = self._at[rows], self._points[rows]
        right = np.sum(at <= values[:, None], axis=1)
        right = np.clip(right, 1, at.shape[1] - 1)
        here = np.arange(len(rows))
        low, high = at[here, right - 1], at[here, right]
        from_, to = points[here, right - 1], points[here, right]
        inside = np.isfinite(low) & np.isfinite(high)
        span = np.where(inside, high, 1.0) - np.where(inside, low, 0.0)
        part = np.where(inside, (values - np.where(inside, low, 0.0)) / span, 0.0)
        found: Floats = np.where(
            inside, from_ + part * (to - from_), np.where(np.isfinite(low), from_, to)
        )
        return np.where(np.isnan(values), np.nan, found)
