"""The newest records of a key with every revision, as known at a moment, and their exact count."""

from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.model import Reading, Segment
from app.store.store import Store
from tests.helpers.store import DAY, KEY, NOW, open_store

HOUR = 3_600_000
BEGIN = NOW - NOW % DAY - 2 * DAY


def put(store: Store, ts: int, value: float, *, lag: int = 0, **more: object) -> None:
    reading = Reading(key=KEY, value=value, observed=ts, **more)  # type: ignore[arg-type]
    store.recorder.submit([Segment("river", ts + lag, [reading])], [])


@pytest.mark.parametrize("packed", [False, True])
async def test_records_of_all_revisions_and_their_count(tmp_path: Path, packed: bool) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    for place in range(40):  # enough in a day to be packed
        put(store, BEGIN + place * 60_000, float(place))
    put(store, BEGIN + 39 * 60_000, 99.0, lag=DAY, revision=1)
    put(store, BEGIN + DAY + HOUR, 41.0)
    store.flush()
    if packed:
        clock.advance(HOUR)
        store.upkeep()
    three = await store.queries.newest(KEY, 3)
    every = await store.queries.newest(KEY, 1000)
    before = await store.queries.newest(KEY, 3, BEGIN + HOUR)
    never = await store.queries.newest(KEY, 3, BEGIN - 1)
    store.close()
    assert [held.reading.value for held in three.held] == [39.0, 99.0, 41.0]
    assert three.stored == len(every.held) == 42
    assert [held.reading.value for held in before.held] == [37.0, 38.0, 39.0]
    assert before.stored == (None if packed else 40), "packed days are not opened to count"
    assert never.held == []


async def test_nothing_of_a_key_that_is_not_stored(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    found = await store.queries.newest(KEY, 5)
    store.close()
    assert (found.held, found.stored) == ([], 0)
