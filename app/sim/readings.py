"""Readings as they leave the city: when each comes, what holds it back, what a fault makes of it.

Which readings come between two moments depends on these moments alone, not on how often or in
which order it is asked; so two runs of one seed agree.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE, SECOND
from app.core.model import Ms, Origin, Reading
from app.sim.calendar import Calendar
from app.sim.districts import Districts
from app.sim.faults import Faults, Trouble
from app.sim.noise import Floats, Ints, salt, uniform
from app.sim.series import Series
from app.sim.values import Values, finish

LATE_CHANCE = 0.004
"""The chance that a record comes up to two steps late, behind newer ones."""

SPAN = 5 * SECOND
"""The longest span that may be asked for at once: the shortest step."""

_LOOK_BACK = np.arange(4)  # slots whose records may come now: none waits longer than three steps
_ESTIMATE_BAND = 0.06
_RECENT = {"city": MINUTE, "district": 5 * MINUTE, "device": 30 * MINUTE}
_OLDER = {"city": HOUR, "district": 3 * HOUR}


class Readings:
    """All series of a city as readings."""

    def __init__(
        self,
        seed: int,
        calendar: Calendar,
        values: Values,
        districts: Districts,
        faults: Faults,
        series: list[Series],
        periodic: list[Series],
    ) -> None:
        self._calendar = calendar
        self._values = values
        self._districts = districts
        self._faults = faults
        self.series = series
        self.periodic = periodic
        self._steps = np.array([item.step for item in series])
        self._phases = np.array([item.phase for item in series])
        self._waits = np.array([item.wait for item in series])
        self._spreads = np.array([item.spread for item in series])
        self._salts = np.array([salt(seed, "slot", item.key) for item in series], dtype=np.uint64)
        self._periodic_salts = {item.key: salt(seed, "slot", item.key) for item in periodic}
        self._bureaus = sorted({item.bureau for item in (*series, *periodic)})

    def between(self, since: Ms, until: Ms) -> list[Reading]:
        """What comes in (since, until], in the order of coming; `until - since` at most SPAN, for
        slots further back than four steps are not looked at."""
        slots, coming = self._candidates(until)
        rows, columns = np.nonzero((coming > since) & (coming <= until))
        order = np.argsort(coming[rows, columns], kind="stable")
        silent = self._silent(until)
        found: list[Reading] = []
        for row, column in zip(rows[order], columns[order], strict=True):
            item = self.series[row]
            if item.bureau not in silent:
                found.extend(self._at(item, int(slots[row, column])))
        found.extend(self._caught_up(since, until))
        if since // MINUTE != until // MINUTE:
            found.extend(self._periodic_between(since, until))
        return found

    def latest(self, at: Ms) -> Iterator[Reading]:
        """The newest reading of every series that has come by a moment."""
        slots, coming = self._candidates(at)
        arrived = coming <= at
        for row, item in enumerate(self.series):
            outage = self._faults.bureau(item.bureau, at)
            until = outage.since if outage is not None else at
            arrived_row = coming[row] <= until if outage is not None else arrived[row]
            if arrived_row.any():
                slot = int(slots[row][arrived_row].max())
            else:  # silent for longer than three steps
                slot = self._slot_before(item, until)
            reading = next(iter(self._at(item, slot)), None)
            if reading is None:
                reading = self._before_silence(item, at)
            if reading is not None:
                yield reading
        for item in self.periodic:
            yield self._periodic(item, self._newest_period(item, at))

    def history(self, item: Series, since: Ms, until: Ms, now: Ms) -> list[Reading]:
        """Readings of one series observed in [since, until) that have come by now. The last 24 h
        at the series' own period but at most one a minute (a district's one in five minutes, a
        device's one in 30); older ones hourly, a district's every three hours, a device's not."""
        if item in self.periodic:
            return self._periodic_history(item, since, until, now)
        rank = "device" if item.device else "city" if item.region is None else "district"
        border = max(since, min(until, now - DAY))
        found: list[Reading] = []
        for begin, end, steps in ((since, border, _OLDER), (border, until, _RECENT)):
            if begin >= end or rank not in steps:
                continue
            step = -(-max(item.step, steps[rank]) // item.step) * item.step
            first = -(-(begin - item.phase) // step) * step + item.phase
            at = np.arange(first, min(end, now - item.wait - item.spread), step)
            found.extend(self._history_readings(item, at))
        return found

    def measured(self, item: Series, since: Ms, until: Ms) -> list[Reading]:
        """Every reading of one series observed in [since, until), at its own step: what would have
        come, whether or not its bureau's line stood."""
        first = -(-(since - item.phase) // item.step) * item.step + item.phase
        return self._history_readings(item, np.arange(first, until, item.step))

    # ---- slots

    def _candidates(self, until: Ms) -> tuple[Ints, Ints]:
        """Slots that may have come lately (series x 4), and when each comes."""
        newest = (until - self._phases) // self._steps
        index = newest[:, None] - _LOOK_BACK[None, :]
        slots = index * self._steps[:, None] + self._phases[:, None]
        salts = np.broadcast_to(self._salts[:, None], index.shape)
        wait = self._waits[:, None] + self._spreads[:, None] * uniform(salts, index)
        with np.errstate(over="ignore"):
            late = uniform(salts + np.uint64(99), index)
        # A day's figure is not late by chance: its bureau has a day for it anyway.
        quick = (self._steps < HOUR)[:, None]
        extra = np.where(quick & (late < LATE_CHANCE), 1.5 * self._steps[:, None], 0.0)
        return slots, slots + (wait + extra).astype(np.int64)

    def _slot_before(self, item: Series, at: Ms) -> Ms:
        reach = at - item.wait - item.spread
        return (reach - item.phase) // item.step * item.step + item.phase

    def _silent(self, at: Ms) -> set[str]:
        return {code for code in self._bureaus if self._faults.bureau(code, at) is not None}

    def _caught_up(self, since: Ms, until: Ms) -> list[Reading]:
        """After an outage of a bureau's line: what it could not deliver, one a minute at most."""
        found: list[Reading] = []
        for code in self._bureaus:
            spell = self._faults.bureau_ended(code, since, until)
            if spell is None:
                continue
            for item in self.series:
                if item.bureau == code:
                    step = max(item.step, -(-5 * MINUTE // item.step) * item.step)
                    begin = spell.since - item.wait - item.spread
                    first = -(-(begin - item.phase) // step) * step + item.phase
                    at = np.arange(first, spell.until - item.wait - item.spread, step)
                    found.extend(self._history_readings(item, at))
        return found

    # ---- values

    def _value(self, item: Series, at: Ints) -> Floats:
        # The value of a statistic is taken in the middle of its period.
        moments = at - item.span // 2
        if item.device:
            return self._values.device(item.shape, item.region, item.device, moments)
        if item.region is None:
            return self._values.city(item.shape, moments)
        return self._districts.values(item.shape, item.region, moments)

    def _at(self, item: Series, slot: Ms) -> list[Reading]:
        return self._history_readings(item, np.array([slot]))

    def _history_readings(self, item: Series, at: Ints) -> list[Reading]:
        if at.size == 0:
            return []
        if not item.device:
            return [
                self._reading(item, int(moment), value)
                for moment, value in zip(at, self._value(item, at), strict=True)
            ]
        return self._device_readings(item, at)

    def _device_readings(self, item: Series, at: Ints) -> list[Reading]:
        moments, changes = at.copy(), np.zeros(at.size)
        sounding = np.ones(at.size, dtype=np.bool_)
        for index, moment in enumerate(at):
            spell = self._faults.device(item.device, int(moment))
            if spell is None:
                continue
            if spell.trouble is Trouble.OFFLINE:
                sounding[index] = False
            elif spell.trouble is Trouble.STUCK:
                moments[index] = spell.since
            elif spell.trouble is Trouble.DRIFT:
                changes[index] = (int(moment) - spell.since) / DAY
        values = self._value(item, moments)
        size = np.abs(item.shape.waves.typical) * 0.4 + 0.02
        values = finish(item.shape.quantity, values + changes * size)
        return [
            self._reading(item, int(moment), value)
            for moment, value, heard in zip(at, values, sounding, strict=True)
            if heard
        ]

    def _before_silence(self, item: Series, at: Ms) -> Reading | None:
        spell = self._faults.device(item.device, at)
        if spell is None:
            return None
        slot = self._slot_before(item, spell.since) - item.step
        return next(iter(self._at(item, slot)), None)

    def _reading(self, item: Series, at: Ms, value: Any) -> Reading:
        number = float(value)
        start, end = 0, 0
        if item.span:
            start, end = at - item.span, at
        elif item.shape.running:
            start, end = self._calendar.midnight(self._calendar.day(at)), at
        low, high = self._band(item, number)
        published = at + item.wait if item.span else 0
        return Reading(
            key=item.key,
            value=number,
            observed=at,
            valid_from=start,
            valid_to=end,
            published=published,
            origin=item.shape.origin,
            low=low,
            high=high,
        )

    def _band(self, item: Series, value: float) -> tuple[float | None, float | None]:
        if item.shape.origin is not Origin.ESTIMATED:
            return None, None
        wide = abs(value) * _ESTIMATE_BAND
        both = finish(item.shape.quantity, np.array([value - wide, value + wide]))
        return float(both[0]), float(both[1])

    # ---- months, quarters, years

    def _published(self, item: Series, end: Ms, number: int) -> Ms:
        chance = float(uniform(self._periodic_salts[item.key], np.array([number]))[0])
        return end + item.wait + int(item.spread * chance)

    def _newest_period(self, item: Series, at: Ms, back: int = 1) -> tuple[Ms, Ms, int]:
        period = item.shape.quantity.period
        assert period is not None
        for earlier in range(back, back + 12):
            start, end, number = self._calendar.period(at, period, earlier)
            if self._published(item, end, number) <= at:
                return start, end, number
        raise AssertionError(f"{item.key}: no figure within twelve periods")

    def _periodic(self, item: Series, span: tuple[Ms, Ms, int]) -> Reading:
        start, end, number = span
        middle = np.array([start + (end - start) // 2])
        return Reading(
            key=item.key,
            value=float(self._values.city(item.shape, middle)[0]),
            observed=end,
            valid_from=start,
            valid_to=end,
            published=self._published(item, end, number),
            origin=item.shape.origin,
        )

    def _periodic_between(self, since: Ms, until: Ms) -> list[Reading]:
        begin, end = since // MINUTE * MINUTE, until // MINUTE * MINUTE
        found = []
        for item in self.periodic:
            newest = self._newest_period(item, end)
            if newest != self._newest_period(item, begin):
                found.append(self._periodic(item, newest))
        return found

    def _periodic_history(self, item: Series, since: Ms, until: Ms, now: Ms) -> list[Reading]:
        found: list[Reading] = []
        newest = self._newest_period(item, now)
        while newest[1] >= since and len(found) < 60:
            if newest[1] < until:
                found.append(self._periodic(item, newest))
            period = item.shape.quantity.period
            assert period is not None
            newest = self._calendar.period(newest[0] - 1, period)
        return found[::-1]
