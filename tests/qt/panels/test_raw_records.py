"""The records behind a value: as known at a moment, exactly counted, the one the index counts."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.index import Contribution, IndexMove, Part
from app.core.keys import reading_key
from app.core.model import Freshness, Reading, Segment
from tests.helpers.seat import NOW, REGION

CALLS = "event.hotline_calls"
KEY = reading_key(CALLS, REGION)
PRESSURE = reading_key("index.pressure", REGION)


def received(room, rows):
    """Store (observed, value, received, revision) one by one."""
    wanted = room.store.recorder.counts.written + len(rows)
    for observed, value, at, revision in rows:
        reading = Reading(KEY, value, observed, revision=revision)
        room.store.recorder.submit([Segment("f", at, [reading])], [])
    while room.store.recorder.counts.written < wanted:
        room.store.upkeep()


def values(panel):
    return [held.reading.value for held in panel.held]


ROWS = [
    (NOW - 26 * HOUR, 70.0, NOW - 25 * HOUR, 0),
    (NOW - 3 * HOUR, 90.0, NOW - 2 * HOUR, 0),
    (NOW - 3 * HOUR, 95.0, NOW - 30 * MINUTE, 1),  # corrected half an hour ago
    (NOW - 2 * HOUR, 80.0, NOW - 20 * MINUTE, 0),
]


def test_a_goes_back_to_what_was_known_an_hour_and_a_day_ago(room, run):
    async def scenario():
        room.feed("f")
        received(room, ROWS)
        room.read(CALLS, 80.0, age_ms=2 * HOUR)
        panel = await room.opened("raw-records", room.context(), (472, 600), code=CALLS)
        assert values(panel) == [80.0, 95.0, 90.0, 70.0] and panel.told.stored == 4
        found = []
        for _ in range(3):
            QTest.keyClick(panel, Qt.Key.Key_A)
            await room.settled(panel)
            found.append((values(panel), [note.text for note in panel.notes_left()][1:]))
        assert found == [
            ([90.0, 70.0], ["7月17日 13:03 所知"]),
            ([70.0], ["7月16日 14:03 所知"]),
            ([80.0, 95.0, 90.0, 70.0], []),
        ]

    run(scenario())


def test_two_keys_in_a_row_show_what_was_asked_last(room, run):
    async def scenario():
        room.feed("f")
        received(room, ROWS)
        room.read(CALLS, 80.0, age_ms=2 * HOUR)
        panel = await room.opened("raw-records", room.context(), (472, 600), code=CALLS)
        QTest.keyClick(panel, Qt.Key.Key_A)
        QTest.keyClick(panel, Qt.Key.Key_A)
        await room.settled(panel)
        assert panel.ago == DAY and values(panel) == [70.0]

    run(scenario())


def test_the_rest_is_counted_to_the_record(room, run):
    async def scenario():
        room.feed("f")
        received(room, ROWS)
        room.read(CALLS, 80.0, age_ms=2 * HOUR)
        panel = room.open("raw-records", room.context(), (472, 600), code=CALLS)
        panel.wanted = 3
        panel.read()
        await room.settled(panel)
        assert values(panel) == [80.0, 95.0, 90.0] and panel._hidden_before == 1
        QTest.keyClick(panel, Qt.Key.Key_M)
        await room.settled(panel)
        assert len(panel.held) == 4 and panel._hidden_before == 0

    run(scenario())


def test_a_record_that_the_index_carries_forward_is_marked_so(room, run):
    async def scenario():
        room.feed("f")
        received(room, ROWS)
        room.read(CALLS, 80.0, age_ms=2 * HOUR)
        moved = Contribution(CALLS, KEY, 1.0, 1.0, 70.0, 90.0)
        room.picture.indices.moves[PRESSURE] = IndexMove(
            "index.pressure", PRESSURE, NOW - DAY, NOW, 60.0, 61.0, 1.0, "v1", (moved,)
        )
        part = Part(CALLS, KEY, 0.1, 0.1, 95.0, 80.0, 0.4, Freshness.CACHED, NOW - 3 * HOUR, "f")
        room.picture.indices.parts_of = lambda key: (part,)
        panel = await room.opened("raw-records", room.context(), (472, 600), code=CALLS)
        assert [panel.is_used(held) for held in panel.held] == [False, True, False, False]
        assert panel.tag_text() == "指数沿用"
        assert not panel.grab().isNull()

    run(scenario())
