"""What a value usually is at an hour of the week: the median of eight weeks, and its scale.

The median and 1.4826 times the median absolute deviation (the standard deviation of a normal
distribution) per class, both weighted so that four weeks halve a value's say. A class with too few
days falls back from weekday and hour to worked or free day and hour, then to the hour alone.
"""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, Quantity
from app.core.model import Ms
from app.core.privacy import Privacy
from app.rules.calendar import WEEKDAYS, Times, Values, WorkCalendar, works

WEEKS = 8
HALF_LIFE = 28 * DAY
NORMAL = 1.4826
LEAST_DAYS = 14
"""With fewer days of history nothing is said to be unusual."""
LEAST_OF = (5, 8, 7)
"""The least number of days of a class: weekday and hour, kind of day and hour, hour."""
MOSTLY = 0.6
"""A series that is one value for this share of the time has no rhythm to deviate from."""
COUNTED = "件起次人辆宗例单"

Cells = np.ndarray[Any, np.dtype[np.float64]]
Classes = np.ndarray[Any, np.dtype[Any]]


class Baseline(msgspec.Struct, frozen=True):
    """The usual value and its scale for each weekday (9, see `WorkCalendar`) and hour (24).

    NaN where too little is known. `correlation` is that of two residuals an hour apart; `days` is
    what it rests on, `until` where the history ended. `calendar_known` is False where weekdays had
    to stand for workdays.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    expected: tuple[float, ...]
    scale: tuple[float, ...]
    correlation: float
    days: int
    until: Ms
    calendar_known: bool = True

    def at(self, times: Times, calendar: WorkCalendar) -> tuple[Values, Values]:
        """Expected value and scale at moments; NaN where nothing is known."""
        weekdays, hours = calendar.slots(times)
        cells = weekdays * 24 + hours
        return np.asarray(self.expected)[cells], np.asarray(self.scale)[cells]

    def point(self, at: Ms, calendar: WorkCalendar) -> tuple[float, float]:
        """The same at one moment."""
        weekday, hour = calendar.slot(at)
        return self.expected[weekday * 24 + hour], self.scale[weekday * 24 + hour]


def weighted_median(values: Values, weights: Values) -> float:
    """The value below and above which half of the weight lies; the mean of two where both do."""
    order = np.argsort(values, kind="stable")
    values, sums = values[order], np.cumsum(weights[order])
    half = sums[-1] / 2
    first = int(np.searchsorted(sums, half * (1 - 1e-12)))
    if np.isclose(sums[first], half) and first + 1 < len(values):
        return float((values[first] + values[first + 1]) / 2)
    return float(values[first])


def learn(
    times: Times, values: Values, quantity: Quantity, calendar: WorkCalendar, until: Ms
) -> Baseline | None:
    """The baseline of hourly means (or of single values of hourly data) before `until`.

    None with fewer than LEAST_DAYS days, or for a series that is mostly one value.
    """
    usable = np.isfinite(values) & (times < until) & (times >= until - WEEKS * 7 * DAY)
    times, values = times[usable], values[usable]
    days = len(np.unique((until - times - 1) // DAY))
    if days < LEAST_DAYS or _is_mostly_one(values):
        return None
    weekdays, hours = calendar.slots(times)
    weights = 0.5 ** ((until - times) / HALF_LIFE)
    expected = _profile(weekdays, hours, values, weights)
    residuals = values - expected[weekdays, hours]
    scale = _scales(weekdays, hours, residuals, weights)
    scale = np.maximum(scale, _floor(quantity, expected))
    return Baseline(
        tuple(expected.ravel().tolist()),
        tuple(scale.ravel().tolist()),
        _correlation(times, residuals),
        days,
        until,
        calendar.known_at(until),
    )


def _is_mostly_one(values: Values) -> bool:
    _, counts = np.unique(values, return_counts=True)
    return bool(counts.max() > MOSTLY * len(values))


def _groups(weekdays: Times, hours: Times) -> list[tuple[Classes, Classes, int]]:
    """For each way of classing: the class of every value, the class of every cell, the least."""
    every_day, every_hour = np.meshgrid(np.arange(WEEKDAYS), np.arange(24), indexing="ij")
    free, all_free = ~works(weekdays), ~works(every_day.ravel())
    cell_hours = every_hour.ravel()
    return [
        (weekdays * 24 + hours, every_day.ravel() * 24 + cell_hours, LEAST_OF[0]),
        (free * 24 + hours, all_free * 24 + cell_hours, LEAST_OF[1]),
        (hours, cell_hours, LEAST_OF[2]),
    ]


def _medians(classes: Classes, values: Values, weights: Values, least: int) -> dict[int, float]:
    """The weighted median of every class with enough values."""
    order = np.argsort(classes, kind="stable")
    names, starts = np.unique(classes[order], return_index=True)
    found = {}
    for name, part in zip(names, np.split(order, starts[1:]), strict=True):
        if len(part) >= least:
            found[int(name)] = weighted_median(values[part], weights[part])
    return found


def _profile(weekdays: Times, hours: Times, values: Values, weights: Values) -> Cells:
    """The first way of classing that has enough decides each cell."""
    cells = np.full(WEEKDAYS * 24, np.nan)
    for classes, of_cells, least in _groups(weekdays, hours):
        medians = _medians(classes, values, weights, least)
        for cell in np.flatnonzero(np.isnan(cells)):
            cells[cell] = medians.get(int(of_cells[cell]), np.nan)
    return cells.reshape(WEEKDAYS, 24)


def _scales(weekdays: Times, hours: Times, residuals: Values, weights: Values) -> Cells:
    """Eight values say little of their own spread: the wider classing is a floor to the finer.

    Where more than half of a class are equal its median deviation is nought; half of the mean
    deviation of all (1.2533 of it for a normal distribution) is the floor then.
    """
    known = np.isfinite(residuals)
    weekdays, hours = weekdays[known], hours[known]
    deviations, weights = np.abs(residuals[known]), weights[known]
    fine, kind, hour = (
        (_medians(classes, deviations, weights, least), of_cells)
        for classes, of_cells, least in _groups(weekdays, hours)
    )
    mean = float(np.average(deviations, weights=weights)) * 1.2533 if len(deviations) else 0.0
    cells = np.empty(WEEKDAYS * 24)
    for cell in range(WEEKDAYS * 24):
        pooled = kind[0].get(int(kind[1][cell]), hour[0].get(int(hour[1][cell]), 0.0))
        own = fine[0].get(int(fine[1][cell]), pooled)
        cells[cell] = NORMAL * max(own, pooled)
    # The deviations of five to eight values from their own median are small by selection.
    return np.maximum(cells, mean * 0.5).reshape(WEEKDAYS, 24)


def _floor(quantity: Quantity, expected: Cells) -> Cells:
    """The least scale: half of the last digit shown, and for counted things the spread of counts
    (the root of their number)."""
    least = np.full(expected.shape, 0.5 * 10.0**-quantity.decimals)
    if quantity.decimals == 0 and quantity.unit[:1] in COUNTED and quantity.unit:
        least = np.maximum(least, np.sqrt(np.maximum(np.nan_to_num(expected), 1.0)))
    return least


def _correlation(times: Times, residuals: Values) -> float:
    """Of neighbouring hours, 0 to 0.95: a slow wave must not be taken for a shift."""
    known = np.isfinite(residuals)
    times, residuals = times[known], residuals[known]
    if len(times) < 48:
        return 0.0
    near = np.diff(times) <= HOUR * 3 // 2
    # A few wild values would decide it alone: clipped at three scales.
    wide = 3 * NORMAL * float(np.median(np.abs(residuals))) or float(np.std(residuals))
    clipped = np.clip(residuals, -wide, wide)
    first, second = clipped[:-1][near], clipped[1:][near]
    power = float(np.mean(clipped**2))
    if power == 0.0 or len(first) < 24:
        return 0.0
    return float(np.clip(np.mean(first * second) / power, 0.0, 0.95))
