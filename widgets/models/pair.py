"""Two series over one span, for a comparison."""

from typing import Any, NamedTuple

import numpy as np

from app.core.catalog import MINUTE
from app.core.model import Ms
from app.live.compare import Hole, Times, Values, min_max
from app.live.pairs import Together, together
from app.live.view import ValueView
from widgets.models.story import Range, line_of, stored_holes


class Side(NamedTuple):
    """One of the two: its line over the span, its holes."""

    times: Times
    values: Values
    holes: list[Hole]


class Pair(NamedTuple):
    """Both lines over one axis of time and what they have in common."""

    since: Ms
    until: Ms
    sides: tuple[Side, Side]
    together: Together
    step: int


async def tell_pair(
    history: Any, views: tuple[ValueView, ValueView], span: Range, now: Ms, width: int
) -> Pair:
    """Ask the store for both, by one step: the longer of their periods, and at least as long as a
    point of the plot."""
    since, points = now - span.ms, max(64, width // 2)
    found = [await history.series(view.key, since, now + 1, points) for view in views]
    step = max(MINUTE, *(view.period_ms for view in views), *(one.resolution_ms for one in found))
    sides = []
    for view, series in zip(views, found, strict=True):
        own = max(view.period_ms, series.resolution_ms)
        times, values = min_max(*line_of(series, own), max(64, width))
        sides.append(Side(times, values, stored_holes(series, since, now, own)))
    one, two = ((np.asarray(s.ts), np.asarray(s.value)) for s in found)
    return Pair(since, now, (sides[0], sides[1]), together(one, two, step), step)
