"""From when to when each source gave a key, read back from a real store."""

from pathlib import Path

import msgspec
import pytest

from app.core.clock import ManualClock
from app.core.model import Reading, Segment, World
from app.store.store import Store
from tests.helpers.store import DAY, KEY, NOW, open_store

HOUR = 3_600_000
BEGIN = NOW - NOW % HOUR


def put(store: Store, source: str, moments: list[int], **more: object) -> None:
    readings = [Reading(key=KEY, value=1.0, observed=ts, **more) for ts in moments]  # type: ignore[arg-type]
    store.recorder.submit([Segment(source, moments[-1] + 1000, readings)], [])
    store.flush()


@pytest.mark.parametrize("packed", [False, True])
async def test_each_source_has_its_first_hour_its_newest_moment_and_a_count(
    tmp_path: Path, packed: bool
) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    put(store, "index:v2", [BEGIN + 10, BEGIN + 20, BEGIN + HOUR])
    put(store, "index:v1", [BEGIN - 3 * HOUR + 5, BEGIN - HOUR])
    if packed:
        clock.advance(3 * DAY)
        store.upkeep()
    found = await store.queries.source_spans(KEY)
    store.close()
    assert [msgspec.structs.astuple(span) for span in found] == [
        ("index:v1", BEGIN - 3 * HOUR, BEGIN - HOUR, 2),
        ("index:v2", BEGIN, BEGIN + HOUR, 3),
    ]


async def test_a_revision_is_no_second_moment_and_a_drill_no_source(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, "river", [BEGIN])
    put(store, "river", [BEGIN], revision=1)
    put(store, "drill", [BEGIN], world=World.DRILL)
    found = await store.queries.source_spans(KEY)
    nothing = await store.queries.source_spans("reading/no/where")
    store.close()
    assert [(span.source, span.count) for span in found] == [("river", 1)]
    assert nothing == []
