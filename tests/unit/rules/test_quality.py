"""Data in doubt: each rule in a series made for it, silence where a series is as it always was."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import DAY, HOUR, MINUTE, Period, Quantity
from app.core.clock import from_datetime
from app.core.finding import Finding, FindingRule
from app.core.i18n import translator
from app.rules.calendar import WorkCalendar
from app.rules.quality import Checker, Usual, learn, stale
from app.rules.series import findings_of_series, hourly

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(ZONE)
NOW = from_datetime(datetime(2026, 4, 29, tzinfo=ZONE))
STEP = 5 * MINUTE
LEVEL = Quantity(
    *("water.level", "水位", "Water level", "m", STEP),
    decimals=2,
    valid_min=0,
    valid_max=40,
    period=Period.FIVE_MINUTES,
)


def wave(days: int = 3, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    times = np.arange(NOW - days * DAY, NOW, STEP)
    chance = np.random.default_rng(seed).normal(0, 0.02, len(times))
    return times, np.round(8.4 + 0.5 * np.sin(times / DAY * 2 * np.pi) + chance, 2)


def found(times: np.ndarray, values: np.ndarray, item: Quantity = LEVEL) -> list[Finding]:
    learnt = learn(times[: len(times) // 2], values[: len(values) // 2], item, CALENDAR)
    return findings_of_series("k/x/y", times, values, item, CALENDAR, usual=learnt)


def rules(times: np.ndarray, values: np.ndarray, item: Quantity = LEVEL) -> list[str]:
    return [item.rule.value for item in found(times, values, item)]


def said(finding: Finding, language: str = "zh_CN") -> str:
    return translator(language).render(finding.why)


@given(st.integers(0, 10_000))
def test_a_sound_series_is_left_alone(seed: int) -> None:
    assert rules(*wave(seed=seed)) == []


def test_a_stuck_gauge_is_flat() -> None:
    times, values = wave()
    values[-100:] = values[-101]
    (finding,) = found(times, values)
    assert (finding.rule, finding.until) == (FindingRule.FLAT, None)
    assert finding.since == times[-101]
    assert "一直是" in said(finding) and "8.3 小时" in said(finding)


def test_it_ends_when_the_value_moves_again() -> None:
    times, values = wave()
    values[-200:-50] = values[-201]
    values[-50] = values[-201] + 0.1
    first = found(times, values)[0]
    assert (first.rule, first.since, first.until) == (FindingRule.FLAT, times[-201], times[-50])


def test_a_rain_gauge_may_be_dry_for_weeks() -> None:
    times = np.arange(NOW - 20 * DAY, NOW, STEP)
    values = np.zeros(len(times))
    for shower in (900, 1500, 2400):
        values[shower : shower + 40] = np.abs(np.sin(np.arange(40))).round(1) * 8
    item = Quantity("rain", "雨量", "Rain", "mm", STEP, decimals=1, valid_min=0, valid_max=100)
    assert rules(times, values, item) == []
    # And the first heavy rain after them is no fault.
    values[-60:] = 40 + np.arange(60) % 7
    assert rules(times, values, item) == []


def test_a_count_of_nothing_is_normal() -> None:
    """0 or 1 leaks for half hours at a time."""
    times = np.arange(NOW - 6 * DAY, NOW, STEP)
    values = (np.random.default_rng(1).random(len(times) // 6 + 1) < 0.1).repeat(6)[: len(times)]
    item = Quantity("gas.leak", "泄漏", "Leaks", "处", STEP, valid_min=0)
    assert rules(times, values.astype(float), item) == []


@pytest.mark.parametrize(
    ("value", "word"), [(41.0, "高于可能的最大值 40.00 m"), (-0.5, "低于可能的最小值 0.00 m")]
)
def test_outside_of_the_range_is_impossible(value: float, word: str) -> None:
    times, values = wave()
    values[-30] = value
    (finding,) = found(times, values)
    assert (finding.rule, finding.since) == (FindingRule.IMPOSSIBLE, times[-30])
    assert finding.until == times[-29] and word in said(finding)


def test_faster_than_ever_is_impossible_until_it_is_back() -> None:
    times, values = wave()
    values[-30:-28] = 17.3
    (finding,) = found(times, values)
    assert (finding.rule, finding.value) == (FindingRule.IMPOSSIBLE, 17.3)
    assert (finding.since, finding.until) == (times[-30], times[-28])
    assert "变为 17.30 m，快于以往" in said(finding)


@pytest.mark.parametrize(("factor", "shown"), [(100.0, "100"), (10.0, "10"), (0.001, "1/1000")])
def test_a_change_of_unit(factor: float, shown: str) -> None:
    """Metres become centimetres; the range is wide enough to let them through."""
    times, values = wave()
    values[-40:] *= factor
    wide = Quantity("x.y", "水位", "Level", "m", STEP, decimals=3, period=Period.FIVE_MINUTES)
    (finding,) = found(times, values, wide)
    assert (finding.rule, finding.until) == (FindingRule.UNIT_JUMP, None)
    assert finding.since == times[-40] and f"{shown} 倍" in said(finding)


def test_one_value_of_another_unit_is_not_sustained() -> None:
    times, values = wave()
    values[-40] *= 100
    wide = Quantity("x.y", "水位", "Level", "m", STEP, decimals=2)
    assert FindingRule.UNIT_JUMP.value not in rules(times, values, wide)


def test_a_meter_that_begins_anew() -> None:
    times = np.arange(NOW - 3 * DAY, NOW, STEP)
    values = np.cumsum(1.0 + np.arange(len(times)) % 3)
    values[-70:] -= values[-71]
    item = Quantity("meter", "累计", "Total", "m³", STEP, decimals=0)
    (finding,) = found(times, values, item)
    assert (finding.rule, finding.since) == (FindingRule.COUNTER_RESET, times[-70])
    assert "累计值由" in said(finding)


def test_a_total_of_the_day_falls_at_midnight() -> None:
    """It does so every night, so it is none; at noon it is one."""
    times = np.arange(NOW - 6 * DAY, NOW, STEP)
    part = (times - (NOW - 6 * DAY)) % DAY // STEP
    values = np.floor(part * 1.7)
    item = Quantity("day.total", "今日累计", "Today", "件", DAY, decimals=0)
    assert rules(times, values, item) == []
    noon = len(values) - 144
    values[noon:] -= values[noon]
    assert rules(times, values, item) == [FindingRule.COUNTER_RESET.value]


def test_two_values_for_one_moment() -> None:
    checker = Checker("k/x/y", LEVEL, Usual())
    checker.take(NOW, 8.40, CALENDAR)
    checker.take(NOW, 8.40, CALENDAR)
    assert not checker.open
    checker.take(NOW, 8.55, CALENDAR)
    finding = checker.open[FindingRule.DUPLICATE_TIME]
    assert said(finding) == "同一时刻先报 8.40，又报 8.55 m"
    assert "8.40 and then 8.55" in said(finding, "en")
    ended = checker.take(NOW + 2 * HOUR, 8.4, CALENDAR)
    assert [item.rule for item in ended] == [FindingRule.DUPLICATE_TIME] and not checker.open


def test_an_older_value_changes_nothing() -> None:
    checker = Checker("k/x/y", LEVEL, Usual())
    checker.take(NOW, 8.4, CALENDAR)
    assert checker.take(NOW - HOUR, 99.0, CALENDAR) == [] and not checker.open


def test_overdue_since_the_moment_it_was_due() -> None:
    finding = stale("k/x/y", NOW, NOW + 3 * HOUR, LEVEL)
    assert finding.since == NOW + 2 * STEP and "2.8 小时" in said(finding)


def test_too_few_values_say_nothing() -> None:
    times, values = wave()
    assert learn(times[:20], values[:20], LEVEL, CALENDAR) == Usual()


@given(
    st.lists(
        st.one_of(st.floats(-1e9, 1e9), st.just(float("nan")), st.sampled_from([0.0, 8.0])),
        max_size=120,
    )
)
def test_anything_may_come(values: list[float]) -> None:
    """Whatever a feed sends: no error, spans in order, none ends before it began."""
    times = NOW + np.arange(len(values)) * STEP
    for item in findings_of_series("k/x/y", times, np.array(values, float), LEVEL, CALENDAR):
        assert item.until is None or item.until >= item.since
        assert said(item) and "⟦" not in said(item)


def test_hourly_means() -> None:
    times, means = hourly(np.array([0, 1800_000, HOUR]), np.array([1.0, 3.0, 7.0]))
    assert (times.tolist(), means.tolist()) == ([0, HOUR], [2.0, 7.0])


USUALS = st.builds(
    Usual,
    flat_ms=st.sampled_from([None, 3 * STEP]),
    centre=st.sampled_from([None, 8.0, 0.0]),
    low=st.sampled_from([0.0, 6.0, 8.0]),
    high=st.sampled_from([8.0, 10.0]),
    step=st.sampled_from([0.5, 2.0]),
    spread=st.sampled_from([None, 2.0]),
    counter=st.booleans(),
    daily=st.booleans(),
    rests=st.booleans(),
)
ODD = st.sampled_from([-1.0, 0.0, 0.08, 8.0, 9.0, 80.0, 1e9, float("nan")])
STEPS = st.lists(
    st.tuples(
        st.sampled_from([-STEP, 0, STEP, STEP, STEP, 3 * HOUR]),
        st.floats(6.0, 10.0).map(lambda value: round(value, 1)) | ODD,
    ),
    max_size=60,
)


@given(USUALS, STEPS, st.integers(0, 60))
def test_the_short_way_finds_what_the_long_one_does(
    usual: Usual, steps: list[tuple[int, float]], learnt_at: int
) -> None:
    """With a short way of `passes` before `take`, and all the way by `take`: the same, whatever
    comes, also when what is usual is only learnt on the way."""
    quick, plain = (Checker("k/x/y", LEVEL, Usual()) for _ in range(2))
    at = NOW
    for number, (step, value) in enumerate(steps):
        at += step
        if number == learnt_at:
            quick.usual = plain.usual = usual
        ended = [] if quick.passes(at, value) else quick.take(at, value, CALENDAR)
        assert ended == plain.take(at, value, CALENDAR)
        assert quick.open == plain.open
