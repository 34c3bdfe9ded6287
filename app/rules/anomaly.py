"""What is unusual against the same hour of the week: robust z, EWMA and CUSUM of the residuals.

EWMA (Roberts 1959) and tabular CUSUM (Page 1954) as in Montgomery, Introduction to Statistical
Quality Control. Their limits hold for independent values; residuals of neighbouring hours are not,
so both are widened by what the correlation makes of their variance.
"""

from collections.abc import Iterator
from math import exp
from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import HOUR, Quantity
from app.core.finding import Finding, FindingRule
from app.core.message import Message, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.core.wording import number
from app.rules.baseline import Baseline
from app.rules.calendar import Times, Values, WorkCalendar

Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Limits(msgspec.Struct, frozen=True):
    """When each rule fires, in scales: tuned so that a hundred series give a few a day."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    residual: float = 6.0
    residual_off: float = 3.0  # hysteresis
    weight: float = 0.2  # λ of the EWMA
    drift: float = 5.0  # L
    allowance: float = 0.5  # k of the CUSUM
    shift: float = 12.0  # h


LIMITS = Limits()
WILD = 4.0
"""One value counts at most so many scales in EWMA and CUSUM: a spike is no drift."""
_RULES = (FindingRule.RESIDUAL, FindingRule.DRIFT, FindingRule.SHIFT)


def robust_z(values: Values, expected: Values, scale: Values) -> Values:
    """The residuals in scales; NaN where nothing is known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((values - expected) / scale)


def ewma(z: Values, weight: float) -> Values:
    """The exponentially weighted mean, from 0; a NaN leaves it as it was."""
    found, level = np.empty(len(z)), 0.0
    for index, value in enumerate(z.tolist()):
        if value == value:  # not NaN
            level += weight * (value - level)
        found[index] = level
    return found


def ewma_limit(limit: float, weight: float, correlation: float = 0.0) -> float:
    """L σ √(λ/(2-λ)), widened for residuals whose neighbours correlate (AR(1))."""
    kept = correlation * (1.0 - weight)
    return float(limit * np.sqrt(weight / (2.0 - weight) * (1.0 + kept) / (1.0 - kept)))


def cusum(z: Values, allowance: float, most: float = np.inf) -> tuple[Values, Values]:
    """The upper and the lower sum, both from 0 up to `most`; a NaN leaves them as they were."""
    upper, lower = np.empty(len(z)), np.empty(len(z))
    high = low = 0.0
    for index, value in enumerate(z.tolist()):
        if value == value:
            high = min(most, max(0.0, high + value - allowance))
            low = min(most, max(0.0, low - value - allowance))
        upper[index], lower[index] = high, low
    return upper, lower


def with_hysteresis(strength: Values, on: float, off: float) -> Flags:
    """On from `on` until under `off`; a NaN keeps what was."""
    found, state = np.zeros(len(strength), np.bool_), False
    for index, value in enumerate(strength.tolist()):
        if value == value:
            state = value >= (off if state else on)
        found[index] = state
    return found


def runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """First and last index of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield first, after - 1


def unusual(
    key: str,
    times: Times,
    values: Values,
    quantity: Quantity,
    baseline: Baseline,
    calendar: WorkCalendar,
    limits: Limits = LIMITS,
) -> list[Finding]:
    """The runs in which a rule fired, by their start; a run that reaches the last value is open.

    One cause gives one finding: a drift or shift that lies inside a run of a rule named before it
    (residual, drift, shift) is left out.
    """
    expected, scale = baseline.at(times, calendar)
    z = robust_z(values, expected, scale)
    strengths = _strengths(z, baseline.correlation, limits)
    off = (limits.residual_off / limits.residual, 0.5, 0.5)
    found: list[Finding] = []
    taken = np.zeros(len(z), np.bool_)
    for rule, strength, low in zip(_RULES, strengths, off, strict=True):
        for first, last in runs(with_hysteresis(strength, 1.0, low)):
            if taken[max(0, first - 12) : last + 1].any():
                continue
            taken[first : last + 1] = True
            size = float(np.nanmax(strength[first : last + 1]))
            peak = first + int(np.argmax(np.abs(np.nan_to_num(z[first : last + 1]))))
            why = reason(
                rule, float(z[peak]), float(expected[peak]), float(scale[peak]),
                float(values[peak]), quantity,
            )  # fmt: skip
            until = None if last == len(z) - 1 else int(times[last + 1])
            since, value = int(times[first]), float(values[peak])
            found.append(Finding(key, rule, since, why, size=size, until=until, value=value))
    return sorted(found, key=lambda item: item.since)


def _strengths(z: Values, correlation: float, limits: Limits) -> tuple[Values, Values, Values]:
    """How far each rule is over its limit: 1 has just fired."""
    tame = np.clip(z, -WILD, WILD)
    mean = np.abs(ewma(tame, limits.weight))
    drift = mean / ewma_limit(limits.drift, limits.weight, correlation)
    # The variance of a long sum grows by (1+r)/(1-r): the sum of what is left is independent.
    calmed = tame * np.sqrt((1.0 - correlation) / (1.0 + correlation))
    # The sum is capped, so that it comes back soon after the level has.
    upper, lower = cusum(calmed, limits.allowance, 1.5 * limits.shift)
    shift = np.maximum(upper, lower) / limits.shift
    return np.abs(z) / limits.residual, drift, shift


def reason(
    rule: FindingRule, z: float, expected: float, scale: float, value: float, quantity: Quantity
) -> Message:
    """残差 z 5.8，现 62 件，同期 41±4 件."""
    return message(
        f"finding.why.{rule.value}",
        z=number(abs(z), 1),
        value=number(value, quantity.decimals),
        expected=number(expected, quantity.decimals),
        scale=number(scale, max(quantity.decimals, 0 if scale >= 1 else 1)),
        side_zh="高于" if value >= expected else "低于",
        side_en="above" if value >= expected else "below",
        unit_zh=quantity.unit,
        unit_en=quantity.unit_en,
    )


class Watch:
    """The residual rule on values as they come.

    It fires after two in a row (one of hourly data) and ends under its lower limit. A fast series
    is smoothed over ten minutes first, for its baseline is of hourly means.
    """

    SMOOTHING = HOUR / 6

    def __init__(
        self,
        quantity: Quantity,
        baseline: Baseline,
        calendar: WorkCalendar,
        limits: Limits = LIMITS,
    ) -> None:
        self._quantity, self.baseline = quantity, baseline
        self._calendar, self._limits = calendar, limits
        self._level = float("nan")
        self._at: Ms = 0
        self._over = 0
        self._needed = 1 if quantity.period_ms >= HOUR else 2
        self._since: Ms = 0
        self.since: Ms | None = None
        """Since when it has fired; None while it does not."""
        self.z = 0.0
        self._peak: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def take(self, at: Ms, value: float) -> bool:
        """The next value; whether the rule began or ended to hold."""
        level = self._smoothed(at, value)
        expected, scale = self._usual(at)
        self.z = z = (level - expected) / scale if scale > 0 else float("nan")
        before = self.since
        if before is not None:
            if not abs(z) >= self._limits.residual_off:
                self.since, self._over = None, 0
        elif abs(z) >= self._limits.residual:
            self._since = at if not self._over else self._since
            self._over += 1
            if self._over >= self._needed:
                self.since = self._since
        else:
            self._over = 0
        if self.since is not None and (before is None or abs(z) > abs(self._peak[0])):
            self._peak = (z, expected, scale, level)
        return (before is None) is not (self.since is None)

    def finding(self, key: str, value: float | None = None) -> Finding | None:
        """What is found: as it stands with this `value`, without one as it was at its worst."""
        if self.since is None:
            return None
        z, expected, scale, worst = self._peak
        if value is not None:
            z = self.z
            expected, scale = self._usual(self._at)
        shown = worst if value is None else value
        why = reason(FindingRule.RESIDUAL, z, expected, scale, shown, self._quantity)
        size = abs(z) / self._limits.residual
        return Finding(key, FindingRule.RESIDUAL, self.since, why, size=size, value=shown)

    def _usual(self, at: Ms) -> tuple[float, float]:
        """Between the middles of two hours: a rhythm that climbs within the hour is not unusual,
        nor one that comes a quarter of an hour sooner or later."""
        if self._quantity.period_ms >= HOUR:
            return self.baseline.point(at, self._calendar)
        before = at - HOUR // 2
        part = before % HOUR / HOUR
        first, wide = self.baseline.point(before, self._calendar)
        second, other = self.baseline.point(before + HOUR, self._calendar)
        slope = abs(second - first)
        return first + part * (second - first), max(wide, other, slope / 4)

    def _smoothed(self, at: Ms, value: float) -> float:
        passed, self._at = at - self._at, at
        if self._quantity.period_ms >= HOUR / 12 or self._level != self._level:
            self._level = value
        else:
            self._level += (1.0 - exp(-passed / self.SMOOTHING)) * (value - self._level)
        return self._level


def year_on_year(
    key: str, times: Times, values: Values, quantity: Quantity, year: Ms, tolerance: Ms
) -> tuple[list[Finding], Message | None]:
    """Monthly and yearly figures: the newest change on the year before, against the earlier ones.

    Nothing finer is said of so few values. Gives the findings, or why nothing can be said.
    """
    changes = list(_changes(times, values, year, tolerance))
    if len(changes) < LEAST_CHANGES:
        return [], message("finding.few", n=len(changes), least=LEAST_CHANGES)
    past = np.array([change for _, change in changes[:-1]])
    at, newest = changes[-1]
    middle = float(np.median(past))
    scale = max(1.4826 * float(np.median(np.abs(past - middle))), 0.01)
    z = (newest - middle) / scale
    if abs(z) < LIMITS.residual:
        return [], None
    why = message(
        "finding.why.year",
        change=number(newest * 100, 1, signed=True),
        low=number((middle - 2 * scale) * 100, 1, signed=True),
        high=number((middle + 2 * scale) * 100, 1, signed=True),
        n=len(past),
    )
    value = float(values[-1])
    size = abs(z) / LIMITS.residual
    return [Finding(key, FindingRule.RESIDUAL, at, why, size=size, value=value)], None


LEAST_CHANGES = 9


def _changes(times: Times, values: Values, year: Ms, tolerance: Ms) -> Iterator[tuple[Ms, float]]:
    for at, value in zip(times.tolist(), values.tolist(), strict=True):
        place = int(np.searchsorted(times, at - year))
        near = [i for i in (place - 1, place) if 0 <= i < len(times)]
        best = min(near, key=lambda i: abs(int(times[i]) - at + year), default=-1)
        if best >= 0 and abs(int(times[best]) - at + year) <= tolerance and values[best]:
            yield at, (value - float(values[best])) / abs(float(values[best]))


def spans(findings: list[Finding], end: Ms) -> list[tuple[Ms, Ms]]:
    """Where in time they lie, joined where they touch: what a chart shades."""
    found: list[tuple[Ms, Ms]] = []
    for first, last in sorted((item.since, item.until or end) for item in findings):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
