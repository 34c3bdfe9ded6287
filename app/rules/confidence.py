"""How much a value that is carried forward still counts."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from app.core.catalog import Quantity
from app.core.finding import Finding, FindingRule

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]

CARRIED = 0.8
"""What a value counts for as soon as nobody can say that it still holds."""
LEAST = 0.1
"""Below it a value counts for nothing."""
LEAST_HALF_LIFE_MS = 600_000


def confidence(
    ages: Ints, periods: Ints, lags: Ints, live: np.ndarray[Any, np.dtype[np.bool_]]
) -> Floats:
    """1 for a live value; else 0.8, halved with every two periods (at least ten minutes) that it is
    overdue. Overdue begins at two periods and the usual lag, as lateness does. All in ms."""
    overdue = np.maximum(0, ages - (2 * periods + lags))
    half_life = np.maximum(LEAST_HALF_LIFE_MS, 2 * periods)
    carried = CARRIED * np.exp2(-overdue / half_life)
    found: Floats = np.where(live, 1.0, np.where(carried < LEAST, 0.0, carried))
    return found


def belief(found: Iterable[Finding], quantity: Quantity, value: float) -> float:
    """What a value can count for at most, after what was found about it: nothing where it cannot be
    so (outside the valid range, or in another unit), `CARRIED` where it only moved faster than ever
    seen, which a storm does too; else all."""
    rules = {item.rule for item in found}
    if FindingRule.UNIT_JUMP in rules:
        return 0.0
    if FindingRule.IMPOSSIBLE in rules:
        return CARRIED if quantity.in_range(value) else 0.0
    return 1.0
