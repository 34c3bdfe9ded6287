"""The theme board and the list of themes: sentence, counts, districts, the way in."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import HOUR, MINUTE
from app.core.index import IndexMove, IndexResult
from app.core.keys import reading_key
from app.core.model import AlarmKind, Event, Level, Origin, Reading, Urgency, Warning
from tests.helpers.seat import NOW, REGION
from tests.qt.panels.conftest import by_key
from widgets.selection import Subject

INDEX = f"reading/index.theme.flood/{REGION}"


def index(room, value, effective=0.96):
    """An index of the flood theme as the engine leaves it."""
    shown = value if effective >= 0.6 else None
    room.picture.indices.plan = room.catalog.plan
    room.picture.indices.results[INDEX] = IndexResult(
        "index.theme.flood", INDEX, NOW, shown, value, effective, effective, NOW, "v", 12
    )
    if shown is not None:
        room.picture.own.add("index:v")
        reading = Reading(INDEX, value, NOW, valid_to=NOW - MINUTE, origin=Origin.COMPUTED)
        room.picture.apply_readings("index:v", NOW, [(INDEX, reading)])


def fill(room):
    """All indicators of the flood theme: two over their limits, one late, two never heard."""
    room.feed("f")
    codes = [item.code for item in room.catalog.indicators if item.theme == "flood"]
    for number, code in enumerate(codes[:-2]):
        quantity = room.catalog.quantities[code]
        over = quantity.thresholds.yellow if number < 2 else quantity.thresholds.best
        late = 3 * (quantity.period_ms + quantity.lag_ms) + HOUR if number == 2 else 0
        room.read(code, over if over is not None else 0.0, late)
    return codes


def test_the_board_says_by_rule_what_is_so(room, run):
    async def scenario():
        codes = fill(room)
        index(room, 71.9)
        room.picture.indices.moves[INDEX] = IndexMove(
            "index.theme.flood", INDEX, NOW, NOW, 70.8, 71.9, 1.0, "v", ()
        )
        panel = room.open("theme-board", room.context(), (1200, 620), theme="flood")
        items = by_key(panel)
        worst = panel.context.label(panel.views[panel.entries[0]])
        steady = len(codes) - 5
        said = f"{worst}等 2 项越限，{steady} 项平稳，1 项不是最新，2 项无数据"
        assert items["theme/flood"].value == said
        assert (items[INDEX].value, items[INDEX].unit, items[INDEX].age) == (71.9, "分", 60.0)
        assert len(panel.entries) == len(codes) and len(panel.painted()) > 5
        assert [note.text for note in panel.notes_left()] == ["牵头 市水利局"]
        await room.settled(panel)
        assert not panel.grab().isNull()

    run(scenario())


def test_an_index_that_is_not_published_says_why(room, run):
    async def scenario():
        fill(room)
        index(room, 71.9, effective=0.54)
        panel = room.open("themes", room.context(), (1300, 900))
        flood = next(theme for theme in panel._themes if theme.code == "flood")
        assert panel._tile(flood).note == "有效权重 54 %，低于 60 %，不发布指数"
        assert panel._tile(flood).value == "" and panel._tile(flood).level is Level.YELLOW
        await room.settled(panel)

    run(scenario())


def test_what_is_open_at_the_bureaus_is_counted(room, run):
    async def scenario():
        room.feed("f")
        key = reading_key("hydro.hongze_level", REGION)
        room.bring(
            Warning("l:1", AlarmKind.LIMIT, Level.YELLOW, "水位", NOW, NOW, key=key),
            Warning("t:1", AlarmKind.TARGET, Level.NONE, "目标", NOW, NOW, key=key),
            Event("e:1", "X", NOW, NOW, urgency=Urgency.URGENT, bureau="water"),
            Event("e:2", "X", NOW, NOW, bureau="culture"),
        )
        panel = room.open("theme-board", room.context(), theme="flood")
        notes = [note.text for note in panel.notes_right()]
        assert notes == ["未结事件 1", "未达标 1", "预警 1"]
        await room.settled(panel)

    run(scenario())


def test_the_districts_stand_beside_the_values(room, run):
    async def scenario():
        room.feed("f")
        regions = [code for code in room.catalog.regions if code != REGION]
        keys = [reading_key("hydro.city_river", region) for region in regions[:3]]
        found = [(key, Reading(key, 5.0 + n, NOW)) for n, key in enumerate(keys)]
        room.picture.apply_readings("f", NOW, found)
        panel = room.open("theme-board", room.context(), (1200, 620), theme="flood")
        places = panel.districts.places
        assert [place.rank for place in places] == [1, 2, 3, *[None] * (len(regions) - 3)]
        assert sum(key in by_key(panel) for key in keys) == 3
        narrow = room.open("theme-board", room.context(), (500, 620), theme="flood")
        assert not by_key(narrow)[keys[0]].visible
        await room.settled(panel)
        await room.settled(narrow)

    run(scenario())


def test_every_theme_has_a_cell_and_enter_opens_it(room, run):
    async def scenario():
        fill(room)
        room.seat.scenes = ("overview", "theme")
        panel = await room.opened("themes", room.context(), (1300, 900))
        assert panel.entries[:2] == [
            "pillar",
            next(t for t in room.city.themes if t.code == "governance"),
        ]
        assert len(panel._themes) == len(room.city.themes) == 27
        QTest.keyClick(panel, Qt.Key.Key_J)
        assert panel.context.selection[Subject.THEME] == "governance"
        QTest.keyClick(panel, Qt.Key.Key_Return)
        await room.settled(panel)
        assert room.seat.scene.startswith("theme")

    run(scenario())


def test_the_wall_says_what_it_does_not_list(room, run):
    async def scenario():
        fill(room)
        panel = room.open("themes", room.context("hall"), (3700, 1000))
        hidden = len(panel._themes) - sum(panel.is_row(n) for n in panel.painted())
        assert panel.as_rows and hidden > 0
        shown = {panel.entries[n].code for n in panel.painted() if panel.is_row(n)}
        over = "" if "flood" in shown else "，其中 1 个有越限"
        assert panel.rest_text() == f"另有 {hidden} 个主题未列{over}"
        pillars = room.open("themes", room.context("hall"), (1872, 820), kinds=("pillar",))
        assert pillars.title() == "四大治理" and pillars.rest_text() == ""
        assert len(pillars.painted()) == 4
        await room.settled(panel)
        await room.settled(pillars)

    run(scenario())


def test_the_board_follows_the_theme_that_is_looked_at(room, run):
    async def scenario():
        fill(room)
        context = room.context()
        panel = room.open("theme-board", context, (1200, 620))
        assert panel.title() == "大综治（社会治理）"
        context.selection.choose(Subject.THEME, "flood")
        room.bridge.drain()
        assert panel.title() == "水利防汛" and set(panel.views) == set(panel.entries)
        assert context.selection[Subject.INDICATOR] in panel.views
        await room.settled(panel)

    run(scenario())


def test_a_city_without_themes_says_so(room, run):
    async def scenario():
        room.city = msgspec.structs.replace(room.city, themes=[])
        for kind in ("themes", "theme-board"):
            panel = room.open(kind, room.context(), (600, 400))
            assert not panel.grab().isNull() and panel.items() == []
            await room.settled(panel)

    run(scenario())
