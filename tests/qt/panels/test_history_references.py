"""What stands beside the line of an indicator: last year, target, versions, anomalies, limits."""

from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import HOUR, Catalog
from app.core.clock import to_datetime
from app.core.finding import Finding, FindingRule
from app.core.keys import reading_key
from app.core.message import message
from app.core.model import Level, Reading, Segment
from tests.helpers.seat import NOW, REGION
from tests.qt.panels.conftest import by_key
from widgets.models.story import Range
from widgets.panels._anomalies import marks_of
from widgets.panels._curve import notes_of
from widgets.panels._headline import facts_of
from widgets.selection import Subject

SHANGHAI = ZoneInfo("Asia/Shanghai")
RETAIL = "econ.retail"  # by the month, in 亿元
CALLS = "event.hotline_calls"  # by the hour, in 件


def month_ends(count):
    """The ends of the last months before July 2026, newest first."""
    found, number = [], 2026 * 12 + 6
    for back in range(count):
        year, month = divmod(number - back, 12)
        first = to_datetime(NOW, SHANGHAI).replace(
            year=year, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        found.append(round(first.timestamp() * 1000))
    return found


def colours(image, rect):
    """The colours within a rectangle of a picture."""
    left, top = rect.toRect().x(), rect.toRect().y()
    return {
        image.pixel(x, y) & 0xFFFFFF
        for x in range(max(0, left), min(image.width(), left + rect.toRect().width()))
        for y in range(max(0, top), min(image.height(), top + rect.toRect().height()))
    }


def test_a_monthly_figure_has_last_years_line_and_number(room, run):
    async def scenario():
        room.feed("f")
        ends = month_ends(26)
        values = {at: 160.0 - place for place, at in enumerate(ends)}
        values[ends[12]] = 128.0  # the same month of last year
        room.remember(RETAIL, values)
        room.read(RETAIL, 160.0, age_ms=NOW - ends[0])
        panel = await room.opened("history", room.context(), (1400, 700), code=RETAIL)
        assert panel.range is Range.YEAR and panel.plot.isVisible()
        moved, figures = panel.story.last_year
        assert moved[-1] == ends[0] and figures[-1] == 128.0
        assert len(moved) == 12, "the twelve months that stand in the plot"
        facts = facts_of(panel.context, panel.view, panel.quantity, panel.story, NOW)
        assert ("+25 %", "同比 去年同期") in [(fact.number, fact.words) for fact in facts]
        assert ("+1 %", "环比 上一月") in [(fact.number, fact.words) for fact in facts]
        assert "细线 去年同期" in notes(panel)
        assert by_key(panel)[reading_key(RETAIL, REGION)].value == 160.0

    run(scenario())


def test_without_last_year_it_is_said(room, run):
    async def scenario():
        room.feed("f")
        ends = month_ends(4)
        room.remember(RETAIL, dict.fromkeys(ends, 100.0))
        room.read(RETAIL, 100.0, age_ms=NOW - ends[0])
        panel = await room.opened("history", room.context(), (1400, 700), code=RETAIL)
        assert panel.story.last_year is None
        facts = facts_of(panel.context, panel.view, panel.quantity, panel.story, NOW)
        assert ("—", "同比 去年同期无数据") in [(fact.number, fact.words) for fact in facts]

    run(scenario())


def test_the_target_is_a_line_with_its_year_and_kind_in_the_definition(room, run):
    async def scenario():
        room.feed("f")
        target = next(iter(room.city.catalog.targets))
        target = msgspec.structs.replace(target, indicator=CALLS, by_year={2026: 120.0})
        fields = {name: getattr(room.catalog, name) for name in Catalog.__struct_fields__}
        room.catalog = Catalog(**fields | {"targets": (target,)})
        room.remember(CALLS, {at: 80.0 + 30 * (n % 2) for n, at in enumerate(hours(48))})
        room.read(CALLS, 100.0)
        panel = await room.opened("history", room.context(), (1400, 700), code=CALLS)
        assert "目标 2026 年" in panel.plot.words[0]
        assert panel.plot.reaches(120.0) and not any("在图外" in note for note in notes(panel))
        far = msgspec.structs.replace(target, by_year={2026: 4000.0})
        room.catalog = Catalog(**fields | {"targets": (far,)})
        panel._draw()
        assert panel.plot.words == [] and "目标 2026 年 4,000 在图外" in notes(panel)

    run(scenario())


def notes(panel):
    """What is said over the plot."""
    return notes_of(panel.context, panel.view, panel.story, panel.range, panel.plot, NOW)


def hours(count):
    """Full hours before now, oldest first."""
    start = NOW - NOW % HOUR
    return [start - index * HOUR for index in range(count, 0, -1)]


def test_a_change_of_version_is_marked_and_no_line_goes_across(room, run):
    async def scenario():
        room.feed("f")
        changed = NOW - NOW % HOUR - 10 * HOUR
        key = reading_key("index.pressure", REGION)
        for source, moments in (("index:old", hours(48)[:38]), ("index:new", hours(48)[38:])):
            wanted = room.store.recorder.counts.written + len(moments)
            readings = [Reading(key, 40.0 if source == "index:old" else 60.0, at) for at in moments]
            room.store.recorder.submit([Segment(source, NOW, readings)], [])
            while room.store.recorder.counts.written < wanted:
                room.store.upkeep()
        room.store.queries.index_source = "index:new"
        room.picture.own.add("index:new")
        room.read("index.pressure", 60.0, feed="index:new")
        panel = await room.opened("history", room.context(), (1400, 700), code="index.pressure")
        QTest.keyClick(panel, Qt.Key.Key_1)
        await room.settled(panel)
        story = panel.story
        assert story.versions == (changed,)
        assert set(story.values[np.isfinite(story.values)].tolist()) == {60.0}
        assert "换版" in panel.plot.words
        assert not ((story.times < changed) & np.isfinite(story.values)).any()

    run(scenario())


def finding(rule, since, until=None):
    why = message("finding.why.stale", hours="3.0")
    return Finding(reading_key(CALLS, REGION), rule, since, why, 6.0, until, 100.0)


def test_what_is_unusual_wears_a_ring_and_stands_in_the_list(room, run):
    async def scenario():
        room.feed("f")
        room.remember(CALLS, dict.fromkeys(hours(48), 100.0))
        key = room.read(CALLS, 100.0)
        at = NOW - NOW % HOUR - 5 * HOUR
        room.picture.findings[key] = (finding(FindingRule.RESIDUAL, at),)
        context = room.context()
        context.selection.choose(Subject.INDICATOR, key)
        panel = room.open("history", context, (1400, 700))
        listed = room.open("anomalies", context, (472, 300))
        await room.settled(panel)
        await room.settled(listed)
        assert [mark.at for mark in marks_of(context, key, panel.story)] == [at]
        assert panel.plot.words[-1].startswith("A1 ")
        assert listed.title() == "异常 1" and listed.entries[0].number == "A1"
        assert len(listed.items()) == 1
        room.picture.findings[key] = tuple(
            finding(FindingRule.RESIDUAL, at - n * HOUR) for n in range(9)
        )
        listed.refresh({})
        assert listed.hidden == 6 and listed.entries[0].number == "A9"
        bare = {panel.theme.warning[level].rgb() & 0xFFFFFF for level in Level if level}
        assert not bare & colours(listed.grab().toImage(), listed.body_rect), "hints of ours only"

    run(scenario())


def test_every_limit_in_sight_has_its_shape_at_the_right_edge(room, run):
    async def scenario():
        room.feed("f")
        quantity = room.catalog.quantities[CALLS]
        top = quantity.thresholds.orange
        room.remember(CALLS, {at: top * (0.4 + 0.7 * (n % 2)) for n, at in enumerate(hours(48))})
        room.read(CALLS, top * 1.1)
        panel = await room.opened("history", room.context(), (1200, 700), code=CALLS, sheets=False)
        levels = {level for level, _ in panel.plot.levels}
        assert Level.ORANGE in levels and len(levels) >= 3
        image = panel.grab().toImage()
        edge = panel.plot_rect.translated(panel.plot_rect.width() + 2, 0)
        seen = colours(image, edge)
        for level in levels:
            assert panel.theme.warning[level].rgb() & 0xFFFFFF in seen

    run(scenario())


def test_a_hole_says_how_many_hours_are_missing(room, run):
    async def scenario():
        room.feed("f")
        start = NOW - NOW % HOUR
        kept = [at for at in hours(24 * 6) if not start - 60 * HOUR < at < start - 40 * HOUR]
        room.remember(CALLS, dict.fromkeys(kept, 100.0))
        room.read(CALLS, 100.0)
        panel = await room.opened("history", room.context(), (1400, 700), code=CALLS)
        assert [hole.ms for hole in panel.story.holes] == [20 * HOUR]
        assert "缺 20 小时" in panel.plot.words

    run(scenario())


def test_a_list_of_findings_on_a_wall_counts_what_has_no_room(room):
    keys = [
        room.read(code, 1.0) for code in list(room.catalog.quantities)[:30] if "index." not in code
    ]
    for key in keys:
        item = finding(FindingRule.STALE, NOW - HOUR)
        room.picture.findings[key] = (msgspec.structs.replace(item, key=key),)
    panel = room.open("findings", room.context("hall"), (900, 300))
    assert panel.overflows and panel.hidden > 0 and panel.foot_height() > 0
    assert not panel.grab().isNull()
