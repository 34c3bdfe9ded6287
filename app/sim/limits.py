"""Limits crossed by measurement: our own alarms, with value, limit and moment as evidence."""

from functools import partial

import numpy as np

from app.core import keys
from app.core.catalog import DAY, HOUR, MINUTE, Direction, Period, Quantity
from app.core.clock import to_datetime
from app.core.model import AlarmKind, Level, Ms, Warning, WarningState
from app.sim.alarms import LONGEST_DAYS, Source, Track, cancelled
from app.sim.calendar import Calendar
from app.sim.noise import Floats, Ints
from app.sim.shapes import Kind, Shape
from app.sim.values import Values, over_limit

STEP = 5 * MINUTE
HOLD = 4
"""A limit alarm ends when the value has been back for this many steps."""

_LEVELS = (Level.NONE, Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)
_COLOURS = ("", "蓝", "黄", "橙", "红")
_QUICK = (Period.REALTIME, Period.FIVE_MINUTES, Period.HOUR)


class Limits:
    """The limit alarms of the city's pressure indicators that come within the hour."""

    def __init__(
        self, calendar: Calendar, values: Values, shapes: dict[str, Shape], city: str
    ) -> None:
        self._calendar = calendar
        self._values = values
        self._city = city
        self._shapes = [shape for shape in shapes.values() if _watched(shape)]

    @property
    def sources(self) -> list[Source]:
        """One source per indicator: each looks at the whole day."""
        return [partial(self._day, shape) for shape in self._shapes]

    def _day(self, shape: Shape, day: int) -> list[Track]:
        begin = self._calendar.midnight(day)
        # One step and the hold before the day, to know what began earlier; then until it ends.
        grid = np.arange(begin - HOLD * STEP, begin + (1 + LONGEST_DAYS) * DAY, STEP)
        return self._tracks(shape, grid, day)

    def _tracks(self, shape: Shape, grid: Ints, day: int) -> list[Track]:
        values = self._values.city(shape, _measured(shape.quantity, grid))
        ranks = over_limit(shape.quantity, values)
        if shape.kind is Kind.COUNT:
            ranks = np.where(ranks < 2, 0, ranks)  # single ones are everyday work
        if not ranks.any():
            return []
        held = ranks.copy()
        for back in range(1, HOLD):
            held[back:] = np.maximum(held[back:], ranks[:-back])
        tracks = []
        starts = np.nonzero((held[1:] > 0) & (held[:-1] == 0))[0] + 1
        ends = np.nonzero((held[1:] == 0) & (held[:-1] > 0))[0] + 1
        for start in starts:
            if self._calendar.day(int(grid[start])) != day:
                continue
            later = ends[ends > start]
            end = int(later[0]) if later.size else int(grid.size)
            tracks.append(self._track(shape, grid, values, held, int(start), end))
        return tracks

    def _track(
        self, shape: Shape, grid: Ints, values: Floats, held: Ints, start: int, end: int
    ) -> Track:
        steps: list[Warning] = []
        for index in range(start, min(end, grid.size)):
            if index == start or held[index] != held[index - 1]:
                at = int(grid[index]) + 45_000  # when the value has come
                steps.append(
                    self._warning(
                        shape.quantity,
                        at,
                        int(grid[start]),
                        float(values[index]),
                        int(held[index]),
                        len(steps),
                    )
                )
        last = int(grid[min(end, grid.size - 1)]) + 45_000
        return Track((*steps, cancelled(steps[-1], last)))

    def _warning(
        self, quantity: Quantity, at: Ms, since: Ms, value: float, rank: int, revision: int
    ) -> Warning:
        clock = to_datetime(at, self._calendar.zone).strftime("%H:%M")
        shown = f"{value:.{quantity.decimals}f}"
        limit = _limit(quantity, value, rank)
        return Warning(
            id=f"demo-limit:{quantity.code}-{since // 1000}",
            kind=AlarmKind.LIMIT,
            level=_LEVELS[rank],
            title=f"{quantity.name_zh}越{_COLOURS[rank]}色限",
            issued=at,
            observed=at,
            state=WarningState.UPDATED if revision else WarningState.ACTIVE,
            region=self._city,
            evidence=f"{clock} 值 {shown} {quantity.unit}，限 {limit:g}",
            key=keys.reading_key(quantity.code, self._city),
            revision=revision,
        )


def _watched(shape: Shape) -> bool:
    item = shape.quantity
    return (
        item.is_indicator
        and item.dimension == "pressure"
        and item.thresholds.watch is not None
        and shape.kind is not Kind.ISSUED
        and (item.period in _QUICK or shape.running)
    )


def _measured(quantity: Quantity, grid: Ints) -> Ints:
    """The moment whose value is the newest at each step of the grid."""
    if quantity.period is not Period.HOUR:
        return grid
    return np.asarray((grid - quantity.lag_ms // 2) // HOUR * HOUR - HOUR // 2)


def _limit(quantity: Quantity, value: float, rank: int) -> float:
    limits = quantity.thresholds
    upper = (limits.watch, limits.yellow, limits.orange, limits.red)[rank - 1]
    lower = (limits.watch_low, limits.yellow_low, limits.orange_low, limits.red_low)[rank - 1]
    if quantity.direction is not Direction.BAND or lower is None:
        return upper if upper is not None else value
    if upper is None:
        return lower
    return upper if abs(value - upper) < abs(value - lower) else lower
