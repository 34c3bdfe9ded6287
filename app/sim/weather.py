"""Storms, and what rain does after it fell: ponding, wet ground, swollen rivers, each with its lag.

A storm is drawn per half day with a chance that follows the season; where it rains, leaky sums
(linear reservoirs) of the rain give the later effects. The curves of a local day are computed on a
five-minute grid from the eight days before it, so any day can be asked in any order.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import Ms
from app.core.privacy import Privacy
from app.sim.calendar import Calendar
from app.sim.noise import Floats, Ints, normal, salt, smooth, uniform

STEP = 5 * MINUTE
BLOCK = 12 * HOUR
DAYS_BEFORE = 8
KEPT_DAYS = 64
DRIVERS = ("rain_now", "rain_1h", "rain_24h", "wet_6h", "wet_2d", "ponding", "after", "storm")
_PEAK_AT = 0.35  # share of a storm's length at which it rains hardest


class Scenario(StrEnum):
    """What is asked for: no weather, a cloudburst at the start, what the season brings, or on a
    calm day a network that is cut (app.sim.cut)."""

    AUTO = "auto"
    CALM = "calm"
    STORM = "storm"
    CUT = "cut"


class Storm(msgspec.Struct, frozen=True):
    """One storm: `peak` in mm/h where it is worst; `reach` is each region's share of that."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    number: int
    start: Ms
    length: int
    peak: float
    reach: tuple[float, ...]

    @property
    def end(self) -> Ms:
        """When the rain is over."""
        return self.start + round(self.length * 1.5)

    @property
    def worst(self) -> Ms:
        """When it rains hardest."""
        return self.start + round(self.length * _PEAK_AT)


class Weather:
    """The weather of one seed over `shares`, the population share of each region."""

    def __init__(
        self, seed: int, calendar: Calendar, shares: Floats, scenario: Scenario, begin: Ms
    ) -> None:
        self._salt = salt(seed, "storm")
        self._calendar = calendar
        self._shares = shares
        self.scenario = scenario
        self._forced = self._cloudburst(begin) if scenario is Scenario.STORM else None
        self._days: dict[int, dict[str, Floats]] = {}

    def _cloudburst(self, begin: Ms) -> Storm:
        length = 3 * HOUR
        reach = tuple(0.72 + 0.28 * uniform(self._salt, np.arange(len(self._shares))))
        start = begin - round(length * _PEAK_AT) + 5 * MINUTE
        return Storm(-1, start, length, 108.0, tuple(float(item) for item in reach))

    def storms(self, since: Ms, until: Ms) -> list[Storm]:
        """Storms that rain between two moments, by start."""
        if self.scenario in (Scenario.CALM, Scenario.CUT):
            return []
        blocks = np.arange((since - DAY) // BLOCK, until // BLOCK + 1)
        month = self._calendar.months(blocks * BLOCK)
        season = np.clip(np.cos((month - 7.3) / 12.0 * 2.0 * np.pi), 0.0, 1.0) ** 2
        hits = np.nonzero(uniform(self._salt, blocks) < 0.025 + 0.17 * season)[0]
        found = [self._storm(int(blocks[hit]), float(season[hit])) for hit in hits]
        if self._forced is not None:
            found.append(self._forced)
        return sorted(
            (storm for storm in found if storm.start < until and storm.end > since),
            key=lambda storm: storm.start,
        )

    def _storm(self, block: int, season: float) -> Storm:
        index = np.array([block])
        chance = uniform(self._salt ^ 7, np.arange(block * 8, block * 8 + 8))
        size = float(np.exp(normal(self._salt ^ 8, index)[0] * 0.75))
        reach = 0.25 + 0.75 * uniform(self._salt ^ 9, np.arange(block * 8, block * 8 + 7))
        reach = np.resize(reach, len(self._shares))
        return Storm(
            number=block,
            start=block * BLOCK + int(chance[0] * BLOCK),
            length=int((1.0 + 4.5 * chance[1]) * HOUR),
            peak=min(110.0, (2.0 + 9.0 * season) * size),
            reach=tuple(float(item) for item in reach),
        )

    def driver(self, name: str, region: int | None, at: Ints) -> Floats:
        """A driver at moments; region None is the city's mean by population, `max:x` its most."""
        most = name.startswith("max:")
        bare = name.removeprefix("max:")
        days = self._calendar.days(at)
        result = np.zeros(at.shape)
        for day in np.unique(days):
            table = self._table(int(day))[bare]
            if not table.any():
                continue
            if region is not None:
                curve = table[region]
            else:
                curve = table.max(axis=0) if most else self._shares @ table
            chosen = days == day
            grid = self._calendar.midnight(int(day)) + np.arange(curve.size) * STEP
            result[chosen] = np.interp(at[chosen], grid, curve)
        return result

    def _table(self, day: int) -> dict[str, Floats]:
        if day not in self._days:
            while len(self._days) >= KEPT_DAYS:
                del self._days[next(iter(self._days))]
            self._days[day] = self._day(day)
        return self._days[day]

    def _day(self, day: int) -> dict[str, Floats]:
        begin = self._calendar.midnight(day)
        first = begin - DAYS_BEFORE * DAY
        grid = np.arange(first, begin + DAY + STEP, STEP)
        shape = (len(self._shares), grid.size)
        storms = self.storms(first, begin + DAY)
        if not storms:
            kept = (len(self._shares), DAY // STEP + 1)
            return {name: np.zeros(kept) for name in DRIVERS}
        rain = np.zeros(shape)
        for storm in storms:
            rain += self._rain(storm, grid)
        effects = self._effects(rain)
        return {name: curve[:, -(DAY // STEP + 1) :] for name, curve in effects.items()}

    def _rain(self, storm: Storm, grid: Ints) -> Floats:
        """mm/h in each region: a quick rise, a slow fall, with gusts in between."""
        part = np.maximum((grid - storm.start) / (storm.length * _PEAK_AT), 0.0)
        shape = part**2 * np.exp(2.0 * (1.0 - part))
        shape[grid > storm.end] = 0.0
        rows = []
        for index, reach in enumerate(storm.reach):
            gusts = 1.0 + 0.15 * smooth(self._salt ^ (index + 16), grid, 20 * MINUTE)
            rows.append(storm.peak * reach * shape * np.clip(gusts, 0.3, 1.5))
        return np.array(rows)

    def _effects(self, rain: Floats) -> dict[str, Floats]:
        hours = STEP / HOUR
        ponding = _leaky(np.maximum(rain - 15.0, 0.0) / 12.0 * hours, 0.75)
        hour = _sum_of_last(rain * hours, HOUR // STEP)
        return {
            "rain_now": rain,
            "rain_1h": hour,
            "rain_24h": _sum_of_last(rain * hours, DAY // STEP),
            "wet_6h": _leaky(rain * hours, 6.0),
            "wet_2d": _leaky(rain * hours, 48.0),
            "ponding": ponding,
            "after": _leaky(ponding * hours / 2.0, 2.0),
            "storm": np.minimum(1.0, hour / 30.0),
        }


def _leaky(inflow: Floats, hours: float) -> Floats:
    """A linear reservoir with a storage constant in hours, on the five-minute grid.

    Closed form of held = held * keep + inflow; the growth stays far from overflow, for the grid
    is nine days long and no constant is shorter than 0.75 h (e to the 288th).
    """
    growth = np.exp(np.arange(inflow.shape[1]) * (STEP / HOUR / hours))
    return np.asarray(np.cumsum(inflow * growth, axis=1) / growth)


def _sum_of_last(values: Floats, count: int) -> Floats:
    total = np.cumsum(values, axis=1)
    total[:, count:] = total[:, count:] - total[:, :-count]
    return np.maximum(total, 0.0)
