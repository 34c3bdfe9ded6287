"""How much a value that is carried forward still counts."""

from typing import Any

import numpy as np

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
