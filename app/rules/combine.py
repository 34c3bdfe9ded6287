"""Combining the scores of an index's members, and taking a move of it apart.

Shares are the weights of the plan times confidence, made to sum to 1. A penalty moves a part of
them to the worst member. What is taken apart adds up exactly:

- arithmetic: d(sum e s) = sum(mean e * ds) + sum(de * (mean s - S)), for the de sum to 0;
- geometric: the same on logarithms, times the logarithmic mean of the two values (LMDI: Ang, B.W.,
  Energy Policy 32 (2004) 1131-1139).
"""

from typing import Any

import numpy as np

from app.core.index import Across

Floats = np.ndarray[Any, np.dtype[np.float64]]
LEAST_SCORE = 1.0
"""A geometric mean takes a lower score for this one, so that one nought is not the whole city."""


def shares(
    weights: Floats, counted: Floats, scores: Floats, across: Across, penalty: float
) -> Floats:
    """Each member's share in the combination; zeros where nothing can be counted.

    `counted` is the confidence of each member, 0 where there is no score.
    """
    raw = np.where(np.isnan(scores), 0.0, weights * counted)
    total = raw.sum()
    if total <= 0:
        return np.zeros_like(raw)
    found: Floats = raw / total
    if across is Across.PENALISED and penalty > 0:
        worst = int(np.argmin(np.where(found > 0, scores, np.inf)))
        found = found * (1.0 - penalty)
        found[worst] += penalty
    return found


def combined(scores: Floats, share: Floats, across: Across) -> float | None:
    """The score of the index; None where no member has a share."""
    used = share > 0
    if not used.any():
        return None
    if across is Across.GEOMETRIC:
        return float(np.exp(share[used] @ np.log(np.maximum(scores[used], LEAST_SCORE))))
    return float(share[used] @ scores[used])


def taken_apart(
    before: Floats, share_before: Floats, after: Floats, share_after: Floats, across: Across
) -> tuple[Floats, Floats]:
    """Each member's part in the move, and the part of it that its own score made.

    A member that had no score at one of the moments takes the other's: it moved nothing by its
    value, only by being counted or not.
    """
    old, new = combined(before, share_before, across), combined(after, share_after, across)
    if old is None or new is None:
        nothing = np.zeros_like(before)
        return nothing, nothing
    first = np.where(np.isnan(before), after, before)
    last = np.where(np.isnan(after), before, after)
    first, last = np.nan_to_num(first), np.nan_to_num(last)
    start, end, factor = old, new, 1.0
    if across is Across.GEOMETRIC:
        first = np.log(np.maximum(first, LEAST_SCORE))
        last = np.log(np.maximum(last, LEAST_SCORE))
        start, end = float(np.log(old)), float(np.log(new))
        factor = (new - old) / (end - start) if abs(end - start) > 1e-12 else new
    mean_share = (share_before + share_after) / 2
    by_value: Floats = mean_share * (last - first)
    by_count = (share_after - share_before) * ((first + last) / 2 - (start + end) / 2)
    return factor * (by_value + by_count), factor * by_value
