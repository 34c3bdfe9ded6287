"""The demonstration city: a pure function of seed and time, calm when fair, wild in a storm."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import AlarmKind, EventStatus, Level, Reading, WarningState
from app.serving.told import Told
from app.serving.topics import Topics
from app.sim.__main__ import build, moment
from app.sim.series import Series
from app.sim.values import over_limit
from app.sim.weather import Scenario
from app.sim.world import SimulatedCity

SPRING = moment("2026-04-22T10:00:00+08:00", "Asia/Shanghai")
SUMMER = moment("2026-07-17T14:00:00+08:00", "Asia/Shanghai")


@pytest.fixture(scope="module")
def calm() -> SimulatedCity:
    return build("huaian", 7, Scenario.CALM, SPRING)


@pytest.fixture(scope="module")
def storm() -> SimulatedCity:
    return build("huaian", 7, Scenario.STORM, SUMMER)


@pytest.fixture(scope="module")
def auto() -> SimulatedCity:
    return build("huaian", 7, Scenario.AUTO, SPRING)


def told(city: SimulatedCity, since: int, until: int, step: int) -> Told:
    parts = [city.between(at, min(at + step, until)) for at in range(since, until, step)]
    return Told(
        **{
            name: [item for part in parts for item in getattr(part, name)]
            for name in Told.__struct_fields__
        }
    )


def test_two_cities_of_one_seed_agree_in_whatever_order_they_are_asked(
    auto: SimulatedCity,
) -> None:
    other = build("huaian", 7, Scenario.AUTO, SUMMER)
    list(other.now(SPRING + DAY, 500))  # asked for something else before
    other.alarms.active(SPRING - 4 * DAY)
    window = (SPRING, SPRING + 10_000)
    assert told(auto, *window, 5000) == told(other, *window, 5000)
    assert list(auto.now(SPRING, 500)) == list(other.now(SPRING, 500))


def test_another_seed_is_another_city(auto: SimulatedCity) -> None:
    other = build("huaian", 8, Scenario.AUTO, SPRING)
    assert told(auto, SPRING, SPRING + 5000, 5000) != told(other, SPRING, SPRING + 5000, 5000)


def test_the_beat_does_not_change_what_is_told(auto: SimulatedCity) -> None:
    window = (SPRING, SPRING + 20_000)
    slow, quick = told(auto, *window, 5000), told(auto, *window, 400)

    def order(item: Reading) -> tuple[str, int]:
        return item.key, item.observed

    assert sorted(slow.readings, key=order) == sorted(quick.readings, key=order)
    assert slow.events == quick.events
    assert slow.warnings == quick.warnings


def test_the_snapshot_is_where_the_deltas_lead(auto: SimulatedCity) -> None:
    until = SPRING + 30_000
    held: dict[str, Reading] = {}
    for at in (SPRING, until):
        newest = {item.key: item for part in auto.now(at, 500) for item in part.readings}
        if at == SPRING:
            held = newest
            for item in told(auto, SPRING, until, 5000).readings:
                if item.observed > held[item.key].observed:
                    held[item.key] = item
        else:
            late = {key for key in newest if newest[key] != held[key]}
            assert late == set()
            assert len(newest) == len(held)


def test_every_indicator_has_a_value_in_its_range(auto: SimulatedCity) -> None:
    readings = {item.key: item for part in auto.now(SPRING, 500) for item in part.readings}
    for code, shape in auto.shapes.items():
        if not shape.quantity.is_indicator:
            continue
        reading = readings[f"reading/{code}/320800"]
        assert shape.quantity.in_range(reading.value), code
        assert reading.value == round(reading.value, shape.quantity.decimals), code
        assert reading.as_of <= SPRING
        assert reading.valid_from < reading.valid_to or reading.valid_to == 0


def test_statistics_come_after_their_usual_lag(auto: SimulatedCity) -> None:
    readings = {item.key: item for part in auto.now(SPRING, 500) for item in part.readings}
    retail = readings["reading/econ.retail/320800"]
    # On 22 April the lag of 18 days after the end of March is over.
    march = [moment(text, "Asia/Shanghai") for text in ("2026-03-01", "2026-04-01")]
    assert [retail.valid_from, retail.valid_to] == march
    assert march[1] < retail.published <= march[1] + 18 * DAY
    gdp = readings["reading/econ.gdp/320800"]
    assert gdp.valid_to == march[1]
    people = readings["reading/pop.resident/320800"]
    assert people.valid_to == moment("2026-01-01", "Asia/Shanghai")


def test_fair_weather_is_calm(calm: SimulatedCity) -> None:
    chance = np.random.default_rng(1)
    moments = np.sort(SPRING - chance.integers(0, 300 * DAY, 60))
    counts = np.zeros(moments.size)
    for shape in calm.shapes.values():
        if shape.quantity.is_indicator:
            values = calm.values.city(shape, moments)
            counts += over_limit(shape.quantity, values) > 0
    assert 2 <= counts.mean() <= 8
    assert np.mean((counts >= 1) & (counts <= 11)) >= 0.9


def test_few_alarms_on_a_fair_day(calm: SimulatedCity) -> None:
    moments = [SPRING - day * 9 * DAY + day * 5 * HOUR for day in range(16)]
    active = [calm.alarms.active(at) for at in moments]
    counts = [len(warnings) for warnings in active]
    assert 3 <= np.mean(counts) <= 8
    levels = {warning.level for warnings in active for warning in warnings}
    assert not levels & {Level.ORANGE, Level.RED}


def test_a_storm_is_red_within_a_minute_and_comes_in_a_burst(storm: SimulatedCity) -> None:
    first = storm.alarms.between(SUMMER, SUMMER + MINUTE)
    assert any(item.level is Level.RED and item.kind is AlarmKind.ISSUED for item in first)
    assert len(storm.alarms.between(SUMMER, SUMMER + 10 * MINUTE)) > 10
    kinds = Counter(item.kind for item in storm.alarms.active(SUMMER + 10 * MINUTE))
    assert kinds[AlarmKind.LIMIT] >= 5
    assert kinds[AlarmKind.HINT] >= 5


def test_rain_is_followed_by_its_effects(storm: SimulatedCity) -> None:
    before, after = SUMMER - 2 * HOUR, SUMMER + HOUR
    at = np.array([before, after])
    for code in ("rain.hour_max", "urban.ponding_points", "hydro.city_river", "traffic.tci"):
        dry, wet = storm.values.city(storm.shapes[code], at)
        assert wet > dry, code
    rain = storm.values.city(storm.shapes["rain.hour_max"], at)
    assert rain[0] == 0.0
    hours = SUMMER + np.arange(0, 30) * HOUR
    river = storm.values.city(storm.shapes["hydro.city_river"], hours)
    peak = storm.values.city(storm.shapes["rain.hour_max"], hours)
    assert np.argmax(river) > np.argmax(peak)  # the river answers later than the rain


def test_warnings_in_force_are_counted(storm: SimulatedCity) -> None:
    at = SUMMER + 20 * MINUTE
    issued = [item for item in storm.alarms.active(at) if item.kind is AlarmKind.ISSUED]
    counted = storm.values.city(storm.shapes["weather.warnings"], np.array([at]))
    assert counted[0] == len(issued)


def test_each_kind_of_alarm_says_what_it_must(storm: SimulatedCity) -> None:
    seen = storm.alarms.active(SUMMER + 15 * MINUTE)
    seen += [
        item
        for season in range(4)
        for day in range(5)  # neighbours share what was worked out
        for item in storm.alarms.active(SUMMER - (season * 45 + day) * DAY)
    ]
    assert {item.kind for item in seen} == set(AlarmKind)
    for item in seen:
        if item.kind is AlarmKind.ISSUED:
            assert "演示气象台" in item.issuer
            assert item.precision is None
        elif item.kind is AlarmKind.HINT:
            assert item.model
            assert item.precision is not None
            assert item.evidence
            assert "z=" not in item.evidence, "an officer's words"
        else:
            assert item.key.startswith("reading/")
            assert item.evidence
        assert (item.kind is AlarmKind.TARGET) == (item.level is Level.NONE)


def test_every_alarm_ends_and_revisions_rise(storm: SimulatedCity) -> None:
    steps = storm.alarms.between(SUMMER - 3 * HOUR, SUMMER + 2 * DAY)
    lives: dict[str, list[int]] = {}
    for step in steps:
        lives.setdefault(step.id, []).append(step.revision)
    for revisions in lives.values():
        assert revisions == list(range(revisions[0], revisions[0] + len(revisions)))
    begun = [item for item in steps if item.revision == 0 and item.observed < SUMMER + HOUR]
    ended = {item.id for item in steps if item.state is WarningState.CANCELLED}
    assert len(begun) > 20
    assert {item.id for item in begun} <= ended


def test_events_of_a_day(auto: SimulatedCity) -> None:
    begin = moment("2026-04-21", "Asia/Shanghai")
    told_events = auto.events.between(begin - 1, begin + DAY - 1)
    new = [item for item in told_events if item.status is EventStatus.NEW]
    # The catalogue's usual counts add up to 4,713 a day (a Tuesday has 8 % more).
    assert 4600 <= len(new) <= 5500
    assert 300 <= auto.events.count_open(SPRING) <= 2500
    shown = auto.events.open(SPRING)
    assert len(shown) <= 1500
    assert all(item.occurred <= SPRING and item.status is not EventStatus.CLOSED for item in shown)
    assert {item.reporter for item in shown} <= {"", "＊＊＊"}
    night = sum(1 for item in new if (item.occurred - begin) // HOUR < 5)
    assert night < len(new) * 0.08


def test_an_event_goes_through_its_states_in_order(auto: SimulatedCity) -> None:
    since = SPRING - 6 * HOUR
    lives: dict[str, list[tuple[int, EventStatus]]] = {}
    for event in auto.events.between(since, SPRING):
        lives.setdefault(event.id, []).append((event.revision, event.status))
    order = list(EventStatus)
    finished = 0
    for steps in lives.values():
        assert [order[revision] for revision, _ in steps] == [status for _, status in steps]
        assert all(second[0] == first[0] + 1 for first, second in pairwise(steps))
        finished += steps[-1][1] is EventStatus.CLOSED
    assert finished > 50


def series_of(city: SimulatedCity, key: str) -> Series:
    every = (*city.readings.series, *city.readings.periodic)
    return next(item for item in every if item.key == key)


def test_a_running_total_never_falls_and_begins_at_midnight(auto: SimulatedCity) -> None:
    item = series_of(auto, "reading/fire.calls/320800")
    found = auto.readings.history(item, SPRING - 2 * DAY, SPRING, SPRING)
    by_day: dict[int, list[Reading]] = {}
    for reading in found:
        assert reading.valid_from == auto.calendar.midnight(auto.calendar.day(reading.observed))
        by_day.setdefault(reading.valid_from, []).append(reading)
    assert len(by_day) == 3
    for readings in by_day.values():
        values = [reading.value for reading in readings]
        assert values == sorted(values)


def test_history_at_its_own_step_for_a_day_and_hourly_before(auto: SimulatedCity) -> None:
    item = series_of(auto, "reading/hydro.hongze_level/320800")
    found = auto.readings.history(item, SPRING - 3 * DAY, SPRING, SPRING)
    recent = [reading for reading in found if reading.observed >= SPRING - DAY]
    older = [reading for reading in found if reading.observed < SPRING - DAY]
    assert 286 <= len(recent) <= 288
    assert len(older) == 48
    assert len({reading.observed for reading in found}) == len(found)


def test_history_says_what_was_told(auto: SimulatedCity) -> None:
    item = series_of(auto, "reading/traffic.tci/320800")
    past = auto.readings.history(item, SPRING - HOUR, SPRING, SPRING)
    window = (SPRING - 5 * MINUTE, SPRING - 5 * MINUTE + 50_000)  # it comes within 44 s
    live = [one for one in told(auto, *window, 5000).readings if one.key == item.key]
    assert len(live) == 1
    assert all(one in past for one in live)


def test_a_bureau_that_was_silent_delivers_late(auto: SimulatedCity) -> None:
    code = "meteorology"
    blocks = range(SPRING // (8 * HOUR) - 400, SPRING // (8 * HOUR))
    ends = (auto.faults.bureau_ended(code, at * 8 * HOUR, (at + 1) * 8 * HOUR) for at in blocks)
    spell = next(item for item in ends if item is not None)
    middle = spell.since + (spell.until - spell.since) // 2
    key = "reading/weather.temp/320800"
    middle -= middle % (5 * MINUTE)
    told_then = told(auto, middle, middle + 50_000, 5000).readings
    assert spell.since < middle < middle + 50_000 < spell.until
    assert key not in {item.key for item in told_then}
    after = [
        item
        for item in told(auto, spell.until - 2000, spell.until + 2000, 2000).readings
        if item.key == key
    ]
    assert len(after) >= (spell.until - spell.since) // (5 * MINUTE) - 1
    assert all(item.observed < spell.until for item in after)


def test_devices_have_faults_and_most_have_none(auto: SimulatedCity) -> None:
    states = [item for part in auto.now(SPRING, 500) for item in part.devices]
    counts = Counter(item.state.value for item in states)
    assert len(states) == 1850 + 236
    assert counts["online"] > 0.95 * len(states)
    assert counts["offline"] > 0
    assert counts["fault"] > 0
    assert any(item.fault == "battery low" for item in states)


def test_topics_choose(auto: SimulatedCity) -> None:
    everything = told(auto, SPRING, SPRING + 10_000, 5000)
    water = everything.chosen(Topics(["reading/water.level/#", "warning"]))
    assert {item.key.split("/")[1] for item in water.readings} <= {"water.level"}
    assert water.events == []
    assert water.positions == []
    assert everything.chosen(Topics(["#"])) == everything


def test_district_shares_add_up(auto: SimulatedCity) -> None:
    readings = {item.key: item for part in auto.now(SPRING, 500) for item in part.readings}
    districts = ("320812", "320803", "320804", "320813", "320826", "320830", "320831")
    for code in ("event.hotline_calls", "event.hotline_open", "vital.mall_footfall"):
        total = readings[f"reading/{code}/320800"]
        parts = [readings[f"reading/{code}/{region}"] for region in districts]
        if all(part.observed == total.observed for part in parts):
            assert sum(part.value for part in parts) == pytest.approx(total.value, abs=1e-6), code


def test_midnight_in_the_citys_zone() -> None:
    city = build("huaian", 7, Scenario.CALM, SPRING)
    day = city.calendar.day(SPRING)
    assert city.calendar.midnight(day) == moment("2026-04-22", "Asia/Shanghai")
