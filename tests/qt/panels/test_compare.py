"""Two indicators over one axis of time, and today against its like, from a real store."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import DAY, HOUR
from app.core.keys import reading_key
from app.live.commands import State
from tests.helpers.seat import NOW, REGION
from widgets.models.story import Range
from widgets.selection import Subject

CALLS = "event.hotline_calls"
CODES = ("event.hotline_calls", "air.pm25")
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
        context = room.context()
        context.selection.choose(Subject.PAIR, f"{reading_key(CALLS, REGION)} {district}")
        panel = await room.opened("compare", context, (1200, 800))
        assert panel.keys == (reading_key(CALLS, REGION), district)
        assert panel.of_districts and panel.title() == "两区对比"
        assert panel.pair.together.count == 0  # the district has no record
        context.selection.choose(Subject.PAIR, " ".join([reading_key(CALLS, REGION)] * 2))
        room.bridge.drain()
        await room.settled(panel)
        assert panel.pair.together.count == 72 and panel.gap_text().startswith("相差 现在 0 件")
        assert "同动系数 +1.00，72 对" in panel.correlation_text()
        assert "同动不等于因果" in panel.correlation_text()
        QTest.keyClick(panel, Qt.Key.Key_1)
        await room.settled(panel)
        assert panel.range is Range.DAY and panel.pair.until - panel.pair.since == DAY

    run(scenario())


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("index-list", lambda panel: panel.keys),
        ("indicators", lambda panel: panel.entries),
        ("strip", lambda panel: [panel._views[code].key for code in panel._shown]),
    ],
)
def test_c_takes_one_and_then_the_second(room, run, kind, keys):
    async def scenario():
        room.seat.scenes = ("index", "compare")
        room.feed("f")
        for code in CODES:
            room.read(code, 99.0)
        options = {"codes": CODES} if kind == "strip" else {}
        panel = room.open(kind, room.context(), (900, 600), **options)
        places = [at for at in range(len(keys(panel))) if not keys(panel)[at].startswith("#")]
        first, second = places[0], places[1]
        panel.choose(first)
        QTest.keyClick(panel, Qt.Key.Key_C)
        await room.settled(panel)
        assert room.seat.compared == keys(panel)[first] and room.seat.scene == ""
        compare = room.open("compare", panel.context, (900, 600))
        assert compare.waiting.key == keys(panel)[first]
        panel.choose(second)
        QTest.keyClick(panel, Qt.Key.Key_C)
        await room.settled(panel)
        words = [keys(panel)[at].removeprefix("reading/") for at in (first, second)]
        assert room.seat.compared == "" and compare.waiting is None
        assert room.seat.stage.shown["main"] == f"compare/{words[0]}+{words[1]}"

    run(scenario())


def test_left_and_right_choose_a_tile_and_enter_opens_its_page(room, run):
    async def scenario():
        room.seat.scenes = ("overview", "indicator")
        room.feed("f")
        for code in CODES:
            room.read(code, 99.0)
        context = room.context()
        panel = room.open("strip", context, (900, 120), codes=CODES)
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
            QTest.keyClick(panel, key)
        await room.settled(panel)
        assert context.selection[Subject.INDICATOR] == reading_key(CODES[0], REGION)
        assert room.seat.scene == "indicator"

    run(scenario())


def test_two_districts_have_one_scale(room, run):
    async def scenario():
        room.feed("f")
        regions = ("320812", "320803")
        for region, most in zip(regions, (100, 300), strict=True):
            room.remember(CALLS, hours(72, lambda back, most=most: most - back % 24), region)
        context = room.context()
        keys = [reading_key(CALLS, region) for region in regions]
        context.selection.choose(Subject.PAIR, " ".join(keys))
        panel = await room.opened("compare", context, (1200, 800))
        tops = [plot.y_of(300.0) for plot in panel.plots]
        feet = [plot.y_of(76.0) for plot in panel.plots]
        assert tops[0] == pytest.approx(tops[1], abs=2) and feet[0] == pytest.approx(feet[1], abs=2)

    run(scenario())


def test_what_waits_is_told_beside_the_two_that_are_shown(room, run):
    async def scenario():
        room.feed("f")
        keys = [room.read(code, 99.0) for code in CODES]
        context = room.context()
        context.selection.choose(Subject.PAIR, f"{keys[0]} {keys[1]}")
        room.seat.compared = CALLS
        panel = room.open("compare", context, (1200, 800))
        assert [note.text for note in panel.notes_left()] == [
            "12345诉求受理量 等第二项，到另一项按 C"
        ]
        context.selection.choose(Subject.PAIR, "")
        room.bridge.drain()
        assert panel.views == [] and panel.notes_left() == []

    run(scenario())

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
        assert room.seat.compared == ""

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
