"""One indicator's page against readings in a real store."""

from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.clock import to_datetime
from app.core.keys import reading_key
from app.live.compare import WEEK
from tests.helpers.seat import NOW, REGION
from tests.qt.panels.conftest import by_key
from widgets.models.story import Range
from widgets.panels._headline import facts_of
from widgets.panels._plot import round_times, round_values
from widgets.selection import Subject

SHANGHAI = ZoneInfo("Asia/Shanghai")
CODE = "event.hotline_calls"  # by the hour, in 件


def hours(count):
    """Full hours before now, oldest first."""
    start = NOW - NOW % HOUR
    return [start - index * HOUR for index in range(count, 0, -1)]


def test_value_holes_band_and_comparisons(room, run):
    async def scenario():
        room.feed("f")
        values = dict.fromkeys(hours(24 * 40), 100.0)
        for week in range(1, 6):
            values[NOW - NOW % HOUR - week * WEEK] = 80.0
        hole = range(NOW - 3 * DAY, NOW - 3 * DAY + 17 * HOUR)
        values = {at: value for at, value in values.items() if at not in hole}
        room.remember(CODE, values)
        room.read(CODE, 160.0, age_ms=10 * MINUTE)
        panel = await room.opened("history", room.context(), (1400, 700), code=CODE)
        story = panel.story
        assert story.times.size and panel.plot.isVisible()
        assert [round(item.ms / HOUR) for item in story.holes] in ([17], [18])
        assert story.band is not None and story.band.days >= 30
        assert story.same.reference == 80.0 and story.same.spans == 5
        facts = facts_of(panel.context, panel.view, panel.quantity, story)
        assert (facts[0].number, facts[0].words) == ("+100 %", "同期 近 5 周同时")
        assert by_key(panel)[panel.key].value == 160.0

    run(scenario())


def test_it_follows_what_is_chosen_and_asks_for_each_range(room, run):
    async def scenario():
        room.feed("f")
        room.remember(CODE, dict.fromkeys(hours(48), 90.0))
        room.read(CODE, 91.0)
        context = room.context()
        panel = await room.opened("history", context, (900, 500))
        context.selection.choose(Subject.INDICATOR, reading_key(CODE, REGION))
        room.bridge.drain()
        await room.settled(panel)
        assert panel.title() == "12345诉求受理量"
        assert panel.range is Range.WEEK
        for key, span in (("1", Range.DAY), ("3", Range.MONTH), ("4", Range.YEAR)):
            QTest.keyClick(panel, Qt.Key(ord(key)))
            await room.settled(panel)
            assert panel.range is span
            assert panel.story.until - panel.story.since == span.ms

    run(scenario())


def test_nothing_stored_and_nothing_known_are_said_in_words(room, run):
    async def scenario():
        room.feed("f")
        room.read(CODE, 91.0)
        panel = await room.opened("history", room.context(), code=CODE)
        assert not panel.plot.isVisible()
        assert panel._message().title == "这段时间没有存下读数。"
        context = room.context()
        context.selection.choose(Subject.INDICATOR, "reading/no.such/320800")
        other = await room.opened("history", context)
        assert not other.grab().isNull()

    run(scenario())


@pytest.mark.parametrize(
    ("span", "count", "expected"),
    [
        (DAY, 4, ["18:00", "00:00", "06:00", "12:00"]),
        (7 * DAY, 7, ["07-11", "07-12", "07-13", "07-14", "07-15", "07-16", "07-17"]),
        (366 * DAY, 7, ["2025-09", "2025-11", "2026-01", "2026-03", "2026-05", "2026-07"]),
    ],
)
def test_ticks_are_round_in_the_city(span, count, expected):
    ticks = round_times(NOW - span, NOW, count, SHANGHAI)
    form = "%H:%M" if span == DAY else "%m-%d" if span < 30 * DAY else "%Y-%m"
    assert [to_datetime(tick, SHANGHAI).strftime(form) for tick in ticks] == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (9.3, 21.4, [10, 15, 20]),
        (0.2, 0.4, [0.2, 0.25, 0.3, 0.35, 0.4]),
    ],
)
def test_values_on_the_axis_are_round(low, high, expected):
    assert round_values(low, high) == pytest.approx(expected)
