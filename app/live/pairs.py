"""Two series side by side: what both have, how far apart they are, whether they move together.

A correlation is a number and nothing more: what moves together need not cause one another.
"""

from typing import ClassVar

import msgspec
import numpy as np

from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.compare import Times, Values

LEAST_PAIRS = 12
"""With fewer common moments a correlation is chance and is not given."""


class Together(msgspec.Struct, frozen=True):
    """Two series over their common steps of time. `correlation` is Pearson's r over `count` pairs,
    None where there are too few or one of them never changes; `gap` is the newest common
    difference (first less second), `mean_gap` its mean; None without any pair."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    count: int
    correlation: float | None
    gap: float | None
    mean_gap: float | None
    at: Ms  # the newest common step, 0 for none


def together(first: tuple[Times, Values], second: tuple[Times, Values], step: int) -> Together:
    """Compare two series by steps of `step` ms: each takes the mean of what fell into a step."""
    left, right = _stepped(*first, step), _stepped(*second, step)
    common, at, there = np.intersect1d(left[0], right[0], return_indices=True)
    if not len(common):
        return Together(0, None, None, None, 0)
    one, two = left[1][at], right[1][there]
    gaps = one - two
    return Together(
        count=len(common),
        correlation=_pearson(one, two),
        gap=float(gaps[-1]),
        mean_gap=float(gaps.mean()),
        at=int(common[-1]) * step,
    )


def _stepped(times: Times, values: Values, step: int) -> tuple[Times, Values]:
    known = np.isfinite(values)
    steps, place = np.unique(times[known] // step, return_inverse=True)
    count = np.maximum(1, np.bincount(place, minlength=len(steps)))
    return steps, np.bincount(place, values[known], minlength=len(steps)) / count


def _pearson(one: Values, two: Values) -> float | None:
    if len(one) < LEAST_PAIRS:
        return None
    left, right = one - one.mean(), two - two.mean()
    spread = float(np.sqrt((left @ left) * (right @ right)))
    # A constant series has no direction; its rounding noise must not be given one.
    scale = float(np.abs(one).max() * np.abs(two).max() * len(one)) or 1.0
    if spread <= 1e-12 * scale:
        return None
    return float(min(1.0, max(-1.0, (left @ right) / spread)))
