"""Missed targets, told each morning: never a warning's shape, so without a colour."""

from datetime import datetime

import numpy as np

from app.core import keys
from app.core.catalog import DAY, HOUR, Direction, Period
from app.core.clock import to_datetime
from app.core.model import AlarmKind, Level, Ms, Warning
from app.sim.alarms import Track, cancelled
from app.sim.calendar import Calendar
from app.sim.series import Series
from app.sim.shapes import Shape
from app.sim.values import Values, over_limit

TOLD_AT = 9 * HOUR  # local time of the morning list


class Targets:
    """The months', quarters' and years' figures that stand under their target."""

    def __init__(self, calendar: Calendar, values: Values, series: list[Series], city: str) -> None:
        self._calendar = calendar
        self._values = values
        self._city = city
        self._series = [item for item in series if _has_target(item.shape)]

    def day(self, day: int) -> list[Track]:
        """The list of one morning; it stands until the next."""
        at = self._calendar.midnight(day) + TOLD_AT
        steps = [step for item in self._series if (step := self._missed(item, at)) is not None]
        return [Track((step, cancelled(step, at + DAY))) for step in steps]

    def _missed(self, item: Series, at: Ms) -> Warning | None:
        quantity = item.shape.quantity
        assert quantity.period is not None
        back = 1
        start, end, _ = self._calendar.period(at, quantity.period, back)
        while end + item.wait + item.spread > at:
            back += 1
            start, end, _ = self._calendar.period(at, quantity.period, back)
        value = self._values.city(item.shape, np.array([start + (end - start) // 2]))
        if not over_limit(quantity, value)[0]:
            return None
        limits = quantity.thresholds
        target = limits.good if limits.good is not None else limits.watch
        shown = f"{float(value[0]):.{quantity.decimals}f}"
        period = _period_name(to_datetime(start, self._calendar.zone), quantity.period)
        return Warning(
            id=f"demo-target:{quantity.code}-{at // DAY}",
            kind=AlarmKind.TARGET,
            level=Level.NONE,
            title=f"{quantity.name_zh}未达目标",
            issued=at,
            observed=at,
            region=self._city,
            evidence=f"{period} {shown} {quantity.unit}，目标 ≥{target:g}",
            key=keys.reading_key(quantity.code, self._city),
        )


def _has_target(shape: Shape) -> bool:
    item = shape.quantity
    return item.direction is Direction.POSITIVE and item.thresholds.watch is not None


def _period_name(start: datetime, period: Period) -> str:
    if period is Period.YEAR:
        return f"{start.year}年"
    if period is Period.QUARTER:
        return f"{start.year}年第{(start.month + 2) // 3}季度"
    return f"{start.year}年{start.month}月"
