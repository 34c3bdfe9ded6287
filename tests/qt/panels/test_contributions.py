"""From an index to the record behind it with three Enters, and amounts that add up."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import DAY, HOUR
from app.core.index import Contribution, IndexMove, IndexResult
from app.core.keys import reading_key
from app.live.hub import Kind
from tests.helpers.seat import NOW, REGION
from tests.qt.panels.conftest import by_key
from widgets.selection import Subject

PRESSURE = reading_key("index.pressure", REGION)
CALLS = "event.hotline_calls"


def part(room, code, amount, by_value=None):
    by_value = amount if by_value is None else by_value
    return Contribution(code, reading_key(code, REGION), amount, by_value, 90.0, 140.0)


def moved(room, parts):
    """The pressure index moved by these parts since yesterday."""
    total = sum(item.amount for item in parts)
    move = IndexMove("index.pressure", PRESSURE, NOW - DAY, NOW, 60.0, 60.0 + total, 1.0, "v1",
                     tuple(parts))  # fmt: skip
    result = IndexResult("index.pressure", PRESSURE, NOW, 60.0 + total, 40.0, 0.96, 0.9, NOW, "v1",
                         len(parts))  # fmt: skip
    room.picture.indices.moves[PRESSURE] = move
    room.picture.indices.results[PRESSURE] = result
    room.hub.publish(Kind.INDEX, (PRESSURE,))


def members(room):
    """The hotline's calls, another indicator of its bureau, one of another bureau."""
    catalog = room.catalog
    codes = [member.code for member in catalog.plan.specs["index.pressure"].members]
    bureau = catalog.quantities[CALLS].bureau
    other = next(code for code in codes if catalog.quantities[code].bureau != bureau)
    return CALLS, other, bureau


def test_three_enters_from_the_index_to_its_record(room, run):
    async def scenario():
        room.feed("f")
        calls, other, bureau = members(room)
        room.remember(calls, {NOW - 3 * HOUR: 90.0, NOW - 2 * HOUR: 120.0, NOW - HOUR: 140.0})
        room.read(calls, 140.0, age_ms=HOUR)
        moved(room, [part(room, calls, 6.34), part(room, other, -0.34)])
        context = room.context()
        indices = room.open("index-list", context, (432, 900))
        moves = room.open("contributions", context, (800, 600))
        records = room.open("raw-records", context, (472, 600))
        place = indices.keys.index(PRESSURE)
        indices.choose(place)
        QTest.keyClick(indices, Qt.Key.Key_Return)
        room.bridge.drain()
        assert moves.title() == "压力比昨日 +6.0，从哪来"
        assert moves.rows[0].group.bureau == bureau
        QTest.keyClick(moves, Qt.Key.Key_J)
        QTest.keyClick(moves, Qt.Key.Key_Return)  # the bureau opens
        QTest.keyClick(moves, Qt.Key.Key_J)
        QTest.keyClick(moves, Qt.Key.Key_Return)  # the indicator's record is shown
        room.bridge.drain()
        await room.settled(records)
        assert context.selection[Subject.INDICATOR] == reading_key(calls, REGION)
        assert [held.reading.value for held in records.held] == [140.0, 120.0, 90.0]
        assert [records.is_used(held) for held in records.held] == [True, False, False]
        first = records.items()[0]
        assert (first.value, first.unit, first.observed) == (
            140.0,
            "件",
            "2026-07-17T05:03:22.000Z",
        )

    run(scenario())


def test_the_rows_add_up_to_the_title_and_lost_data_is_told_apart(room, run):
    async def scenario():
        calls, other, _ = members(room)
        moved(room, [part(room, calls, 1.26, 0.86), part(room, other, 0.46)])
        context = room.context()
        context.selection.choose(Subject.INDEX, PRESSURE)
        panel = room.open("contributions", context, (900, 500))
        amounts = [item.value for item in panel.items()]
        assert amounts == [1.3, 0.4]  # of 1.26 + 0.46 = 1.72
        assert panel.account.amount == 1.7 and "+1.7" in panel.title()
        assert panel.account.by_count == 0.4
        assert "+0.4 因数据缺失或补到" in panel._note(panel.rows[0])

    run(scenario())


def test_an_index_that_is_not_published_says_why(room, run):
    async def scenario():
        room.picture.indices.results[PRESSURE] = IndexResult(
            "index.pressure", PRESSURE, NOW, None, 40.0, 0.54, 0.5, NOW, "v1", 84
        )
        context = room.context()
        context.selection.choose(Subject.INDEX, PRESSURE)
        panel = room.open("contributions", context)
        assert panel._why()[0] == "有效权重 54 %，低于 60 %，不发布指数。"
        assert panel.items() == []

    run(scenario())


def test_an_index_of_indices_opens_into_one_of_them_and_escape_goes_back(room, run):
    async def scenario():
        calls, _, _ = members(room)
        moved(room, [part(room, calls, 1.0)])
        city = reading_key("index.city", REGION)
        room.picture.indices.moves[city] = IndexMove(
            "index.city", city, NOW - DAY, NOW, 80.0, 79.0, 1.0, "v1",
            (Contribution("index.pressure", PRESSURE, -1.0, -1.0, 60.0, 61.0),),
        )  # fmt: skip
        context = room.context()
        panel = room.open("contributions", context)
        assert panel.key == city
        panel.choose(0)
        QTest.keyClick(panel, Qt.Key.Key_Return)
        room.bridge.drain()
        assert panel.key == PRESSURE
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        room.bridge.drain()
        assert panel.key == city

    run(scenario())


def test_the_list_of_indices_shows_each_with_its_weight(room, run):
    async def scenario():
        calls, _, _ = members(room)
        moved(room, [part(room, calls, 1.0)])
        room.picture.own.add("index:v1")
        room.read("index.pressure", 61.0, feed="index:v1")
        panel = room.open("index-list", room.context(), (432, 900))
        items = by_key(panel)
        assert items[PRESSURE].value == 61.0 and items[PRESSURE].unit == "分"
        assert next(iter(items)) == reading_key("index.city", REGION)
        assert len(items) == len(room.catalog.plan.specs)

    run(scenario())
