"""How numbers, ages, times and changes are written (LANGUAGE.md section 4).

Numbers have as many decimals as the quantity says, so that nothing jitters. A moment is written
in the city's zone. Durations are milliseconds. Sentences come from the catalogue (`number.*`,
`age.*`, `time.*`); the functions hold the rules, not the words.
"""

import math
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.core.catalog import DAY, HOUR, MINUTE, SECOND, Period
from app.core.clock import to_datetime
from app.core.i18n import Translator
from app.core.model import Freshness, Ms

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "—"
RELATIVE_UP_TO = 3 * HOUR
"""An age beyond this is written as the moment."""
SLOW_FROM = DAY
"""Data of this period or longer states its period and not its age."""


class _Step(NamedTuple):
    """From which value numbers are divided by what; `grain` is the last digit of the form below,
    so that rounding never shows `10,000.0 万` (0: the decimals of the quantity).
    """

    reaches: float
    divisor: float
    places: int
    sentence: str
    grain: float


_STEPS = {
    "zh_CN": (_Step(1e8, 1e8, 2, "number.yi", 1e3), _Step(1e5, 1e4, 1, "number.wan", 0)),
    "en": (_Step(1e9, 1e9, 2, "number.billion", 1e4), _Step(1e6, 1e6, 2, "number.million", 0)),
}
_LARGE_UNITS = "千万亿"


def number(value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """`1,284`, `−0.03`, `+6.0`; a missing, infinite or undefined value is `—`.

    A value that rounds to zero has no sign.
    """
    if value is None or not math.isfinite(value):
        return NO_VALUE
    text = f"{abs(value):,.{max(0, decimals)}f}"
    if not text.strip("0.,"):
        return text
    sign = MINUS if value < 0 else "+" if signed else ""
    return sign + text


def format_value(
    value: float | None, decimals: int, unit: str, translator: Translator, unit_en: str = ""
) -> tuple[str, str]:
    """The value and its unit as they are drawn: `1,284` `件`, `45.3 万` `件`, `−3.20` `m`.

    Counted things shorten to 万 from 100,000 and to 亿 from 100,000,000 (million and billion in
    English); a physical unit or one that is itself large (万人) keeps its digits. `unit` says
    which it is and is the catalogue's; `unit_en` is what is written on an English screen.
    """
    if value is None or not math.isfinite(value):
        return NO_VALUE, ""
    written = translator.pick(unit, unit_en)
    if _is_counted(unit):
        for step in _STEPS[translator.language]:
            grain = step.grain or 10.0 ** -max(0, decimals)
            if round(abs(value) / grain) * grain >= step.reaches:
                shortened = number(value / step.divisor, step.places)
                return translator.text(step.sentence, n=shortened), written
    return number(value, decimals), written


def _is_counted(unit: str) -> bool:
    return not unit or ("一" <= unit[0] <= "龥" and unit[0] not in _LARGE_UNITS)


def quantity(
    value: float | None, decimals: int, unit: str, translator: Translator, unit_en: str = ""
) -> str:
    """Value and unit in a sentence: one space between them."""
    text, written = format_value(value, decimals, unit, translator, unit_en)
    return f"{text} {written}".rstrip()


def change(delta: float, decimals: int) -> str:
    """`↑ 6.0`, `↓ 1.1`, `→ 0.0`: against what is written beside it."""
    text = number(delta, decimals)
    arrow = "→" if not text.strip("0.,") else "↓" if delta < 0 else "↑"
    return f"{arrow} {text.removeprefix(MINUS)}"


def percent(share: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """A share of 1 as `97.4 %`."""
    if share is None or not math.isfinite(share):
        return NO_VALUE
    return f"{number(share * 100, decimals, signed=signed)} %"


def points(delta: float, decimals: int, translator: Translator) -> str:
    """A move of a rate: `+1.2 个百分点`, never `+1.2 %`."""
    return translator.text("number.points", n=number(delta, decimals, signed=True))


def estimate(
    value: float,
    low: float | None,
    high: float | None,
    decimals: int,
    unit: str,
    translator: Translator,
) -> str:
    """`≈ 1.84 万人，1.51 至 2.20 (90 % 区间)`; without an interval only the value."""
    text = f"≈ {quantity(value, decimals, unit, translator)}"
    if low is None or high is None:
        return text
    return translator.text(
        "number.estimate", value=text, low=number(low, decimals), high=number(high, decimals)
    )


def age(
    as_of: Ms | None,
    now: Ms,
    period_ms: int,
    fresh: Freshness,
    zone: ZoneInfo,
    translator: Translator,
) -> str:
    """The age beside a value: `2 秒前`, `1 小时 12 分前`, `07:40`, `7月15日`, `按月，6月30日`.

    Cached values and ages over three hours are written as the moment, slow data as the period.
    """
    if as_of is None or fresh is Freshness.NONE:
        return translator.text("state.missing")
    if period_ms >= SLOW_FROM:
        return _slow(as_of, now, period_ms, zone, translator)
    if fresh is Freshness.CACHED or now - as_of >= RELATIVE_UP_TO:
        return moment(as_of, now, zone, translator)
    return ago(now - as_of, translator)


def state_age(
    as_of: Ms | None,
    now: Ms,
    period_ms: int,
    fresh: Freshness,
    zone: ZoneInfo,
    translator: Translator,
) -> str:
    """The same with its word, for bars and sentences: `缓存 07:40`, `迟到 26 分钟`."""
    if as_of is None or fresh is Freshness.NONE:
        return translator.text("state.missing")
    word = translator.text(f"state.{fresh.value}")
    if fresh is Freshness.LATE and now - as_of < RELATIVE_UP_TO:
        return f"{word} {duration(now - as_of, translator, long=True)}"
    return f"{word} {age(as_of, now, period_ms, fresh, zone, translator)}"


def missing(since: Ms | None, now: Ms, translator: Translator) -> str:
    """`无数据 26 分`, or `无数据` where nobody knows since when."""
    word = translator.text("state.missing")
    return word if since is None else f"{word} {duration(now - since, translator)}"


def ago(age_ms: int, translator: Translator) -> str:
    """`48 秒前`; what is younger than a second, or from a clock ahead of ours, is 1 second."""
    if age_ms < MINUTE:
        return translator.text("age.seconds", n=max(1, age_ms // SECOND))
    return translator.text("age.ago", span=duration(age_ms, translator, long=True))


def delay(age_ms: int, translator: Translator) -> str:
    """The delay of a picture: `0.3 秒`, whole seconds from 10."""
    seconds = max(0, age_ms) / SECOND
    return translator.text("time.seconds", n=number(seconds, 1 if seconds < 9.95 else 0))


def duration(span_ms: int, translator: Translator, *, long: bool = False) -> str:
    """`18 秒`, `26 分` (`26 分钟` where long), `1 小时 12 分`, `3 天 4 小时`."""
    span_ms = max(0, span_ms)
    if span_ms < MINUTE:
        return translator.text("time.seconds", n=span_ms // SECOND)
    if span_ms < HOUR:
        return translator.text("time.minutes_long" if long else "time.minutes", n=span_ms // MINUTE)
    if span_ms < DAY:
        large, small, alone, both = HOUR, MINUTE, "time.hours", "time.hours_and"
    else:
        large, small, alone, both = DAY, HOUR, "time.days", "time.days_and"
    whole, rest = divmod(span_ms, large)
    if rest < small:
        return translator.text(alone, n=whole)
    return translator.text(both, n=whole, rest=rest // small)


def expected(period_ms: int, translator: Translator) -> str:
    """How often a feed should speak: `应 5 秒`."""
    return translator.text("time.expected", span=duration(period_ms, translator))


def moment(at: Ms, now: Ms, zone: ZoneInfo, translator: Translator) -> str:
    """A past moment as short as is clear: `07:40`, `昨日 21:00`, `7月15日`, `2025年7月15日`."""
    then, today = to_datetime(at, zone), to_datetime(now, zone)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    if then.date() == today.date() - timedelta(days=1) and now - at < DAY:
        return translator.text("time.yesterday", time=f"{then:%H:%M}")
    return _date(then.date(), today.date(), translator)


def day(at: Ms, now: Ms, zone: ZoneInfo, translator: Translator) -> str:
    """`7月17日`, with the year where it is not this one."""
    return _date(to_datetime(at, zone).date(), to_datetime(now, zone).date(), translator)


def weekday(at: Ms, zone: ZoneInfo, translator: Translator) -> str:
    """`7月17日 周五`, as on the top bar."""
    then = to_datetime(at, zone)
    text = _date(then.date(), then.date(), translator)
    name = translator.text(f"time.weekday_{then.weekday() + 1}")
    return translator.text("time.day_and_weekday", day=text, weekday=name)


def clock(at: Ms, zone: ZoneInfo, *, seconds: bool = True) -> str:
    """`14:03:22` on bars and in logs, `14:03` in sentences."""
    return f"{to_datetime(at, zone):%H:%M:%S}" if seconds else f"{to_datetime(at, zone):%H:%M}"


def since_start(span_ms: int) -> str:
    """Time since an incident began: `T+00:49:02`; before it `T−00:01:00`."""
    sign = MINUS if span_ms < 0 else "+"
    return f"T{sign}{_hms(abs(span_ms), always_hours=True)}"


def waiting(span_ms: int, translator: Translator) -> str:
    """How long something waits in a queue: `06:14` under one hour, then `1 小时 12 分`."""
    if span_ms < HOUR:
        return _hms(max(0, span_ms), always_hours=False)
    return duration(span_ms, translator)


def countdown(left_ms: int, translator: Translator) -> str:
    """`剩 23:46`; over the limit `超 02:10`, never a negative time."""
    if left_ms < 0:
        return translator.text("time.over", span=_hms(-left_ms, always_hours=False))
    return translator.text("time.left", span=_hms(left_ms, always_hours=False))


def _hms(span_ms: int, *, always_hours: bool) -> str:
    minutes, seconds = divmod(span_ms // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    if hours or always_hours:
        return f"{hours:02d}:{minutes:02d}:{seconds:02d}"
    return f"{minutes:02d}:{seconds:02d}"


def _slow(as_of: Ms, now: Ms, period_ms: int, zone: ZoneInfo, translator: Translator) -> str:
    """`按月，6月30日`: a period that ends at midnight belongs to the day before; `按年，2025年`."""
    then, today = to_datetime(as_of, zone), to_datetime(now, zone)
    ends_at_midnight = (then.hour, then.minute, then.second) == (0, 0, 0)
    last = (then - timedelta(seconds=1)).date() if ends_at_midnight else then.date()
    if last == today.date() and not ends_at_midnight:
        when = translator.text("time.today", time=f"{then:%H:%M}")
    elif period_ms >= _shortest(Period.YEAR) and (last.month, last.day) == (12, 31):
        when = translator.text("time.year", year=last.year)
    else:
        when = _date(last, today.date(), translator)
    return translator.text(f"age.by_{_period_name(period_ms)}", when=when)


def _period_name(period_ms: int) -> str:
    slow = (Period.DAY, Period.MONTH, Period.QUARTER, Period.YEAR)
    # A week is read by the day: the catalogue has no weekly indicator and no word for one.
    return next((p.value for p in reversed(slow) if period_ms >= _shortest(p)), "day")


def _shortest(period: Period) -> int:
    return {Period.DAY: DAY, Period.MONTH: 28 * DAY, Period.QUARTER: 89 * DAY}.get(
        period, 365 * DAY
    )


def _date(then: date, today: date, translator: Translator) -> str:
    month = translator.text(f"time.month_{then.month}")
    if then.year == today.year:
        return translator.text("time.date", month=month, day=then.day)
    return translator.text("time.date_year", year=then.year, month=month, day=then.day)
