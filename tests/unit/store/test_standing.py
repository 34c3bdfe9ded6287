"""What stood at a moment, from rows, packed days, the newest value and the hours."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from app.core.clock import ManualClock
from app.core.model import Reading, Segment, World
from app.store.standing import Stood
from app.store.store import Store
from tests.helpers.store import DAY, KEY, NOW, open_store, segment

HOUR = 3_600_000
MINUTE = 60_000


def put(store: Store, *values: tuple[int, float], source: str = "river", key: str = KEY) -> None:
    readings = [Reading(key=key, value=value, observed=at) for at, value in values]
    store.recorder.submit([segment(readings, source=source)], [])
    store.flush()


def stood(store: Store, moment: int, oldest: int = 0, key: str = KEY) -> Stood | None:
    return asyncio.run(store.queries.standing({key: oldest}, moment)).get(key)


@pytest.fixture
def store(tmp_path: Path):
    made = open_store(tmp_path)
    yield made
    made.close()


def test_the_newest_at_or_before_the_moment(store: Store) -> None:
    put(store, (NOW - HOUR, 1.0), (NOW - MINUTE, 2.0), (NOW, 3.0))
    assert stood(store, NOW) == Stood(3.0, NOW)
    assert stood(store, NOW - 1) == Stood(2.0, NOW - MINUTE)
    assert stood(store, NOW - 2 * HOUR) is None
    assert stood(store, NOW - 1, oldest=NOW - MINUTE + 1) is None
    assert stood(store, NOW, key="reading/no.such/320812") is None


def test_a_statistic_is_of_the_end_of_its_period(store: Store) -> None:
    reading = Reading(key=KEY, value=1.0, observed=NOW - HOUR, valid_to=NOW - 2 * HOUR)
    store.recorder.submit([segment([reading])], [])
    store.flush()
    assert stood(store, NOW) == Stood(1.0, NOW - 2 * HOUR)


def test_the_last_revision_counts(store: Store) -> None:
    for revision in (0, 1):
        reading = Reading(key=KEY, value=10.0 + revision, observed=NOW - HOUR, revision=revision)
        store.recorder.submit([segment([reading])], [])
    put(store, (NOW, 1.0))
    assert stood(store, NOW - MINUTE) == Stood(11.0, NOW - HOUR)


def test_a_packed_day_and_an_hour_whose_readings_are_gone(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    put(store, *((NOW + minute * MINUTE, float(minute)) for minute in range(60)))
    clock.advance(3 * DAY)
    put(store, (clock.now(), 99.0))
    store.upkeep()
    assert stood(store, NOW + 10 * MINUTE + 5) == Stood(10.0, NOW + 10 * MINUTE)
    clock.advance(60 * DAY)
    store.upkeep()
    # The readings are let go after 35 days; of each hour the last value is still known.
    hour = NOW // HOUR * HOUR
    assert stood(store, NOW + 2 * HOUR) == Stood(59.0, hour + HOUR)
    store.close()


def test_the_better_source_decides_and_a_drill_never(store: Store) -> None:
    store.queries.priorities = {"river": 20, "other": 10}
    put(store, (NOW - HOUR, 1.0))
    put(store, (NOW - 2 * HOUR, 2.0), source="other")
    drill = Reading(key=KEY, value=3.0, observed=NOW, world=World.DRILL)
    store.recorder.submit([Segment("best", NOW, [drill])], [])
    store.flush()
    assert stood(store, NOW) == Stood(2.0, NOW - 2 * HOUR)
    assert stood(store, NOW, oldest=NOW - HOUR) == Stood(1.0, NOW - HOUR)


def test_hour_by_hour_and_in_single_readings(store: Store) -> None:
    hour = NOW // HOUR * HOUR
    put(store, (hour - 2 * HOUR + 5, 1.0), (hour - 2 * HOUR + 9, 2.0), (hour - HOUR, 3.0))
    moments = np.arange(hour - 2 * HOUR, hour + 1, HOUR)

    def at(single: bool) -> list[float]:
        asked = store.queries.known({KEY: single}, hour - DAY, hour + 1)
        return asyncio.run(asked)[KEY].at(moments)[0].tolist()

    # By the hour a value is known when its hour is over, single ones from their moment on.
    assert at(False)[1:] == [2.0, 3.0]
    assert at(True)[1:] == [3.0, 3.0]
    assert at(False)[0] != at(False)[0], "nothing was known yet"
    kept = asyncio.run(store.queries.hours_kept("river", hour - DAY, hour))
    assert kept == {KEY: {hour // HOUR - 2, hour // HOUR - 1}}
