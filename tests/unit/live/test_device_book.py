"""The condition of every device in the picture: by silence, by word, by what was found, by cuts."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app.core.catalog import HOUR, MINUTE, Catalog, Quantity
from app.core.clock import ManualClock
from app.core.condition import Condition
from app.core.directory import Device, DeviceKind
from app.core.finding import Finding, FindingRule
from app.core.health import FeedHealth, FeedState
from app.core.message import message
from app.core.model import DeviceState, DeviceStatus, Reading, Segment, Sourced, World
from app.live.device_book import DeviceBook
from app.live.device_drifts import DeviceDrifts, drifts_of
from app.live.device_rollup import DeviceRollup
from app.live.hub import Hub, Kind
from app.live.outage import Outage
from app.live.picture import Picture
from app.rules.availability import SOURCE, availability_key
from app.store.store import Store

NOW = 1_795_000_000_000 // HOUR * HOUR
KIND = DeviceKind("level", "河湖", "水位计", "Gauge", "water.level", 300, 3600, bureau_code="water")
CATALOG = Catalog(
    {"water.level": Quantity("water.level", "水位", "Level", "m", 300_000, decimals=2)}
)
DEVICES = [Device(f"iot:{n}", "level", "", "", "320812", 119 + 0.01 * n, 33.5) for n in range(10)]


def key(number: int) -> str:
    return f"reading/water.level/320812/{number}"


class Town:
    """Ten gauges on one feed, all of which spoke just now."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.hub = Hub()
        self.picture = Picture({}, World.DEMO)
        self.book = DeviceBook(self.picture, DEVICES, [KIND], CATALOG, self.hub, self.clock)
        self.news = self.hub.subscribe()
        self.line(FeedState.LIVE)
        for number in range(10):
            self.read(number)

    def line(self, state: FeedState, lost: int = 0) -> None:
        self.picture.feeds["f"] = FeedHealth(
            "f", "f", "f", state, self.clock.now(), connected_since=NOW - HOUR, lost_since=lost
        )

    def read(self, number: int, value: float = 1.0) -> None:
        reading = Reading(key(number), value, self.clock.now())
        self.picture.apply_readings("f", self.clock.now(), [(key(number), reading)])

    def say(self, number: int, state: DeviceState, battery: float | None = None) -> None:
        status = DeviceStatus(f"iot:{number}", self.clock.now(), state, battery=battery)
        self.picture.apply_records([Sourced("f", self.clock.now(), status)])

    def look(self) -> dict[str, Condition]:
        self.book.look()
        changed = self.news.drain().get(Kind.DEVICE, set())
        return {id_: self.picture.conditions[id_].condition for id_ in changed}


def test_what_changes_is_told_and_nothing_else() -> None:
    town = Town()
    assert set(town.look().values()) == {Condition.ONLINE}
    assert len(town.picture.conditions) == 10
    assert town.look() == {}
    town.say(3, DeviceState.FAULT)
    town.say(4, DeviceState.ONLINE, 0.05)
    town.picture.findings[key(5)] = (Finding(key(5), FindingRule.FLAT, NOW - HOUR, message("x")),)
    assert town.look() == {
        "iot:3": Condition.FAULT,
        "iot:4": Condition.BATTERY,
        "iot:5": Condition.FLAT,
    }
    assert town.picture.conditions["iot:5"].since == NOW - HOUR


def test_silence_is_late_then_lost_and_a_word_ends_it() -> None:
    town = Town()
    town.look()
    town.clock.advance(11 * MINUTE)
    for number in range(1, 10):
        town.read(number)
    assert town.look() == {"iot:0": Condition.LATE}
    town.clock.advance(50 * MINUTE)
    for number in range(1, 10):
        town.read(number)
    assert town.look() == {"iot:0": Condition.LOST}
    assert town.picture.conditions["iot:0"].since == NOW
    town.read(0)
    assert town.look() == {"iot:0": Condition.ONLINE}


def test_behind_a_cut_line_none_is_lost_by_its_own_fault() -> None:
    town = Town()
    town.look()
    town.clock.advance(2 * HOUR)
    town.line(FeedState.LOST, NOW + HOUR)
    assert set(town.look().values()) == {Condition.UNREACHABLE}
    assert {item.since for item in town.picture.conditions.values()} == {NOW + HOUR}
    # Back again: each has its time to be heard, then its silence is its own.
    up = town.clock.now()
    town.picture.feeds["f"] = FeedHealth("f", "f", "f", FeedState.LIVE, up, connected_since=up)
    assert set(town.look().values()) == {Condition.ONLINE}
    town.clock.advance(11 * MINUTE)
    assert set(town.look().values()) == {Condition.LATE}


def test_a_platform_that_fails_behind_a_line_that_stands_excuses_its_devices() -> None:
    town = Town()
    town.look()
    town.clock.advance(2 * HOUR)
    town.picture.outages["p"] = Outage(("p",), NOW, ("f", "g"))
    assert set(town.look().values()) == {Condition.UNREACHABLE}


def test_what_the_gate_refused_doubts_the_device_until_a_good_value() -> None:
    town = Town()
    town.look()
    town.clock.advance(MINUTE)
    town.book.refuse({key(2): NOW + MINUTE, "reading/other.code/1/2": NOW + MINUTE})
    assert town.look() == {"iot:2": Condition.IMPOSSIBLE}
    town.clock.advance(MINUTE)
    town.read(2)
    assert town.look() == {"iot:2": Condition.ONLINE}


def test_a_slice_takes_only_its_part_and_the_round_ends() -> None:
    town = Town()
    assert len(town.book.look(4)) == 4
    assert len(town.book.look(4)) == 4
    assert len(town.book.look(4)) == 2
    assert town.book.rounds == 1


def test_another_city_lets_go_of_devices_that_are_gone() -> None:
    town = Town()
    town.look()
    town.book.use(DEVICES[:4], [KIND], CATALOG)
    assert len(town.picture.conditions) == 4
    assert len(town.news.drain()[Kind.DEVICE]) == 6


def test_the_availability_of_an_hour_is_a_reading_like_any_other(tmp_path: Path) -> None:
    town = Town()
    with_store = Store.open(tmp_path, town.clock)
    rollup = DeviceRollup(town.picture, "320800", DEVICES, [KIND], town.hub, town.clock, with_store)
    assert rollup.tell() == [], "none was looked at yet"
    town.say(3, DeviceState.FAULT)
    town.look()
    told = {reading.key: reading.value for reading in rollup.tell()}
    assert told == {
        availability_key("320800"): 90.0,
        availability_key("320812"): 90.0,
        availability_key("320800", "kind", "level"): 90.0,
        availability_key("320800", "bureau", "water"): 90.0,
        availability_key("320800", "domain", "河湖"): 90.0,
    }
    with_store.flush()
    kept = asyncio.run(
        with_store.queries.readings(availability_key("320800"), NOW - HOUR, NOW + HOUR)
    )
    assert [(item.source, item.reading.value) for item in kept] == [(SOURCE, 90.0)]
    with_store.close()


def test_the_drift_of_a_gauge_is_read_from_the_history(tmp_path: Path) -> None:
    town = Town()
    store = Store.open(tmp_path, town.clock)
    noise = random.Random(7)
    for number in range(10):
        readings = []
        for hour in range(72):
            drift = 0.03 * max(0, hour - 60) if number == 6 else 0.0
            value = 2 + number + noise.gauss(0, 0.01) + drift
            readings.append(Reading(key(number), value, NOW - (72 - hour) * HOUR + MINUTE))
        store.recorder.submit([Segment("f", NOW, readings)], [])
    store.flush()
    with ThreadPoolExecutor(1) as executor:
        drifts = DeviceDrifts(
            town.book, DEVICES, [KIND], CATALOG, town.clock, store.queries, executor
        )
        found = asyncio.run(drifts.look())
    store.close()
    assert list(found) == ["iot:6"]
    assert found["iot:6"].why.args["off"].startswith("+0.3")
    town.look()
    assert town.picture.conditions["iot:6"].condition is Condition.DRIFT


def test_meters_that_only_count_up_are_not_compared() -> None:
    levels = np.cumsum(np.random.default_rng(1).uniform(0, 2, (10, 72)), axis=1)
    names = [key(number) for number in range(10)]
    assert drifts_of(DEVICES, names, levels, NOW, CATALOG.quantities["water.level"]) == {}


@pytest.mark.parametrize("count", [0, 1])
def test_a_city_of_no_or_one_device(count: int) -> None:
    town = Town()
    town.book.use(DEVICES[:count], [KIND], CATALOG)
    town.look()
    assert len(town.picture.conditions) == count
