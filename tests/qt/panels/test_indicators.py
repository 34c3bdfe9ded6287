"""The list of indicators: values, states, filters, keys, and that only what changed is painted."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.health import FeedState
from app.live.summary import Filter
from tests.qt.panels.conftest import by_key
from widgets.paint import text as lettering
from widgets.panels._values import age_text, sentence
from widgets.selection import Subject

LEVELS = ("blue", "yellow", "orange", "red")


class PaintWatch(QObject):
    """The heights of what was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[int] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            box = event.region().boundingRect()
            self.areas.append(box.width() * box.height())
        return False


def fill(room):
    room.feed("f")
    room.feed("gone", FeedState.LOST, last_message=room.clock.now() - HOUR)
    room.read("water.pressure", 0.31)
    room.read("air.pm25", 160.0, 4 * HOUR)
    room.read("cloud.cpu", 81.0)
    room.read("weather.temp", 21.5, HOUR, feed="gone")


def test_items_say_what_is_shown_with_age_state_and_level(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context())
        items = by_key(panel)
        assert len(items) == len(room.catalog.indicators)
        live = items["reading/cloud.cpu/320800"]
        assert (live.value, live.unit, live.age, live.freshness) == (81.0, "%", 0.0, "live")
        assert (live.level, live.world, live.source) == ("yellow", "demo", "f")
        late = items["reading/air.pm25/320800"]
        assert (late.freshness, late.mode, late.age) == ("late", "late", 14_400.0)
        cached = items["reading/weather.temp/320800"]
        assert (cached.freshness, cached.age) == ("cached", 3600.0)
        none = items["reading/water.turbidity/320800"]
        assert (none.value, none.age, none.freshness) == (None, None, "none")

    run(scenario())


def test_the_unit_is_of_the_language_of_the_window(room, run):
    async def scenario():
        room.feed("f")
        key = room.read("pop.resident", 455.0)
        for lang, unit in (("zh_CN", "万人"), ("en", "10k people")):
            panel = await room.opened("indicators", room.context(lang=lang))
            item = by_key(panel)[key]
            assert (item.value, item.unit) == (455.0, unit)
            assert sentence(panel.context, panel.views[key]) == f"455.0 {unit}"

    run(scenario())


def test_filters_show_what_they_count(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context())
        QTest.keyClick(panel, Qt.Key.Key_2)
        assert panel.filter is Filter.OVER
        codes = [entry.split("/")[1] for entry in panel.entries if not entry.startswith("#")]
        assert set(codes) == {"air.pm25", "cloud.cpu"}
        counts = panel.counts()
        assert len(codes) == counts.over_total + counts.stale_over
        QTest.keyClick(panel, Qt.Key.Key_3)
        shown = sum(not entry.startswith("#") for entry in panel.entries)
        assert shown == counts.late + counts.cached + counts.none

    run(scenario())


def test_keys_move_over_rows_and_never_onto_a_heading(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context(), (460, 600))
        for _ in range(5):
            QTest.keyClick(panel, Qt.Key.Key_J)
            assert panel.is_row(panel.current)
        rows = [index for index in range(len(panel.entries)) if panel.is_row(index)]
        assert panel.current == rows[4]
        chosen = panel.context.selection[Subject.INDICATOR]
        assert chosen == panel.entries[rows[4]]
        QTest.keyClick(panel, Qt.Key.Key_End)
        assert panel.current == rows[-1] and panel.is_whole(panel.current)
        QTest.keyClick(panel, Qt.Key.Key_Home)
        assert panel.current == rows[0]

    run(scenario())


def test_a_new_value_repaints_its_row_only(room, run, application):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context())
        application.processEvents()
        first = next(entry for entry in panel.entries if not entry.startswith("#"))
        code = first.split("/")[1]
        room.read(code, 12.0, age_ms=DAY // 2)
        room.bridge.drain()
        application.processEvents()
        watch = PaintWatch()
        panel.installEventFilter(watch)
        room.read(code, 13.0, age_ms=DAY // 4)
        room.bridge.drain()
        application.processEvents()
        assert watch.areas, "the row was painted"
        assert max(watch.areas) < panel.width() * panel.height() / 6
        assert by_key(panel)[first].value == 13.0
        panel.removeEventFilter(watch)

    run(scenario())


def test_the_wall_picks_what_stands_out_and_counts_the_rest(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context("hall"), (2400, 1000))
        items = panel.items()
        assert [item.key.split("/")[1] for item in items[:2]] == ["air.pm25", "cloud.cpu"] or (
            items[0].level in ("red", "orange", "yellow")
        )
        assert panel.rest.total + len(items) == len(room.catalog.indicators)
        assert "无数据" in panel._rest_text()

    run(scenario())


def test_only_whole_rows_are_painted_and_the_foot_counts_the_rest(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context(), (460, 613))
        drawn = []
        paint_row = panel.paint_row
        panel.paint_row = lambda painter, rect, index: (
            drawn.append((index, rect)),
            paint_row(painter, rect, index),
        )
        panel.grab()
        window = panel.list_rect
        rows = sum(panel.is_row(index) for index, _ in drawn)
        assert rows and all(box.bottom() <= window.bottom() + 0.5 for _, box in drawn)
        total = sum(panel.is_row(index) for index in range(len(panel.entries)))
        assert panel.hidden == total - rows == total - sum(item.visible for item in panel.items())
        assert panel._rest_text() == ""  # so that the foot says how many more
        for distance in (7.0, 50.0, 333.3, 1e9):
            panel.scroll_to(distance)
            drawn.clear()
            panel.grab()
            assert min(box.y() for _, box in drawn) == window.y(), "a row begins at the top"
            assert max(box.bottom() for _, box in drawn) <= window.bottom() + 0.5
        assert drawn[-1][0] == len(panel.entries) - 1, "the end can be reached"

    run(scenario())


def test_small_moves_of_the_pointer_add_up_to_a_row(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context(), (460, 600))
        seen = set()
        for _ in range(12):
            panel.scroll_to(panel._aim + 4.0)
            seen.add(panel.offset)
        assert len(seen) >= 2 and panel.offset >= 48.0
        assert seen <= {place.y() for place in panel.places}
        for _ in range(12):
            panel.scroll_to(panel._aim - 4.0)
        assert panel.offset == 0.0

    run(scenario())


def test_an_age_is_not_cut(room, run, monkeypatch):
    async def scenario():
        room.feed("f")
        room.read("cloud.cpu", 81.0, 800 * DAY)
        room.read("pop.resident", 455.0, 198 * DAY)
        panel = await room.opened("indicators", room.context(), (470, 600))
        drawn = []
        draw_in = lettering.draw_in

        def watch(painter, theme, rect, text, *rest, **more):
            drawn.append(text)
            return draw_in(painter, theme, rect, text, *rest, **more)

        monkeypatch.setattr(lettering, "draw_in", watch)
        panel.set_filter(Filter.ALL)
        for code in ("cloud.cpu", "pop.resident"):
            index = panel._places[f"reading/{code}/320800"]
            panel.choose(index)
            panel.grab()
            age = age_text(panel.context, panel.views[panel.entries[index]], panel._now)
            assert age in drawn, drawn
        assert age == "按年，2025年"

    run(scenario())


def test_an_empty_filter_says_so_in_words(room, run):
    async def scenario():
        room.feed("f")
        room.read("water.turbidity", 0.1)
        panel = await room.opened("indicators", room.context())
        panel.set_filter(Filter.OVER)
        assert panel.entries == []
        assert panel.items() == []
        assert not panel.grab().isNull()

    run(scenario())


def test_counts_follow_each_value_and_equal_a_new_count(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context())
        for value in (96.0, 20.0, 81.0):
            room.read("cloud.cpu", value)
            room.bridge.drain()
            items = panel.items()
            fresh = sum(item.freshness == "live" for item in items)
            over = sum(item.freshness == "live" and item.level in LEVELS for item in items)
            counts = panel.counts()
            assert (counts.total, counts.fresh, counts.over_total) == (len(items), fresh, over)

    run(scenario())


def test_a_filtered_list_follows_within_a_second_and_not_each_frame(room, run):
    async def scenario():
        fill(room)
        panel = await room.opened("indicators", room.context())
        panel.set_filter(Filter.OVER)
        assert "reading/cloud.cpu/320800" in panel.entries
        room.read("cloud.cpu", 20.0)
        room.bridge.drain()
        assert "reading/cloud.cpu/320800" in panel.entries
        assert by_key(panel)["reading/cloud.cpu/320800"].value == 20.0
        room.clock.advance(1000)
        room.bridge.tick.emit()
        room.bridge.drain()
        assert "reading/cloud.cpu/320800" not in panel.entries

    run(scenario())


def test_a_tick_repaints_only_what_reads_otherwise(room, run, application):
    async def scenario():
        room.feed("f")
        quick = next(item for item in room.catalog.indicators if item.period_ms == HOUR)
        panel = await room.opened("indicators", room.context(), (900, 2000), bureau=quick.bureau)
        room.read(quick.code, 1.0, age_ms=5 * MINUTE)
        room.bridge.drain()
        application.processEvents()
        watch = PaintWatch()
        panel.installEventFilter(watch)
        room.clock.advance(1000)
        room.bridge.tick.emit()
        room.bridge.drain()
        application.processEvents()
        assert not watch.areas, "its age is said in minutes"
        room.clock.advance(MINUTE)
        room.bridge.tick.emit()
        room.bridge.drain()
        application.processEvents()
        assert watch.areas
        panel.removeEventFilter(watch)

    run(scenario())
