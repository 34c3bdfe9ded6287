"""Weights from how much the members' scores differ over time (entropy weight), and what keeps them
in bounds.

The entropy weight rewards dispersion: on live data it hands most weight to the noisiest sensor. So
it is worked out offline on daily scores, mixed with the experts' weights, capped, and frozen.
"""

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

LEAST_ROWS = 8
"""With fewer moments a member's dispersion is chance."""


def entropy_weights(scores: Floats) -> Floats:
    """Weights (summing to 1) of the columns of scores, one row per moment, 0 to 100, NaN for none.

    A column with fewer than eight scores takes the mean of the others; where nothing differs all
    are equal. Shannon's entropy of each column's shares, normalised by the number of its rows.
    """
    columns = scores.shape[1]
    found = np.full(columns, np.nan)
    for column in range(columns):
        values = scores[:, column][np.isfinite(scores[:, column])]
        if len(values) >= LEAST_ROWS:
            found[column] = 1.0 - _entropy(values)
    known = np.isfinite(found)
    if not known.any() or np.nansum(found) <= 1e-12:
        return np.full(columns, 1.0 / columns)
    found[~known] = found[known].mean()
    weights: Floats = found / found.sum()
    return weights


def _entropy(values: Floats) -> float:
    # One is added so that a score of nought has a share; it changes no order.
    share = (values + 1.0) / (values + 1.0).sum()
    return float(-(share * np.log(share)).sum() / np.log(len(values)))


def mixed(experts: Floats, entropy: Floats, alpha: float) -> Floats:
    """`alpha` of the experts' weights and the rest of the entropy's; both sum to 1."""
    whole: Floats = alpha * experts + (1.0 - alpha) * entropy
    return np.asarray(whole / whole.sum())


def capped(weights: Floats, cap: float) -> Floats:
    """Weights with none above `cap`; what is over goes to the others in proportion.

    Raises ValueError where the cap cannot hold (fewer than 1 / cap members).
    """
    if cap * len(weights) < 1.0 - 1e-12:
        raise ValueError(f"{len(weights)} members cannot all stay under {cap:g}")
    found = weights / weights.sum()
    held = np.zeros(len(found), dtype=np.bool_)
    while (over := (found > cap + 1e-12) & ~held).any():
        held |= over
        room = 1.0 - cap * held.sum()
        rest = found[~held].sum()
        found = np.where(held, cap, found * (room / rest) if rest > 0 else room / (~held).sum())
    return np.asarray(found)
