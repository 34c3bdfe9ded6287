"""The value of a code at any moment: a pure function of seed, code, place and time."""

from collections.abc import Callable

import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE, Direction, Period, Quantity
from app.sim.calendar import Calendar
from app.sim.noise import Floats, Ints, poisson, salt, smooth, uniform, wander
from app.sim.shapes import Kind, Shape
from app.sim.weather import Scenario, Weather

EXCURSION_CHANCE = 0.035
"""The chance that an indicator spends a block of time over its blue limit in fair weather."""

_COUNTER_SINCE = 1_704_067_200_000  # 2024-01-01T00:00:00Z: the meters began at zero around here
_AWAKE = [0.2, 0.0, 0.0, 1.0, 1.0, 0.2]  # at 0, 1, 5, 7, 20 and 24 o'clock
_AWAKE_MEAN = (0.1 + 0.0 + 1.0 + 13.0 + 2.4) / 24.0
_NOISE_STEP = {
    **{Period.REALTIME: 12 * MINUTE, Period.FIVE_MINUTES: HOUR, Period.HOUR: 4 * HOUR},
    **{Period.DAY: 2 * DAY, Period.MONTH: 45 * DAY},
    **{Period.QUARTER: 120 * DAY, Period.YEAR: 500 * DAY},
}
_BLOCK = {
    **{Period.REALTIME: 3 * HOUR, Period.FIVE_MINUTES: 3 * HOUR, Period.HOUR: 8 * HOUR},
    **{Period.DAY: 4 * DAY, Period.MONTH: 31 * DAY, Period.QUARTER: 92 * DAY},
    Period.YEAR: 366 * DAY,
}


class Values:
    """The city's values and, with a factor of its own, each device's."""

    def __init__(
        self,
        seed: int,
        calendar: Calendar,
        weather: Weather,
        scenario: Scenario,
        issued: Callable[[Ints], Floats],
    ) -> None:
        self._seed = seed
        self._calendar = calendar
        self._weather = weather
        self._scenario = scenario
        self._issued = issued
        self._salts: dict[str, int] = {}

    def _salt(self, name: str) -> int:
        found = self._salts.get(name)
        if found is None:
            found = self._salts[name] = salt(self._seed, name)
        return found

    def city(self, shape: Shape, at: Ints) -> Floats:
        """The city's values, finished: within range and rounded to the shown decimals."""
        if shape.running:
            return finish(shape.quantity, self._running(shape, at))
        return finish(shape.quantity, self._raw(shape, at, None, shape.quantity.code))

    def own(self, shape: Shape, region: int, at: Ints) -> Floats:
        """A district's values where it has its own driver."""
        return finish(
            shape.quantity, self._raw(shape, at, region, f"{shape.quantity.code}@{region}")
        )

    def device(self, shape: Shape, region: int | None, device: str, at: Ints) -> Floats:
        """What a sound device measures: the code's shape with the device's own size and noise."""
        return self._raw(shape, at, region, f"{shape.quantity.code}#{device}")

    def _raw(self, shape: Shape, at: Ints, region: int | None, name: str) -> Floats:
        stream = self._salt(name)
        driver = self._driver(shape, region, at)
        factor = self._size(shape, name, stream)
        if shape.kind is Kind.ISSUED:
            return self._issued(at)
        if shape.kind is Kind.DRIVEN:
            return np.asarray(shape.add * driver * factor)
        if shape.kind is Kind.COUNTER:
            size = shape.waves.typical * factor
            return np.asarray(size * (1.0 + (at - _COUNTER_SINCE) / DAY / 700.0))
        base = self._waves(shape, at) * factor
        moved = base * np.maximum(0.1, 1.0 + shape.mul * driver) + shape.add * driver * factor
        if shape.kind is Kind.COUNT:
            return self._count(shape, at, moved, stream)
        step = _NOISE_STEP[shape.quantity.period or Period.FIVE_MINUTES]
        # Noise is a share of the value where the value itself nearly vanishes at night.
        scale = base if shape.night != 1.0 else shape.waves.typical * factor
        noise = scale * shape.waves.noise * wander(stream, at, step)
        return self._excursion(shape, at, moved + noise, stream)

    def _size(self, shape: Shape, name: str, stream: int) -> float:
        if "#" not in name:
            return 1.0
        chance = float(uniform(stream, np.array([-1]))[0])
        if shape.waves.spread == 0.0 and shape.waves.typical == 0.0:
            return 0.15 + 1.85 * chance**2  # a few spots are much worse than the rest
        return 1.0 + shape.waves.spread * (2.0 * chance - 1.0)

    def _driver(self, shape: Shape, region: int | None, at: Ints) -> Floats:
        if not shape.driver:
            return np.zeros(at.shape)
        return self._weather.driver(shape.driver, region, at)

    def _waves(self, shape: Shape, at: Ints) -> Floats:
        waves, calendar = shape.waves, self._calendar
        level = np.ones(at.shape)
        if waves.daily_amplitude:
            turn = (calendar.hours(at) - waves.peak_hour) / 24.0
            # With a quiet night the wave is only the smaller part of the day's rhythm.
            size = waves.daily_amplitude * (1.0 if shape.night == 1.0 else 0.5)
            level += size * np.cos(2.0 * np.pi * turn)
        if waves.weekly_amplitude:
            sign = 1.0 if waves.weekly_peak == "weekend" else -1.0
            # Five days against two: the mean over a week stays the typical value.
            weekend = calendar.weekend(at)
            level += waves.weekly_amplitude * sign * np.where(weekend > 0, 10.0, -4.0) / 7.0
        if waves.seasonal_amplitude:
            turn = (calendar.months(at) - waves.peak_month - 0.5) / 12.0
            level += waves.seasonal_amplitude * np.cos(2.0 * np.pi * turn)
        awake = self._awake(shape.night, at) if shape.night != 1.0 else 1.0
        return np.asarray(waves.typical * np.maximum(level, 0.02) * awake)

    def _awake(self, night: float, at: Ints) -> Floats:
        """1 on the mean of a day; full from 7 to 20 o'clock, `night` of that from 1 to 5."""
        hours = self._calendar.hours(at)
        share = np.interp(hours, [0.0, 1.0, 5.0, 7.0, 20.0, 24.0], _AWAKE)
        mean = night + (1.0 - night) * _AWAKE_MEAN
        return np.asarray((night + (1.0 - night) * share) / mean)

    def _count(self, shape: Shape, at: Ints, rate: Floats, stream: int) -> Floats:
        """Whole numbers by chance, kept for half an hour (for an hour's figure: that hour)."""
        block = HOUR if shape.quantity.period is Period.HOUR else 30 * MINUTE
        chance = uniform(stream ^ 11, at // block)
        if self._scenario is Scenario.CALM:
            chance = np.minimum(chance, 0.9)
        return poisson(np.maximum(rate, 0.0), chance)

    def _running(self, shape: Shape, at: Ints) -> Floats:
        """The part of the day's total that has come in since midnight; never falls."""
        begin = self._calendar.days(at) * DAY - self._calendar.offset
        total = np.round(self._raw(shape, begin + DAY // 2, None, shape.quantity.code))
        part = (at - begin) / DAY
        lean = 0.6 / (2.0 * np.pi)  # busiest at 14:00, quiet before dawn
        peak = 14.0 / 24.0
        done = part + lean * (np.sin(2 * np.pi * (part - peak)) + np.sin(2 * np.pi * peak))
        return np.asarray(np.floor(total * np.clip(done, 0.0, 1.0) + 1e-9))

    def _excursion(self, shape: Shape, at: Ints, value: Floats, stream: int) -> Floats:
        """Now and then a value leaves its band for a while, as things in a city do."""
        limits = shape.quantity.thresholds
        if limits.watch is None or limits.yellow is None or not shape.quantity.is_indicator:
            return value
        length = _BLOCK[shape.quantity.period or Period.HOUR]
        block = at // length
        active = uniform(stream ^ 21, block) < EXCURSION_CHANCE
        if not active.any():
            return value
        grave = uniform(stream ^ 22, block)
        worst = limits.orange if limits.orange is not None else limits.yellow
        target = np.where(
            grave < 0.75,
            limits.watch + 0.4 * (limits.yellow - limits.watch),
            limits.yellow + 0.3 * (worst - limits.yellow),
        )
        part = (at - block * length) / length
        ramp = np.clip(np.minimum(part, 1.0 - part) / 0.2, 0.0, 1.0)
        if shape.quantity.period not in (Period.REALTIME, Period.FIVE_MINUTES, Period.HOUR):
            ramp = np.ones(at.shape)
        ramp = ramp * (1.0 + 0.05 * smooth(stream ^ 23, at, max(length // 12, 1)))
        return np.where(active, value + np.minimum(ramp, 1.05) * (target - value), value)


def finish(quantity: Quantity, values: Floats) -> Floats:
    """Within the possible range and rounded to the decimals shown."""
    low = -np.inf if quantity.valid_min is None else quantity.valid_min
    high = np.inf if quantity.valid_max is None else quantity.valid_max
    # + 0.0 turns a rounded -0.0 into 0.0
    return np.asarray(np.clip(np.round(values, quantity.decimals), low, high) + 0.0)


def over_limit(quantity: Quantity, values: Floats) -> Ints:
    """The rank of the limit crossed at each moment: 0 none, 1 blue to 4 red."""
    limits = quantity.thresholds
    upper = (limits.watch, limits.yellow, limits.orange, limits.red)
    lower = (limits.watch_low, limits.yellow_low, limits.orange_low, limits.red_low)
    falling = quantity.direction is Direction.POSITIVE
    ranks = _rank(values, upper, falling)
    if quantity.direction is Direction.BAND:
        ranks = np.maximum(ranks, _rank(values, lower, True))
    return ranks


def _rank(values: Floats, limits: tuple[float | None, ...], falling: bool) -> Ints:
    ranks = np.zeros(values.shape, dtype=np.int64)
    for rank, limit in enumerate(limits, 1):
        if limit is not None:
            ranks[(values <= limit) if falling else (values >= limit)] = rank
    return ranks
