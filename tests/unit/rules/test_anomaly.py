"""EWMA and CUSUM against a textbook, and what is found in a series with injected anomalies."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.core.catalog import DAY, HOUR, Period, Quantity
from app.core.clock import from_datetime
from app.core.finding import FindingRule
from app.core.i18n import translator
from app.rules.anomaly import (
    Watch,
    cusum,
    ewma,
    ewma_limit,
    robust_z,
    runs,
    spans,
    unusual,
    with_hysteresis,
    year_on_year,
)
from app.rules.baseline import Baseline, learn
from app.rules.calendar import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(ZONE)
NOW = from_datetime(datetime(2026, 4, 29, tzinfo=ZONE))
ITEM = Quantity(
    "t.x", "受理量", "Calls", "件", HOUR, decimals=0, period=Period.HOUR, unit_en="calls"
)

# Montgomery, Introduction to Statistical Quality Control, table 9.1: mean 10 and σ 1 for twenty
# samples, then mean 11.
MONTGOMERY = [
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
    *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
    *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
]


def test_cusum_of_the_textbook() -> None:
    """K 0.5: the upper sum passes h = 5 at sample 29 with 5.28 and has 5.30 at 30."""
    upper, lower = cusum(np.array(MONTGOMERY) - 10, 0.5)
    assert upper[:5].tolist() == pytest.approx([0, 0, 0, 1.16, 2.82])
    assert lower[:3].tolist() == pytest.approx([0.05, 1.56, 1.77])
    assert upper[28] == pytest.approx(5.28) and upper[29] == pytest.approx(5.30)
    assert int(np.argmax(upper > 5)) == 28


def test_ewma_of_the_textbook() -> None:
    """λ 0.1 and L 2.7, example 9.2: 9.945, 9.7495, 9.70355, ...; it passes 10.62 at sample 29."""
    level = 10 + ewma(np.array(MONTGOMERY) - 10, 0.1)
    assert level[:4].tolist() == pytest.approx([9.945, 9.7495, 9.70355, 9.8992], abs=1e-4)
    limit = ewma_limit(2.7, 0.1)
    assert limit == pytest.approx(2.7 * np.sqrt(0.1 / 1.9))  # 0.62
    assert int(np.argmax(np.abs(level - 10) > limit)) == 28


def test_ewma_of_white_noise_keeps_the_variance_of_the_book() -> None:
    noise = np.random.default_rng(1).normal(size=40_000)
    assert np.std(ewma(noise, 0.2)) == pytest.approx(ewma_limit(1.0, 0.2), rel=0.03)


def test_the_limit_is_widened_by_what_correlation_does() -> None:
    chance = np.random.default_rng(2).normal(size=60_000) * np.sqrt(1 - 0.8**2)
    series = np.empty(len(chance))
    level = 0.0
    for index, value in enumerate(chance):
        series[index] = level = 0.8 * level + value
    assert np.std(ewma(series, 0.2)) == pytest.approx(ewma_limit(1.0, 0.2, 0.8), rel=0.05)


def test_nothing_known_leaves_sums_as_they_were() -> None:
    z = np.array([2.0, np.nan, 2.0])
    assert ewma(z, 0.5).tolist() == [1.0, 1.0, 1.5]
    assert cusum(z, 0.5)[0].tolist() == [1.5, 1.5, 3.0]
    assert cusum(z, 0.5, most=2.0)[0].tolist() == [1.5, 1.5, 2.0]
    assert np.isnan(robust_z(np.array([1.0]), np.array([np.nan]), np.array([1.0])))[0]


def test_hysteresis_and_runs() -> None:
    flags = with_hysteresis(np.array([0, 5, 3.5, np.nan, 2.9, 4]), 5.0, 3.0)
    assert flags.tolist() == [False, True, True, True, False, False]
    assert list(runs(flags)) == [(1, 3)]
    assert list(runs(np.array([True, False, True]))) == [(0, 0), (2, 2)]


# ---- a simulated series


def season(days: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times, what is expected, and noise whose neighbours correlate by 0.5."""
    times = np.arange(NOW - days * DAY, NOW, HOUR)
    weekdays, hours = CALENDAR.slots(times)
    work = (weekdays < 5) | (weekdays == 7)
    mean = 100 + 60 * np.sin((hours - 8) / 24 * 2 * np.pi) * np.where(work, 1.0, 0.4)
    chance = np.random.default_rng(seed).normal(size=len(times)) * np.sqrt(0.75)
    noise, level = np.empty(len(times)), 0.0
    for index, value in enumerate(chance):
        noise[index] = level = 0.5 * level + value
    return times, mean, 6 * noise


def baseline(times: np.ndarray, values: np.ndarray, until: int) -> Baseline:
    found = learn(times, values, ITEM, CALENDAR, until)
    assert found is not None
    return found


def test_a_quiet_series_gives_few() -> None:
    """Ten series for four weeks: less than one alarm in a hundred days of a series."""
    alarms = 0
    for seed in range(10):
        times, mean, noise = season(84, seed)
        until = NOW - 28 * DAY
        base = baseline(times, mean + noise, until)
        late = times >= until
        values = (mean + noise)[late]
        alarms += len(unusual("k/x/y", times[late], values, ITEM, base, CALENDAR))
    assert alarms <= 3, f"{alarms} in 280 days"


def test_injected_anomalies_are_found_soon_and_little_else() -> None:
    """Of 20 series each with a spike, a slow drift and a new level: precision and recall, the
    delay in hours, false ones a day."""
    hits, wanted, false, delays, days = 0, 0, 0, [], 0
    for seed in range(20):
        times, mean, noise = season(84, 100 + seed)
        until = NOW - 28 * DAY
        base = baseline(times, mean + noise, until)
        values = (mean + noise).copy()
        first = int(np.searchsorted(times, until))
        places = {"spike": first + 60, "drift": first + 240, "shift": first + 456}
        values[places["spike"] : places["spike"] + 3] += 90
        values[places["drift"] : places["drift"] + 72] += np.linspace(0, 40, 72)
        values[places["shift"] : places["shift"] + 72] += 25
        found = unusual("k/x/y", times[first:], values[first:], ITEM, base, CALENDAR)
        taken = set()
        for name, place in places.items():
            length = 3 if name == "spike" else 72
            begin, end = int(times[place]), int(times[place + length - 1]) + HOUR
            inside = [item for item in found if begin <= item.since < end]
            taken |= {(item.rule, item.since) for item in inside}
            wanted += 1
            if inside:
                hits += 1
                delays.append((min(item.since for item in inside) - begin) / HOUR)
        false += sum((item.rule, item.since) not in taken for item in found)
        days += 28
    recall, precision = hits / wanted, hits / (hits + false)
    said = f"recall {recall:.2f} precision {precision:.2f} delay {np.median(delays):.0f} h"
    said += f" false {false / days:.3f} a day"
    assert recall >= 0.9 and precision >= 0.9, said
    assert np.median(delays) <= 24 and false / days <= 0.05, said


def test_a_spike_says_what_was_seen_and_what_is_usual() -> None:
    times, mean, noise = season(70, 7)
    until = NOW - 14 * DAY
    values = mean + noise
    base = baseline(times, values, until)
    place = len(times) - 1
    values[place] = 400
    late = times >= until
    found = unusual("k/x/y", times[late], values[late], ITEM, base, CALENDAR)[-1]
    assert (found.rule, found.since, found.until) == (FindingRule.RESIDUAL, times[place], None)
    said = translator("zh_CN").render(found.why)
    expected, scale = base.point(int(times[place]), CALENDAR)
    assert f"400 件，高于同期 {expected:.0f}±{scale:.0f}" in said and "残差 z" in said
    assert "400 calls, above the usual" in translator("en").render(found.why)


def test_the_watch_needs_two_and_ends_with_hysteresis() -> None:
    item = Quantity("t.y", "值", "V", "m", 300_000, decimals=1, period=Period.FIVE_MINUTES)
    base = Baseline(tuple([10.0] * 216), tuple([1.0] * 216), 0.0, 56, NOW)
    watch = Watch(item, base, CALENDAR)
    steps = [(10, False), (17, False), (17, True), (14, False), (12, True), (17, False)]
    for number, (value, changed) in enumerate(steps):
        assert watch.take(NOW + number * 300_000, value) is changed, (number, value)
    assert watch.since is None


def test_one_value_of_five_seconds_is_smoothed_away() -> None:
    item = Quantity("t.z", "值", "V", "m", 5000, decimals=1, period=Period.REALTIME)
    base = Baseline(tuple([10.0] * 216), tuple([1.0] * 216), 0.0, 56, NOW)
    watch = Watch(item, base, CALENDAR)
    watch.take(NOW, 10)
    for number in (1, 2, 3):
        watch.take(NOW + number * 5000, 100)  # 15 s of 600: a level of 12.2
    assert watch.since is None and watch.z == pytest.approx(90 * (1 - np.exp(-15 / 600)))


# ---- slow figures


def test_too_few_years_are_said() -> None:
    times = np.arange(14) * 31 * DAY + NOW
    found, why = year_on_year("k/x/y", times, np.ones(14), ITEM, 365 * DAY, 20 * DAY)
    assert not found and why is not None and why.args["n"] == 2


def test_a_month_off_its_year_is_found() -> None:
    """Two per cent more each year, give or take half of one; the last month falls by 30."""
    times = NOW + np.arange(36) * 30 * DAY
    values = 100 * 1.02 ** (np.arange(36) / 12) * (1 + 0.005 * np.cos(np.arange(36)))
    assert year_on_year("k/x/y", times, values, ITEM, 360 * DAY, 20 * DAY) == ([], None)
    values[-1] *= 0.7
    found, _ = year_on_year("k/x/y", times, values, ITEM, 360 * DAY, 20 * DAY)
    assert found[0].since == times[-1]
    said = translator("zh_CN").render(found[0].why)
    assert "同比 −28" in said and "23 次" in said


def test_spans_are_joined() -> None:
    times, mean, noise = season(70, 9)
    base = baseline(times, mean + noise, NOW - 7 * DAY)
    values = mean + noise
    values[-5:] += 300
    late = times >= NOW - 7 * DAY
    found = unusual("k/x/y", times[late], values[late], ITEM, base, CALENDAR)
    assert spans(found, NOW)[-1] == (int(times[-5]), NOW)
