"""The league table, two districts, the digital base: what they show of given values."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import HOUR
from app.core.health import FeedState
from app.core.keys import reading_key
from app.core.model import Level, Reading
from app.live.map_names import LayerName, RegionPlace
from app.live.map_state import LayerChoice
from tests.helpers.seat import NOW, REGION
from tests.qt.panels.conftest import by_key
from widgets.panels._on_map import code_on_map
from widgets.selection import Subject

AIR, CALLS = "air.aqi", "event.hotline_calls"


def districts(room):
    return [code for code in room.catalog.regions if code != REGION]


def tell(room, code, values, at=NOW):
    """Values of the first districts, in the order of the catalogue."""
    pairs = zip(districts(room), values, strict=False)
    keys = [(reading_key(code, region), value) for region, value in pairs]
    found = [(key, Reading(key, value, at)) for key, value in keys]
    room.picture.apply_readings("f", NOW, found)
    return [key for key, _ in keys]


def test_every_district_is_listed_with_its_rank(room, run):
    async def scenario():
        room.feed("f")
        tell(room, AIR, [60.0, 80.0, 80.0, 40.0])
        panel = room.open("league", room.context(), (900, 500))
        assert panel.code == AIR and panel.title().startswith("各区县")
        ranks = [(place.rank, place.view.value) for place in panel.table.places]
        assert ranks[:4] == [(1, 80.0), (1, 80.0), (3, 60.0), (4, 40.0)]
        assert ranks[4:] == [(None, None)] * (len(districts(room)) - 4)
        assert [note.text for note in panel.notes_left()] == ["高为差，由差到好"]
        assert [note.text for note in panel.notes_right()] == ["4 个地区无数据"]
        assert {item.value for item in panel.items()} == {80, 60, 40, None}
        await room.settled(panel)

    run(scenario())


def test_a_total_wears_no_level_and_is_ordered_by_size(room, run):
    async def scenario():
        room.feed("f")
        limits = room.catalog.quantities[CALLS].thresholds
        keys = tell(room, CALLS, [limits.red or 9e3, 10.0])
        panel = room.open("league", room.context(), (900, 500), code=CALLS)
        assert all(place.view.level is Level.NONE for place in panel.table.places)
        assert [note.text for note in panel.notes_left()] == ["由大到小"]
        assert by_key(panel)[keys[0]].label.startswith("清江浦 ")
        await room.settled(panel)

    run(scenario())


def test_against_yesterday_as_far_as_the_store_knows(room, run):
    async def scenario():
        room.feed("f")
        keys = tell(room, AIR, [60.0, 80.0])
        room.remember(AIR, {NOW - 24 * HOUR: 54.0}, districts(room)[0])
        panel = await room.opened("league", room.context(), (900, 500), code=AIR)
        changes = {p.view.key: panel.change_of(p.view) for p in panel.table.ranked}
        assert changes == {keys[0]: "↑ 6", keys[1]: ""}
        assert "change" in [column.name for column in panel.shown_columns()]

    run(scenario())


def test_keys_choose_the_indicator_and_mark_two_districts(room, run):
    async def scenario():
        room.feed("f")
        tell(room, AIR, [60.0, 80.0])
        tell(room, CALLS, [10.0, 20.0])
        context = room.context()
        panel = room.open("league", context, (900, 500))
        first = panel.code
        QTest.keyClick(panel, Qt.Key.Key_Right)
        assert {first, panel.code} == {AIR, CALLS}
        for _ in range(2):
            QTest.keyClick(panel, Qt.Key.Key_J)
            QTest.keyClick(panel, Qt.Key.Key_Space)
        assert context.selection[Subject.DISTRICTS].split() == panel.marked
        beside = room.open("districts", context, (900, 500))
        assert beside.regions == tuple(panel.marked)
        assert {pair.code: abs(pair.apart) for pair in beside.pairs} == {AIR: 20.0, CALLS: 10.0}
        await room.settled(panel)

    run(scenario())


def test_the_table_follows_the_indicator_that_is_looked_at(room, run):
    async def scenario():
        room.feed("f")
        tell(room, AIR, [60.0, 80.0])
        tell(room, CALLS, [10.0, 20.0])
        context = room.context()
        panel = room.open("league", context, (900, 500))
        for code in (CALLS, AIR):
            context.selection.choose(Subject.INDICATOR, reading_key(code, REGION))
            room.bridge.drain()
            assert panel.code == code
        await room.settled(panel)

    run(scenario())


def test_the_digital_base_shows_systems_and_every_line(room, run):
    async def scenario():
        room.feed("f")
        room.feed("gone", FeedState.LOST, lost_since=NOW - HOUR)
        room.read("cloud.cpu", 46.0)
        panel = await room.opened("digital-base", room.context(), (1300, 800))
        panel.grab()
        items = by_key(panel)
        cpu = items[f"reading/cloud.cpu/{REGION}"]
        assert (cpu.value, cpu.unit, cpu.visible) == (46.0, "%", True)
        assert [items[f"feeds/{name}"].value for name in ("total", "live", "lost")] == [2, 1, 1]
        assert [note.text for note in panel.notes_right()] == ["数据源 2，实时 1"]
        assert [block.code for block in panel.blocks][:4] == ["cloud", "data", "video", "meeting"]
        assert panel._summary() == "实时 1，断开 1"

    run(scenario())


def test_an_indicator_of_districts_is_shown_on_the_map(room, run):
    """Where the map knows the districts and two of them have a value; from the table and from the
    indicator's own page."""

    async def scenario():
        room.feed("f")
        tell(room, AIR, [60.0, 80.0])
        tell(room, CALLS, [5.0])
        names = room.seat.maps.names
        names.layers = {"choropleth": LayerName("choropleth", "色阶图", "Shades")}
        names.regions = {
            code: RegionPlace(code, region.name_zh, region.name_en)
            for code, region in room.catalog.regions.items()
        }
        room.seat.maps["second"]
        table = room.open("league", room.context(), (900, 500))
        page = room.open("history", room.context(), (1200, 700), code=AIR)
        alone = room.open("history", room.context(), (1200, 700), code=CALLS)
        page.grab()
        assert [code_on_map(table, code) for code in (AIR, CALLS, "")] == [AIR, "", ""]
        assert "M" in [hint.key for hint in page.hints()]
        assert "M" not in [hint.key for hint in alone.hints()]
        state = room.seat.maps[""]
        for panel, act in (
            (table, lambda: QTest.keyClick(table, Qt.Key.Key_M)),
            (page, lambda: QTest.mouseClick(
                page, Qt.MouseButton.LeftButton, pos=page._button.center().toPoint()
            )),
        ):  # fmt: skip
            state.layers = ()
            act()
            await room.settled(panel)
            assert state.layers == (LayerChoice("choropleth", 1.0, AIR),)
        await room.settled(alone)

    run(scenario())
