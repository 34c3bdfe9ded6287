"""Limits that stand where a value usually is: an alarm that always rings is none.

The normal band is the middle nine tenths of what was measured. The mildest colour of a side inside
of it is named, with the alarms a month that the past would have given.
"""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import Direction, Quantity
from app.core.model import Level
from app.core.privacy import Privacy

Floats = np.ndarray[Any, np.dtype[np.float64]]

LEAST_HOURS = 200
"""With fewer hours nothing is said: days and months have too few values."""
MONTH_HOURS = 30 * 24
_TAIL = 5.0  # percent on each side
_COLOURS = ("watch", "yellow", "orange", "red")


class Crowded(msgspec.Struct, frozen=True):
    """A limit inside the normal band; `column` is its column of `indicators.csv`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    column: str
    limit: float
    low: float
    high: float
    alarms: float  # a month


def crowded(hours: Floats, quantity: Quantity) -> list[Crowded]:
    """The limits that hourly values (NaN for none) show to be inside the normal band."""
    known = hours[np.isfinite(hours)]
    if len(known) < LEAST_HOURS:
        return []
    low, high = (float(item) for item in np.percentile(known, (_TAIL, 100.0 - _TAIL)))
    a_month = alarms(known, quantity) * MONTH_HOURS / len(known)
    falling = quantity.direction is Direction.POSITIVE
    sides = [("", falling)]
    if quantity.direction is Direction.BAND:
        sides.append(("_low", True))
    found = []
    for suffix, below in sides:
        column, limit = _mildest(quantity, suffix)
        if limit is not None and (limit > low if below else limit < high):
            found.append(Crowded(column, limit, low, high, a_month))
    return found


def alarms(values: Floats, quantity: Quantity) -> int:
    """How often a series without gaps goes over a limit from a level of none."""
    over = np.array([quantity.level(float(value)) is not Level.NONE for value in values])
    return int(over[0]) + int(np.count_nonzero(over[1:] & ~over[:-1]))


def _mildest(quantity: Quantity, suffix: str) -> tuple[str, float | None]:
    for name in _COLOURS:
        limit: float | None = getattr(quantity.thresholds, f"{name}{suffix}")
        if limit is not None:
            return f"{name}{suffix}", limit
    return "", None
