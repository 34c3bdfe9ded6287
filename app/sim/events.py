"""Events: drawn by the hour from their kinds' usual counts, each with a life of its own."""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR
from app.core.directory import EventType, Point
from app.core.model import Event, EventStatus, Ms
from app.core.privacy import MASK, Privacy
from app.sim.calendar import Calendar
from app.sim.names import address
from app.sim.noise import Floats, Ints, salt
from app.sim.weather import Weather

OPEN_DAYS = 12
"""No event stays open longer."""

SHOWN_OPEN = 1500
_KEPT_DAYS = OPEN_DAYS + 4
_STAGES = (
    *(EventStatus.NEW, EventStatus.PENDING, EventStatus.ASSIGNED),
    *(EventStatus.HANDLING, EventStatus.VERIFYING, EventStatus.CLOSED),
)
_AT = np.array([0.0, 0.03, 0.1, 0.3, 0.8, 1.0])  # share of an event's life at which each begins
_PROFILE = {  # by source: quiet and busy hours
    "hotline": (10.0, 15.5, 0.9),
    "urban_part": (9.5, 15.0, 0.98),
    "urban_event": (9.0, 15.0, 0.98),
    "nonpolice": (14.0, 20.0, 0.75),
    "grid": (9.5, 15.5, 0.97),
    "video": (10.0, 17.5, 0.85),
    "model": (10.0, 16.0, 0.6),
}
_STORM = {  # kind: more per hour and unit of ponding, more per hour at full storm
    "UE0401": (14.0, 2.0),
    "AI0502": (8.0, 1.0),
    "HL0303": (5.0, 3.0),
    "HL0307": (5.0, 1.0),
    "HL0301": (1.0, 0.5),
    "UP0102": (3.0, 0.0),
    "UP0401": (1.0, 5.0),
    "UP0501": (0.0, 3.0),
    "NP0202": (1.0, 2.0),
}


class _Day(msgspec.Struct, frozen=True):
    """The events of one local day as columns."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    day: int
    types: Ints
    points: Ints
    streets: Ints
    stages: np.ndarray[Any, np.dtype[np.int64]]  # events x 6 moments


class Events:
    """The events of one seed."""

    def __init__(
        self,
        seed: int,
        calendar: Calendar,
        weather: Weather,
        types: list[EventType],
        points: list[Point],
        shorts: dict[str, str],
    ) -> None:
        self._seed = seed
        self._calendar = calendar
        self._weather = weather
        self._types = types
        self._points = points
        self._shorts = shorts
        self._days: dict[int, _Day] = {}
        self._rates = np.array([_hourly(item) for item in types]).reshape(len(types), 24)
        self._clocks = np.array([item.clock_ms for item in types])

    def open(self, at: Ms) -> list[Event]:
        """The newest open events at a moment, oldest first."""
        found: list[tuple[Ms, _Day, int, int]] = []
        for day in range(self._calendar.day(at) - OPEN_DAYS, self._calendar.day(at) + 1):
            table = self._table(day)
            rows = np.nonzero((table.stages[:, 0] <= at) & (table.stages[:, -1] > at))[0]
            for row in rows:
                stage = int((table.stages[row] <= at).sum()) - 1
                found.append((int(table.stages[row, 0]), table, int(row), stage))
        found.sort(key=lambda item: item[0])
        return [self._event(table, row, stage) for _, table, row, stage in found[-SHOWN_OPEN:]]

    def count_open(self, at: Ms) -> int:
        """How many are open at a moment."""
        days = range(self._calendar.day(at) - OPEN_DAYS, self._calendar.day(at) + 1)
        tables = (self._table(day).stages for day in days)
        return sum(int(((item[:, 0] <= at) & (item[:, -1] > at)).sum()) for item in tables)

    def between(self, since: Ms, until: Ms) -> list[Event]:
        """What changed in (since, until], in order."""
        found: list[tuple[Ms, Event]] = []
        for day in range(self._calendar.day(since) - OPEN_DAYS, self._calendar.day(until) + 1):
            table = self._table(day)
            rows, stages = np.nonzero((table.stages > since) & (table.stages <= until))
            found.extend(
                (int(table.stages[row, stage]), self._event(table, int(row), int(stage)))
                for row, stage in zip(rows, stages, strict=True)
            )
        found.sort(key=lambda item: (item[0], item[1].id))
        return [event for _, event in found]

    def _table(self, day: int) -> _Day:
        if day not in self._days:
            while len(self._days) >= _KEPT_DAYS:
                del self._days[min(self._days)]
            self._days[day] = self._draw(day)
        return self._days[day]

    def _draw(self, day: int) -> _Day:
        chance = np.random.Generator(np.random.PCG64(salt(self._seed, "events", str(day))))
        begin = self._calendar.midnight(day)
        counts = chance.poisson(self._day_rates(begin))
        types, hours = (np.repeat(axis.ravel(), counts.ravel()) for axis in _axes(counts.shape))
        size = types.size
        moments = begin + hours * HOUR + (chance.random(size) * HOUR).astype(np.int64)
        order = np.argsort(moments, kind="stable")
        types, moments = types[order], moments[order]
        # Half are done within a fifth of their time limit, a few overrun it.
        lives = self._clocks[types] * np.clip(chance.lognormal(np.log(0.2), 0.8, size), 0.02, 1.6)
        lives = np.minimum(lives, (OPEN_DAYS - 1) * DAY)
        jitter = np.cumsum(chance.random((size, _AT.size)) * 0.01, axis=1)
        shares = (_AT + jitter) / (_AT[-1] + jitter[:, -1:])
        shares[:, 0] = 0.0
        return _Day(
            day=day,
            types=types,
            points=chance.integers(0, max(1, len(self._points)), size),
            streets=chance.integers(0, 100_000, size),
            stages=moments[:, None] + (lives[:, None] * shares).astype(np.int64),
        )

    def _day_rates(self, begin: Ms) -> Floats:
        hours = begin + np.arange(24) * HOUR + HOUR // 2
        rates = self._rates * np.where(self._calendar.weekend(hours) > 0, 0.8, 1.08)
        ponding = self._weather.driver("max:ponding", None, hours)
        storm = self._weather.driver("max:storm", None, hours)
        for row, item in enumerate(self._types):
            wet, wild = _STORM.get(item.code, (0.0, 0.0))
            rates[row] += wet * ponding + wild * storm
        return np.asarray(rates)

    def _event(self, table: _Day, row: int, stage: int) -> Event:
        kind = self._types[table.types[row]]
        point = self._points[table.points[row]]
        street = int(table.streets[row])
        place = address(self._shorts.get(point.region, ""), street, street // 36)
        told_by_person = kind.source in ("hotline", "nonpolice")
        occurred = int(table.stages[row, 0])
        return Event(
            id=f"demo-{kind.source.replace('_', '-')}:{table.day}-{row:05d}",
            type=kind.code,
            occurred=occurred,
            observed=int(table.stages[row, stage]),
            status=_STAGES[stage],
            urgency=kind.urgency,
            region=point.region,
            title=f"{kind.item_zh}：{place}",
            place=place,
            reporter=MASK if told_by_person else "",
            bureau=kind.responsible_bureau,
            lon=round(point.lon + (street % 200 - 100) * 1e-5, 5),
            lat=round(point.lat + (street // 200 % 200 - 100) * 1e-5, 5),
            due=occurred + kind.clock_ms,
            revision=stage,
        )


def _axes(shape: tuple[int, ...]) -> tuple[Ints, Ints]:
    rows, columns = np.indices(shape)
    return rows, columns


def _hourly(kind: EventType) -> Floats:
    """The usual count spread over the hours of a day: two broad peaks."""
    first, second, swing = _PROFILE.get(kind.source, (10.0, 16.0, 0.8))
    hour = np.arange(24) + 0.5
    curve = np.exp(-(((hour - first) / 2.6) ** 2)) + np.exp(-(((hour - second) / 3.2) ** 2))
    weights = (1.0 - swing) / 24.0 + swing * curve / curve.sum()
    return np.asarray(kind.typical_daily_count * weights)
