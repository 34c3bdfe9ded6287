"""The dashboard's panels on indices put down by hand: what is said, what adds up, what opens."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.core.model import AlarmKind, Freshness, Level
from app.live.briefer import Briefer
from app.live.seat import SignedOn
from tests.helpers.index_book import Indices
from tests.helpers.seat import NOW, REGION
from tests.qt.conftest import turns
from tests.qt.panels.conftest import by_key
from tests.qt.panels.test_boards import warning
from widgets.panels._index import missing_text, shares
from widgets.selection import Subject

PRESSURE = f"reading/index.pressure/{REGION}"
PARTS = [
    ("event.hotline_calls", 2.44, 86.0, 120.0),
    ("urban.ponding_points", 1.64, 3.0, 6.0),
    ("traffic.tci", 0.94, 1.33, 1.86),
    ("fire.calls", 0.51, 10.0, 14.0),
    ("hydro.outlet_level", 0.47, 2.0, 3.0),
]


@pytest.fixture
def indices(room):
    """A city whose pressure is high, the rest as on a normal day."""
    made = Indices(room.picture.indices, room.catalog.plan, REGION, NOW)
    made.calm()
    made.put("pressure", 31.3, effective=0.96)
    made.moved("pressure", 25.3, 31.3, PARTS)
    return made


def brief(room) -> None:
    Briefer(room.picture, REGION, room.hub, room.clock).renew()


def test_the_board_says_the_verdict_and_carries_its_own_moment(room, run, indices):
    async def scenario():
        brief(room)
        panel = room.open("index-board", room.context("hall"), (1824, 840))
        assert panel.title() == "城市运行压力偏高，三项平稳"
        said = by_key(panel)["verdict/sentence"]
        assert (said.value, said.age) == (panel.title(), 48.0)
        assert [item.name for item in panel.entries] == ["属性", "动力", "压力", "活力"]
        assert [item.value for item in panel.entries] == ["84.2", "86.5", "31.3", "89.9"]
        assert panel.entries[2].change == "↑ 6.0" and panel.entries[2].note == "高为差"
        assert by_key(panel)[f"{PRESSURE}/weight"].value == 96.0
        english = room.open("index-board", room.context("hall", "en"), (1824, 840))
        assert english.title() == "City: Pressure high; three steady"
        await room.settled(panel)

    run(scenario())


def test_what_is_named_and_the_rest_add_up_to_the_move_as_shown(room, run, indices):
    async def scenario():
        context = room.context()
        move = room.picture.indices.moves[PRESSURE]
        # 2.44, 1.64, 0.94 and 0.98: floors 2.4 1.6 0.9 0.9 leave 0.2 for the largest rests,
        # 0.08 of the others and (of three with 0.04) the largest, 2.44.
        found = shares(context, move, 3)
        assert [part.text for part in found] == ["+2.5", "+1.6", "+0.9", "+1.0"]
        assert found[-1].name == "其他 2 项"
        assert round(sum(part.amount for part in found), 1) == 6.0
        cards = room.open("index-cards", context, (1824, 392))
        by = {key: item.value for key, item in by_key(cards).items() if f"{PRESSURE}/by/" in key}
        assert round(sum(by.values()), 1) == 6.0 and by[f"{PRESSURE}/by/others"] == 1.0
        await room.settled(cards)

    run(scenario())


def test_what_is_not_published_says_why_and_what_is_served_is_marked(room, run, indices):
    async def scenario():
        indices.put("drive", None, effective=0.54)
        indices.put("vitality", 71.9, served=True)
        brief(room)
        panel = room.open("index-board", room.context(), (424, 400))
        drive, vitality = panel.entries[1], panel.entries[3]
        assert (drive.value, drive.why) == ("—", "有效权重 54 %，低于 60 %，不发布指数")
        assert drive.change == "" and drive.shares == ()
        assert vitality.served and not panel.entries[0].served
        await room.settled(panel)

    run(scenario())


def test_what_an_index_was_worked_out_without_is_named(room, run, indices):
    async def scenario():
        context = room.context()
        indices.crowd("pressure", over=0, live=4)
        assert missing_text(context, PRESSURE, NOW) == ""
        first, *rest = indices.parts[PRESSURE]
        late = replace(
            first, code="fire.calls", weight=0.03, freshness=Freshness.LATE, as_of=NOW - 34 * 60_000
        )
        indices.parts[PRESSURE] = (late, *rest)
        name = room.catalog.bureaus[room.catalog.quantities["fire.calls"].bureau].short_zh
        assert missing_text(context, PRESSURE, NOW) == f"缺 {name} 34 分钟，占权重 3 %"

    run(scenario())


def test_keys_open_the_index_and_the_verdict(room, run, indices):
    async def scenario():
        brief(room)
        context = room.context()
        panel = room.open("index-board", context, (424, 400))
        QTest.keyClick(panel, Qt.Key.Key_Return)
        assert context.selection[Subject.INDEX] == PRESSURE, "the verdict opens what it names"
        QTest.keyClick(panel, Qt.Key.Key_J)
        QTest.keyClick(panel, Qt.Key.Key_Return)
        assert context.selection[Subject.INDEX] == indices.key("attribute")
        cards = room.open("index-cards", room.context("cockpit"), (1824, 392))
        at = cards.card(3).center().toPoint()
        QTest.mouseClick(cards, Qt.MouseButton.LeftButton, pos=at)
        assert cards.context.selection[Subject.INDEX] == indices.key("vitality")
        await room.settled(panel)
        await room.settled(cards)

    run(scenario())


def test_the_verdict_panel_keeps_the_counts_as_its_second_line(room, run, indices):
    async def scenario():
        brief(room)
        room.feed("f")
        for quantity in room.catalog.indicators:
            best = quantity.thresholds.best
            room.read(quantity.code, best if best is not None else 1.0)
        panel = room.open("verdict", room.context("cockpit"), (1920, 72), form="line")
        assert panel.sentence() == "城市运行压力偏高，三项平稳"
        assert panel.counted() == "197 项体征平稳"
        items = by_key(panel)
        assert items["verdict/sentence"].age == 48.0
        assert items["verdict/counted"].value == "197 项体征平稳"
        await room.settled(panel)

    run(scenario())


def test_the_verdict_survives_a_thumbnail_of_the_wall(room, run, indices):
    """Scaled as the wall is to 480 px its letters are at least 5 px high, and there."""

    async def scenario():
        brief(room)
        panel = room.open("index-board", room.context("hall"), (1824, 840))
        head = panel.head_rect
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = panel.grab().toImage().scaledToWidth(round(1824 * 480 / 7680), smooth)
        picture = picture.convertToFormat(QImage.Format.Format_Grayscale8)
        low = round(head.height() * 480 / 7680)
        ground = panel.theme.panel.lightness()
        lit = [
            y
            for y in range(low)
            if any(picture.pixelColor(x, y).lightness() > ground + 60 for x in range(4, 60))
        ]
        assert lit[-1] - lit[0] + 1 >= 5
        await room.settled(panel)

    run(scenario())


def test_what_changed_most_is_listed_with_bureau_and_values(room, run, indices):
    async def scenario():
        panel = room.open("changed-most", room.context(), (700, 420))
        assert [item.part.code for item in panel.changes] == [part[0] for part in PARTS]
        assert panel._values(panel.changes[0]) == "86 → 120 件"
        panel.choose(1)
        panel.open(1)
        assert panel.context.selection[Subject.INDICATOR].startswith("reading/urban.ponding_points")
        await room.settled(panel)

    run(scenario())


def test_governance_has_four_rows_of_three_and_a_dead_value_says_so(room, run):
    async def scenario():
        room.feed("f")
        panel = room.open("governance", room.context("hall"), (1824, 840))
        assert [row[0] for row in panel.rows] == ["governance", "urban_ops", "safety", "traffic"]
        assert all(len(row) == 4 for row in panel.rows) and panel.title() == "四大治理"
        code = panel.rows[0][1]
        room.read(code, 90.0)
        room.bridge.drain()
        while panel.dirty:  # a wall is refreshed a few times a second
            await turns()
        items = {item.key.split("/")[1]: item for item in panel.items()}
        assert items[code].value == 90.0 and items[panel.rows[3][3]].value is None
        chosen = (("flood", "hydro.outlet_level"),)
        other = room.open("governance", room.context(), (900, 300), rows=chosen)
        assert other.title() == "各领域" and other.entries == ["#flood", "hydro.outlet_level"]
        await room.settled(panel)

    run(scenario())


def test_a_fact_waits_in_the_cockpit_until_the_shift_leader_released_it(room, run, indices):
    async def scenario():
        room.bring(warning("wx:1", AlarmKind.ISSUED, Level.ORANGE))
        brief(room)
        cockpit = room.open("facts", room.context("cockpit"), (1130, 420))
        desk = room.open("facts", room.context(), (424, 300))
        modes = {key: item.mode for key, item in by_key(cockpit).items()}
        assert modes == {"fact/warning:wx:1": "waiting", f"fact/index:{PRESSURE}": "waiting"}
        QTest.keyClick(desk, Qt.Key.Key_J)
        QTest.keyClick(desk, Qt.Key.Key_Space)
        await room.settled(desk)
        assert desk._said, "nobody is signed on: refused, and said"
        room.seat.person = SignedOn("DX1002", "shift_head", NOW)
        QTest.keyClick(desk, Qt.Key.Key_Space)
        await room.settled(desk)
        room.bridge.drain()
        assert by_key(cockpit)["fact/warning:wx:1"].mode == "released"
        room.bring(warning("wx:1", AlarmKind.ISSUED, Level.RED, revision=1))
        brief(room)
        room.bridge.drain()
        assert by_key(cockpit)["fact/warning:wx:1"].mode == "waiting", "another sentence"
        QTest.keyClick(cockpit, Qt.Key.Key_J)
        QTest.keyClick(cockpit, Qt.Key.Key_Space)
        await room.settled(cockpit)
        assert by_key(cockpit)["fact/warning:wx:1"].mode == "waiting", "the cockpit only reads"
        spot = cockpit.place_of(1).center()
        assert cockpit.at(QPointF(spot)) == 1
        QTest.mouseClick(cockpit, Qt.MouseButton.LeftButton, pos=spot.toPoint())
        assert cockpit.context.selection[Subject.INDEX] == PRESSURE

    run(scenario())


def test_no_card_is_left_out_where_four_have_no_room_side_by_side(room, run, indices):
    async def scenario():
        cards = room.open("index-cards", room.context("cockpit"), (1824, 392))
        assert len({cards.card(place).y() for place in range(4)}) == 1
        await room.settled(cards)
        for size in ((700, 300), (420, 240)):
            narrow = room.open("index-cards", room.context("cockpit"), size)
            boxes = [narrow.card(place).toRect() for place in range(4)]
            assert all(narrow.rect().contains(box) for box in boxes), size
            assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b), size
            await room.settled(narrow)

    run(scenario())


def test_a_touch_opens_in_the_cockpit_a_click_only_chooses_at_a_desk(room, run, indices):
    async def scenario():
        for seat, opened in (("cockpit", True), ("desk", False)):
            panel = room.open(
                "contributions", room.context(seat), (900, 600), index="index.pressure"
            )
            at = panel.place_of(0).center().toPoint()
            QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=at)
            assert bool(panel.opened) is opened, seat
            await room.settled(panel)

    run(scenario())
