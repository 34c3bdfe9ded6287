"""All the rules that look at one key as its values come."""

from typing import ClassVar

import msgspec

from app.core.catalog import HOUR, Quantity
from app.core.finding import Finding, FindingRule
from app.core.freshness import freshness
from app.core.model import Freshness, Held, Ms, Reading
from app.core.privacy import Privacy
from app.rules import quality
from app.rules.anomaly import Watch, unusual
from app.rules.baseline import Baseline
from app.rules.baseline import learn as learn_baseline
from app.rules.calendar import Times, Values, WorkCalendar
from app.rules.quality import Checker, Usual

OVERDUE_MS = 120_000
"""So long after the law calls a value late it is a finding: a second's delay is none."""
SLOW_SPAN = 7 * 24 * HOUR
"""EWMA and CUSUM are run over the last week."""
_SLOW = (FindingRule.DRIFT, FindingRule.SHIFT)


class Learnt(msgspec.Struct, frozen=True):
    """What the past of a key says: what is usual, its baseline, the last week's slow changes."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    usual: Usual
    baseline: Baseline | None = None
    slow: tuple[Finding, ...] = ()
    last: tuple[tuple[Ms, float], ...] = ()  # the newest values, to know what came before


def learn(
    key: str,
    quantity: Quantity,
    hours: tuple[Times, Values],
    recent: tuple[Times, Values],
    calendar: WorkCalendar,
    now: Ms,
) -> Learnt:
    """From eight weeks of hourly means and two days of single values; some ten milliseconds."""
    usual = quality.learn(*recent, quantity, calendar, older=hours[1])
    last = tuple(zip(recent[0].tolist(), recent[1].tolist(), strict=True))
    if quantity.period_ms > HOUR:
        return Learnt(usual, last=last)
    times, values = hours
    baseline = learn_baseline(times, values, quantity, calendar, now)
    if baseline is None:
        return Learnt(usual, last=last)
    # The running hour is left to the rule that looks at each value.
    week = (times >= now - SLOW_SPAN) & (times < now - now % HOUR)
    found = unusual(key, times[week], values[week], quantity, baseline, calendar)
    return Learnt(usual, baseline, tuple(f for f in found if f.rule in _SLOW), last)


class KeyWatch:
    """One key. `findings` is what is odd now; `over` what ended since it was last asked."""

    __slots__ = ("_calendar", "_checker", "_quantity", "_residual", "_slow", "_stale", "baseline",
                 "key", "over")  # fmt: skip

    def __init__(self, key: str, quantity: Quantity, calendar: WorkCalendar) -> None:
        self.key = key
        self.baseline: Baseline | None = None
        self.over: list[Finding] = []
        self._quantity = quantity
        self._calendar = calendar
        self._checker = Checker(key, quantity, Usual())
        self._residual: Watch | None = None
        self._slow: tuple[Finding, ...] = ()
        self._stale: Finding | None = None

    def learnt(self, learnt: Learnt) -> None:
        """Take what the past says; what is odd now stays so."""
        checker = self._checker
        if checker.usual == Usual():
            primed = Checker(self.key, self._quantity, learnt.usual)
            for at, value in learnt.last:
                primed.take(at, value, self._calendar)
            if primed.last > checker.last:
                self._checker = checker = primed
            else:
                checker.follow(primed)
        checker.usual = learnt.usual
        self._slow = tuple(item for item in learnt.slow if item.until is None)
        if learnt.baseline is not None and learnt.baseline != self.baseline:
            self._learn_residual(learnt.baseline)

    def _learn_residual(self, baseline: Baseline) -> None:
        self.baseline = baseline
        if self._residual is None:
            self._residual = Watch(self._quantity, baseline, self._calendar)
        else:
            self._residual.baseline = baseline

    def take(self, reading: Reading) -> bool:
        """The next value; whether a rule began or ended to hold."""
        checker = self._checker
        at = reading.observed
        if at < checker.last or (at == checker.last and reading.revision):
            return False
        if at > checker.last and self._residual is not None and not checker.open:
            # What cannot be believed is not called unusual.
            before = self._residual_finding()
            if self._residual.take(at, reading.value) and before is not None:
                self.over.append(msgspec.structs.replace(before, until=at))
        was = set(checker.open)
        self.over += checker.take(at, reading.value, self._calendar)
        if self._stale is not None:
            self.over.append(msgspec.structs.replace(self._stale, until=at))
            self._stale = None
            return True
        return was != set(checker.open) or self._residual is not None

    def overdue(self, held: Held, now: Ms, *, connected: bool) -> bool:
        """Whether it became a finding that no newer value came; one under way is renewed."""
        item = self._quantity
        state = freshness(
            held.reading.as_of, now - OVERDUE_MS, item.period_ms, item.lag_ms, connected=connected
        )
        if state is not Freshness.LATE:
            return False
        before = self._stale
        self._stale = quality.stale(self.key, held.reading.as_of, now, item)
        return before is None

    def findings(self, value: float | None) -> tuple[Finding, ...]:
        """What is odd now, the newest first."""
        found = [*self._checker.open.values()]
        if self._stale is not None:
            found.append(self._stale)
        if not found:
            residual = self._residual_finding(value)
            found += self._slow if residual is None else (residual,)
        return tuple(sorted(found, key=lambda item: -item.since))

    def _residual_finding(self, value: float | None = None) -> Finding | None:
        return self._residual.finding(self.key, value) if self._residual is not None else None
