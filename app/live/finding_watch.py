"""All the rules that look at one key as its values come."""

from typing import ClassVar

import msgspec

from app.core.catalog import DAY, HOUR, Quantity
from app.core.finding import Finding, FindingRule
from app.core.freshness import freshness
from app.core.model import Freshness, Held, Ms, Reading
from app.core.privacy import Privacy
from app.rules import quality
from app.rules.anomaly import Watch, unusual, year_on_year
from app.rules.baseline import Baseline
from app.rules.baseline import learn as learn_baseline
from app.rules.calendar import Times, Values, WorkCalendar
from app.rules.quality import Checker, Usual

OVERDUE_MS = 120_000
"""So long after the law calls a value late it is a finding: a second's delay is none."""
SLOW_SPAN = 7 * 24 * HOUR
"""EWMA and CUSUM are run over the last week."""
YEAR = 365 * DAY
YEAR_OFF = 20 * DAY  # months and leap years differ by less, neighbouring months by more
_SLOW = (FindingRule.DRIFT, FindingRule.SHIFT)


class Past(msgspec.Struct, frozen=True):
    """The past of a key as it was read: hourly means of eight weeks and the values of two days."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hours: tuple[Times, Values]
    recent: tuple[Times, Values]
    now: Ms


def learn(
    key: str, quantity: Quantity, past: Past, calendar: WorkCalendar, *, baseline: bool = True
) -> "KeyWatch":
    """A watch that knows the past and has seen the last day; some twenty milliseconds. Without a
    `baseline` it knows only what its values may do, not what is usual at an hour."""
    usual = quality.learn(*past.recent, quantity, calendar, older=past.hours[1])
    times, values = past.hours
    base = learn_baseline(times, values, quantity, calendar, past.now) if baseline else None
    slow: list[Finding] = []
    if base is not None:
        # The running hour is left to the rule that looks at each value.
        week = (times >= past.now - SLOW_SPAN) & (times < past.now - past.now % HOUR)
        slow = unusual(key, times[week], values[week], quantity, base, calendar)
    open_ = tuple(item for item in slow if item.rule in _SLOW and item.until is None)
    watch = KeyWatch(key, quantity, calendar, usual, base, open_)
    times, values = past.recent
    day = times >= past.now - DAY
    for at, value in zip(times[day].tolist(), values[day].tolist(), strict=True):
        watch.look(at, value)
    return watch


class KeyWatch:
    """One key. `findings` is what is odd now; `over` what ended since it was last asked."""

    __slots__ = ("_calendar", "_checker", "_quantity", "_residual", "_slow", "_stale", "baseline",
                 "key", "over")  # fmt: skip

    def __init__(
        self,
        key: str,
        quantity: Quantity,
        calendar: WorkCalendar,
        usual: Usual | None = None,
        baseline: Baseline | None = None,
        slow: tuple[Finding, ...] = (),
    ) -> None:
        self.key = key
        self.baseline = baseline
        self.over: list[Finding] = []
        self._quantity = quantity
        self._calendar = calendar
        self._checker = Checker(key, quantity, usual or Usual())
        self._residual = Watch(quantity, baseline, calendar) if baseline is not None else None
        self._slow = slow
        self._stale: Finding | None = None

    def renew(self, newer: "KeyWatch") -> None:
        """Take what another has learnt; what is odd now stays so."""
        if self._checker.usual == Usual():  # nothing was known until now
            self._checker, self._residual, self.over = newer._checker, newer._residual, newer.over
        elif newer.baseline is not None:
            if self._residual is None:
                self._residual = newer._residual
            else:
                self._residual.baseline = newer.baseline
        self._checker.usual = newer._checker.usual
        self.baseline, self._slow = newer.baseline, newer._slow

    def compare_years(self, times: Times, values: Values) -> None:
        """Of monthly and slower figures: the newest against the same period of the year before."""
        found, _ = year_on_year(self.key, times, values, self._quantity, YEAR, YEAR_OFF)
        self._slow = tuple(found)

    def take(self, reading: Reading) -> bool:
        """The next reading; whether anything about what is found may have changed."""
        at = reading.observed
        if (
            self._residual is None
            and self._stale is None
            and self._checker.passes(at, reading.value)
        ):
            return False
        last = self._checker.last
        if at < last or (at == last and reading.revision):
            return False
        changed = self.look(at, reading.value)
        if self._stale is not None:
            self.over.append(msgspec.structs.replace(self._stale, until=at))
            self._stale = None
            changed = True
        return changed

    def look(self, at: Ms, value: float) -> bool:
        """The next value; whether anything is found now or was before."""
        checker, residual = self._checker, self._residual
        if residual is not None and checker.passes(at, value):
            return self._deviates(at, value)
        before = len(checker.open)
        self.over += checker.take(at, value, self._calendar)
        if checker.open:
            return True  # what cannot be believed is not called unusual
        return (residual is not None and self._deviates(at, value)) or bool(before)

    def _deviates(self, at: Ms, value: float) -> bool:
        """Of a value that can be believed: whether it deviates, or did."""
        residual = self._residual
        assert residual is not None
        held = self._residual_finding() if residual.since is not None else None
        if residual.take(at, value) and held is not None:
            self.over.append(msgspec.structs.replace(held, until=at))
        return held is not None or residual.since is not None

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
