"""Two indicators over one axis of time, and today against its like, from a real store."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import DAY, HOUR
from app.core.keys import reading_key
from app.live.commands import State
from tests.helpers.seat import NOW, REGION
from widgets.models.story import Range

CALLS = "event.hotline_calls"
START = NOW - NOW % HOUR


def hours(count, value):
    """Values of full hours before now."""
    return {START - back * HOUR: float(value(back)) for back in range(count, 0, -1)}


def test_both_lines_their_gap_and_how_they_move_together(room, run):
    async def scenario():
        room.feed("f")
        district = reading_key(CALLS, "320812")
        room.remember(CALLS, hours(72, lambda back: 100 - back))
        room.read(CALLS, 99.0, age_ms=HOUR)
        room.seat.compared = (CALLS, CALLS + "/320812")
        panel = room.open("compare", room.context(), (1200, 800))
        await room.settled(panel)
        assert panel.keys == (reading_key(CALLS, REGION), district)
        assert panel.of_districts and panel.title() == "两区对比"
        assert panel.pair.together.count == 0  # the district has no record
        room.seat.compared = (CALLS, CALLS)
        panel._read_at = 0
        panel.refresh({})
        await room.settled(panel)
        assert panel.pair.together.count == 72 and panel.gap_text().startswith("相差 现在 0 件")
        assert "同动系数 +1.00，72 对" in panel.correlation_text()
        assert "同动不等于因果" in panel.correlation_text()
        QTest.keyClick(panel, Qt.Key.Key_1)
        await room.settled(panel)
        assert panel.range is Range.DAY and panel.pair.until - panel.pair.since == DAY

    run(scenario())


def test_c_takes_one_and_then_the_second(room, run):
    async def scenario():
        room.seat.scenes = ("index", "compare")
        room.feed("f")
        room.read(CALLS, 99.0)
        panel = room.open("index-list", room.context(), (432, 600))
        for place in (0, 3):
            panel.choose(place)
            QTest.keyClick(panel, Qt.Key.Key_C)
            await room.settled(panel)
        assert room.seat.compared == (panel.keys[0], panel.keys[3])
        assert room.seat.scene == "compare"

    run(scenario())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("compare event.hotline_calls second=event.hotline_calls", "detail.compare.same"),
        ("compare a second=b", "scene.unknown"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(room, run, text, reason):
    async def scenario():
        room.seat.scenes = ("overview",)
        outcome = await room.commands.submit(room.commands.parse(text))
        assert outcome.state is State.REFUSED and outcome.reason.id == reason
        assert room.seat.compared == ()

    run(scenario())


def test_today_over_its_weekday_and_the_usual_week(room, run):
    async def scenario():
        room.feed("f")
        room.remember(CALLS, hours(24 * 45, lambda back: (START // HOUR - back + 8) % 24))
        room.read(CALLS, 5.0, age_ms=60_000)
        weekday = room.open("same-weekday", room.context(), (700, 440), code=CALLS)
        week = room.open("normal-week", room.context(), (700, 240), code=CALLS)
        await room.settled(weekday)
        await room.settled(week)
        found = weekday.told
        assert len(found.past) >= 4 and found.median[9] == 9.0
        assert weekday._newest(weekday.view, found)[1] == 5.0
        assert week.told.medians[2, 17] == 17.0 and not week.is_thin()
        assert not weekday.grab().isNull() and not week.grab().isNull()

    run(scenario())
