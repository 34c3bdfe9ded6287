"""Whether a value can be believed, before anything is said of what it means.

Flat-lined, impossible, a lone spike, a change of unit, a counter that began anew, two values for
one moment. What is normal is learnt from the series' own past: a rain gauge may show 0 for weeks.
"""

from collections import deque
from itertools import pairwise
from math import inf
from typing import ClassVar

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, Quantity
from app.core.finding import Finding, FindingRule
from app.core.message import Message, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.core.wording import number
from app.rules.calendar import Times, Values, WorkCalendar

FACTORS = (1e4, 3600.0, 1000.0, 100.0, 60.0, 10.0, 3.6)
"""万, s to h, kilo, percent, min to h, deci, m/s to km/h; the inverses too."""
NEAR = 0.12
SUSTAINED = 3  # values in a row that make a change of unit, or a new level
LEAST_VALUES = 30  # to learn anything from
LEAST_RUNS = 12  # runs of one value that say how long one lasts
FLAT_TIMES, FLAT_MORE = 2.5, 4  # of the longest run so far, and so many periods more
LONGEST_FLAT = 2 * DAY
RESTING = 6  # so many times longer may be the nought of a series that rests
LOCAL = 24  # changes before a spike that say how much the series moves just now
SPIKE_TIMES = 3.0  # of the larger of those, and of what is left between the values beside it
SPIKE_SHARE = 0.25  # and of the span in which nearly all of the past lies
MOMENT = HOUR
"""A finding about one moment stands this long."""


class Usual(msgspec.Struct, frozen=True):
    """What was learnt of a series; a None says that the rule has nothing to go by.

    `flat_ms`: the same value for longer is odd. `centre`: its median; `low`, `high` its extremes.
    `step`: the largest change in one period that was seen. `spread`: from the lowest twentieth of
    its values to the highest. `counter`: it only rises; `daily`: and
    begins anew at midnight. `rests`: nought is nothing odd in it (a closed park).
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    flat_ms: Ms | None = None
    centre: float | None = None
    low: float = 0.0
    high: float = 0.0
    step: float | None = None
    spread: float | None = None
    counter: bool = False
    daily: bool = False
    rests: bool = False


def learn(
    times: Times,
    values: Values,
    quantity: Quantity,
    calendar: WorkCalendar,
    older: Values | None = None,
) -> Usual:
    """What is usual for a series; single values or means of buckets, ascending. `older` are values
    of a longer past, whose extremes count too."""
    known = np.isfinite(values)
    times, values = times[known], values[known]
    if len(values) < LEAST_VALUES:
        return Usual()
    changes = np.diff(values)
    falls, rises = np.flatnonzero(changes < 0), int((changes > 0).sum())
    counter = len(falls) <= 0.05 * rises and rises > LEAST_RUNS
    daily = _at_midnight(times[falls + 1], calendar) if counter and len(falls) else False
    common = _share_of_commonest(values)
    lively = common < 0.5 and not counter
    seen = values if older is None else np.concatenate((values, older[np.isfinite(older)]))
    return Usual(
        flat_ms=_longest_flat(times, values, quantity) if not counter else None,
        centre=float(np.median(values)) if lively else None,
        low=float(seen.min()),
        high=float(seen.max()),
        step=float(np.abs(changes).max()) if lively else None,
        spread=_spread_of(seen) if lively else None,
        counter=counter,
        daily=daily,
        rests=bool((values == 0).mean() > 0.02),
    )


def _spread_of(values: Values) -> float | None:
    low, high = np.percentile(values, (5, 95))
    return float(high - low) or None


def _share_of_commonest(values: Values) -> float:
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


def _at_midnight(moments: Times, calendar: WorkCalendar) -> bool:
    """Whether all of some moments lie in the first hour of a local day."""
    _, hours = calendar.slots(moments)
    return bool((hours == 0).all())


def _longest_flat(times: Times, values: Values, quantity: Quantity) -> Ms | None:
    """How long one value may last; None where it hardly ever changes.

    The newest run is left out: it may be the fault that is looked for.
    """
    starts = np.flatnonzero(np.concatenate(([True], np.diff(values) != 0)))
    if len(starts) <= LEAST_RUNS:
        return None
    lengths = np.diff(times[starts])
    pace = int(np.median(np.diff(times)))
    allowed = int(lengths.max() * FLAT_TIMES) + FLAT_MORE * max(quantity.period_ms, pace)
    return allowed if allowed <= LONGEST_FLAT else None


class Checker:
    """One series, value by value. `open` holds what is odd now, by rule; what is over is handed
    out by `take`, with its end."""

    __slots__ = ("_apart", "_at", "_first", "_good", "_high", "_like", "_low", "_quantity",
                 "_recent", "_same", "_value",
                 "key", "open", "usual")  # fmt: skip

    def __init__(self, key: str, quantity: Quantity, usual: Usual) -> None:
        self.key = key
        self.usual = usual
        self.open: dict[FindingRule, Finding] = {}
        self._quantity = quantity
        low, high = quantity.valid_min, quantity.valid_max
        self._low = -inf if low is None else low
        self._high = inf if high is None else high
        self._at: Ms = 0
        self._value = float("nan")
        self._same: Ms = 0  # since when the value has been the same
        self._good = float("nan")  # the last value that could be believed
        self._like = 0  # values in a row at a factor of the usual one
        self._apart = 0  # values in a row too far from the last good one
        self._first: Ms = 0
        self._recent: deque[float] = deque(maxlen=LOCAL + 2)  # up to the newest value

    @property
    def last(self) -> Ms:
        """The moment of the newest value."""
        return self._at

    def passes(self, at: Ms, value: float) -> bool:
        """Take the next value where nothing can be odd about it, as nearly always: the short way of
        `take`. False where it was not taken."""
        if at <= self._at or self.open or not self._low <= value <= self._high:
            return False
        usual, before = self.usual, self._value
        if value == before or (usual.counter and value < 0.5 * before):
            return False
        if usual.spread is not None and not abs(value - before) <= SPIKE_SHARE * usual.spread:
            return False  # the value before this one may be a spike
        if usual.centre is not None and self._at:
            low, high, good = usual.low, usual.high, self._good
            # Within the past's extremes no factor shows, and no change is too far.
            if self._apart or not low <= value <= high or not (low <= good <= high or good != good):
                return False
            self._good, self._like = value, 0
        self._same = self._at = at
        self._value = value
        self._recent.append(value)
        return True

    def take(self, at: Ms, value: float, calendar: WorkCalendar) -> list[Finding]:
        """The next value (an older one is not looked at); gives the findings that ended."""
        if at <= self._at:
            if at == self._at and value != self._value:
                self._twice(at, value)
            return []
        ended: list[Finding] = []
        if self.open:
            ended = self._end_moments(at)
            self._range(at, value, ended)
        elif not self._quantity.in_range(value):
            self._range(at, value, ended)
        usual = self.usual
        if usual.centre is not None and self._at:
            self._sizes(at, value, ended)
        if usual.counter and value < 0.5 * self._value:
            self._reset(at, value, calendar)
        if usual.spread is not None:
            self._lone(value, usual.spread)
        if value != self._value and not self.open:  # as nearly always
            self._same = at
        else:
            self._flat(at, value, ended)
        self._at, self._value = at, value
        self._recent.append(value)
        return ended

    # ---- each rule

    def _say(self, rule: FindingRule, since: Ms, value: float, size: float, why: Message) -> None:
        held = self.open.get(rule)
        since = held.since if held is not None else since
        self.open[rule] = Finding(self.key, rule, since, why, size=size, value=value)

    def _close(self, rule: FindingRule, at: Ms, ended: list[Finding]) -> None:
        held = self.open.pop(rule, None)
        if held is not None:
            ended.append(msgspec.structs.replace(held, until=at))

    def _words(self, id_: str, **values: float) -> Message:
        item = self._quantity
        shown = {name: number(value, item.decimals) for name, value in values.items()}
        return message(f"finding.why.{id_}", **shown, unit_zh=item.unit, unit_en=item.unit_en)

    def _twice(self, at: Ms, value: float) -> None:
        why = self._words("duplicate_time", value=value, other=self._value)
        self._say(FindingRule.DUPLICATE_TIME, at, value, 1.0, why)

    def _end_moments(self, at: Ms) -> list[Finding]:
        ended: list[Finding] = []
        for rule in (FindingRule.DUPLICATE_TIME, FindingRule.COUNTER_RESET, FindingRule.SPIKE):
            held = self.open.get(rule)
            if held is not None and at - held.since >= MOMENT:
                self._close(rule, at, ended)
        return ended

    def _range(self, at: Ms, value: float, ended: list[Finding]) -> None:
        item, rule = self._quantity, FindingRule.IMPOSSIBLE
        if not item.in_range(value):
            low, high = item.valid_min, item.valid_max
            edge = low if low is not None and value < low else high
            assert edge is not None
            name = "above" if value > edge else "below"
            self._say(rule, at, value, 2.0, self._words(name, value=value, edge=edge))
        elif rule in self.open and not self._apart:
            self._close(rule, at, ended)

    def _sizes(self, at: Ms, value: float, ended: list[Finding]) -> None:
        """A factor that a change of unit has, else a change that is faster than any seen."""
        factor = self._factor(value)
        self._like = self._like + 1 if factor else 0
        if not self._apart and not self._is_far(at, value):
            self._good = value
            if not self._like:
                self._close(FindingRule.UNIT_JUMP, at, ended)
            return
        self._first = self._first if self._apart else at
        self._apart += 1
        if factor and self._like >= SUSTAINED:
            centre = self.usual.centre
            assert centre is not None
            why = self._words("unit_jump", value=value, expected=centre)
            why = message(
                why.id, **why.args, factor=f"{factor:g}" if factor >= 1 else f"1/{1 / factor:g}"
            )
            self.open.pop(FindingRule.IMPOSSIBLE, None)
            self._say(FindingRule.UNIT_JUMP, self._first, value, 2.0, why)
        elif self._back(at, value):
            self._apart = 0
            self._good = value
            self._close(FindingRule.IMPOSSIBLE, at, ended)
            self._close(FindingRule.UNIT_JUMP, at, ended)
        elif FindingRule.UNIT_JUMP not in self.open and self._quantity.in_range(value):
            why = self._words("jump", value=value, before=self._good)
            self._say(FindingRule.IMPOSSIBLE, self._first, value, 1.5, why)

    def _factor(self, value: float) -> float | None:
        """The factor of a unit by which a value lies off the usual one; the past never did."""
        usual = self.usual
        centre = usual.centre
        if not centre or value / centre <= 0 or usual.low <= value <= usual.high:
            return None
        ratio, spread = value / centre, _spread(usual, centre)
        for known in FACTORS:
            for factor in (known, 1 / known):
                # Values that differ by nearly a factor by themselves say nothing about a unit.
                plain = max(factor, 1 / factor) > 2.5 * spread
                if plain and abs(ratio / factor - 1) <= max(NEAR, min(0.5, spread - 1)):
                    return factor
        return None

    def _is_far(self, at: Ms, value: float) -> bool:
        usual, good = self.usual, self._good
        if usual.step is None or good != good or self._factor(value) is not None:
            return self._like > 0
        width = usual.high - usual.low
        periods = max(1.0, (at - self._at) / max(1, self._quantity.period_ms))
        most = max(4.0 * usual.step * min(periods, 24.0) ** 0.5, 2.0 * width)
        return bool(abs(value - good) > most > 0)

    def _back(self, at: Ms, value: float) -> bool:
        """Near the last good value again, or at the new level for long."""
        if self._factor(value) is not None:
            return False
        return not self._is_far(at, value) or self._apart > 2 * SUSTAINED

    def _reset(self, at: Ms, value: float, calendar: WorkCalendar) -> None:
        if self.usual.daily and calendar.slot(at)[1] == 0:
            return
        why = self._words("counter_reset", value=value, before=self._value)
        self._say(FindingRule.COUNTER_RESET, at, value, 1.0, why)

    def _lone(self, value: float, spread: float) -> None:
        """Whether the value before this one stood alone: away from both beside it, by more than the
        series moves in these hours. Of one that was called impossible nothing more is said."""
        recent = self._recent
        if len(recent) < LOCAL + 2 or self._first == self._at:
            return
        before, lone = recent[-2], recent[-1]
        height = min(abs(lone - before), abs(lone - value))
        if (lone > before) is not (lone > value) or not self._quantity.in_range(lone):
            return
        if height <= max(SPIKE_SHARE * spread, SPIKE_TIMES * abs(value - before)):
            return
        past = list(recent)[:-1]
        changes = sorted(abs(b - a) for a, b in pairwise(past))
        if height > SPIKE_TIMES * changes[-3]:
            why = self._words("spike", value=lone, before=before, after=value)
            self._say(FindingRule.SPIKE, self._at, lone, height / (SPIKE_SHARE * spread), why)

    def _flat(self, at: Ms, value: float, ended: list[Finding]) -> None:
        if value != self._value:
            self._same = at
            if self.open:
                self._close(FindingRule.FLAT, at, ended)
            return
        limit = self.usual.flat_ms
        if limit is None:
            return
        limit *= RESTING if value == 0 and self.usual.rests else 1
        if at - self._same <= limit:
            return
        why = self._words("flat", value=value)
        spans = {"hours": number((at - self._same) / HOUR, 1), "usual": number(limit / HOUR, 1)}
        size = (at - self._same) / limit
        self._say(FindingRule.FLAT, self._same, value, size, message(why.id, **why.args, **spans))


def _spread(usual: Usual, centre: float) -> float:
    """By what factor the past's values differ from their median at most."""
    edges = [edge / centre for edge in (usual.low, usual.high) if edge / centre > 0]
    if len(edges) < 2:
        return float("inf")
    return max(max(edge, 1 / edge) for edge in edges)


def stale(key: str, as_of: Ms, now: Ms, quantity: Quantity) -> Finding:
    """That a newer value is overdue; whether it is, the freshness law says."""
    due = 2 * quantity.period_ms + quantity.lag_ms
    why = message("finding.why.stale", hours=number((now - as_of - due) / HOUR, 1))
    return Finding(key, FindingRule.STALE, as_of + due, why, size=(now - as_of) / max(1, due))
