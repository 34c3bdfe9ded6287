"""The panels of sensing devices: counted, listed, one in full, and how densely stations stand."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.catalog import HOUR, MINUTE
from app.core.condition import Condition, DeviceCondition
from app.core.directory import Device
from app.core.message import message
from app.core.model import DeviceState, DeviceStatus
from app.live.device_book import device_key
from app.live.hub import Kind
from app.rules.availability import CODE
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import by_key
from widgets.panels._devices import rate_text
from widgets.selection import Subject

RAIN = "rain_gauge"


def tell(room, found: dict[str, Condition], rest: Condition = Condition.ONLINE) -> None:
    """The conditions of all devices: those named, and the rest."""
    for device in room.city.devices:
        condition = found.get(device.id, rest)
        word = message("device.why.fault_mode", fault="stuck")
        word = word if condition is Condition.FAULT else message(f"device.why.{condition.value}")
        if condition is Condition.LOST:
            word = message(word.id, minutes="43", period="1")
        since = NOW - 43 * MINUTE
        room.picture.conditions[device.id] = DeviceCondition(condition, since, word)
    room.hub.publish(Kind.DEVICE, [device.id for device in room.city.devices])


def of_kind(room, kind: str) -> list[Device]:
    return [device for device in room.city.devices if device.kind == kind]


def test_they_are_counted_by_what_they_are_of_what_is_fitted(room, run):
    async def scenario():
        empty = room.open("devices", room.context(), (700, 500))
        assert empty.items() == []
        rain = of_kind(room, RAIN)
        tell(room, {rain[0].id: Condition.FAULT, rain[1].id: Condition.LOST})
        panel = room.open("devices", room.context(), (700, 500))
        first = panel.fleet.groups[0]
        assert (first.code, first.usable, first.fitted) == (RAIN, 94, 96)
        item = by_key(panel)[f"devices/available/kind/{RAIN}"]
        assert item.value == 97.9
        assert item.label == "翻斗式雨量计: 故障 1，失联 1"
        assert panel.notes_left()[0].text == "配备 1,850 台，可用率 99.9 %"

    run(scenario())


def test_b_counts_by_bureau_district_and_domain(room, run):
    async def scenario():
        tell(room, {})
        panel = room.open("devices", room.context(), (700, 500))
        seen = []
        for _ in range(4):
            seen.append((panel.by.value, panel.notes_right()[0].text, len(panel.fleet.groups)))
            QTest.keyClick(panel, Qt.Key.Key_B)
        assert [word for _, word, _ in seen] == ["按种类", "按部门", "按区县", "按领域"]
        assert panel.by == "kind"
        assert sum(group.fitted for group in panel.fleet.groups) == len(room.city.devices)

    run(scenario())


def test_behind_a_cut_line_they_are_told_apart(room, run):
    async def scenario():
        rain = of_kind(room, RAIN)
        tell(room, {device.id: Condition.UNREACHABLE for device in rain})
        panel = room.open("devices", room.context(), (700, 500))
        group = next(group for group in panel.fleet.groups if group.code == RAIN)
        assert rate_text(group) == "—" or group.rate is None
        assert panel.notes_right()[1].text == "线路中断 96 台，不计入"
        assert by_key(panel)[f"devices/available/kind/{RAIN}"].value is None

    run(scenario())


def test_the_list_is_of_the_chosen_group_the_gravest_first(room, run):
    async def scenario():
        rain = of_kind(room, RAIN)
        tell(room, {rain[5].id: Condition.LOST, rain[9].id: Condition.FAULT})
        context = room.context()
        context.selection.choose(Subject.DEVICES, f"kind:{RAIN}")
        panel = room.open("device-list", context, (1100, 500))
        assert panel.title() == "翻斗式雨量计"
        assert [entry.device.id for entry in panel.entries[:2]] == [rain[9].id, rain[5].id]
        assert len(panel.entries) == 96
        row = panel.entries[0]
        assert panel.cell(row, "condition") == "故障"
        assert panel.cell(row, "why") == "设备自报读数卡滞"
        assert panel.cell(panel.entries[1], "why") == "43 分钟没有数据，应每 1 分钟一次"
        assert panel.cell(row, "period") == "1 分"
        QTest.keyClick(panel, Qt.Key.Key_C)
        assert [entry.device.id for entry in panel.entries] == [rain[9].id]
        context.selection.choose(Subject.DEVICES, "bureau:fire")
        room.bridge.drain()
        assert panel.condition is None and panel.title() == "市消防支队"

    run(scenario())


def test_the_list_says_how_available_they_were(room, run):
    async def scenario():
        tell(room, {})
        panel = await room.opened("device-list", room.context(), (1100, 500))
        assert panel.notes_right() == []
        hours = {NOW - hour * HOUR: 98.0 if hour <= 24 else 90.0 for hour in range(1, 47)}
        room.remember(CODE, hours)
        panel = await room.opened("device-list", room.context(), (1100, 500))
        day, month = panel.past
        assert round(day, 1) == 98.0 and round(month, 1) == 94.2
        assert panel.notes_right()[0].text.startswith("可用率 近一天 98.0 %")

    run(scenario())


def test_f_finds_by_a_part_of_the_name_or_the_id(room, run):
    async def scenario():
        tell(room, {})
        panel = room.open("device-list", room.context(), (1100, 500))
        assert len(panel.entries) == len(room.city.devices)
        QTest.keyClick(panel, Qt.Key.Key_F)
        QTest.keyClicks(panel, "gauge-0007")
        assert {entry.device.foreign_id for entry in panel.entries} == {"rain-gauge-0007"}
        assert panel.notes_left()[-1].text == "查找：gauge-0007"
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert len(panel.entries) == len(room.city.devices)
        QTest.keyClick(panel, Qt.Key.Key_F)
        QTest.keyClicks(panel, "zzz")
        assert panel.entries == []

    run(scenario())


def test_the_card_says_how_it_is_and_where(room, run):
    async def scenario():
        gauge = of_kind(room, RAIN)[3]
        tell(room, {gauge.id: Condition.LOST})
        context = room.context()
        panel = room.open("device", context, (440, 700))
        assert panel.device.id == gauge.id, "the gravest, where none is chosen"
        assert panel.sentence() == "失联 43 分：43 分钟没有数据，应每 1 分钟一次"
        other = of_kind(room, "ponding_meter")[0]
        room.feed("f")
        kind = next(kind for kind in room.city.device_kinds if kind.code == other.kind)
        key = device_key(other, kind)
        room.bring(DeviceStatus(other.id, NOW - MINUTE, DeviceState.ONLINE, battery=0.62))
        context.selection.choose(Subject.DEVICE, other.id)
        room.bridge.drain()
        lines = {line.name: line for line in panel.lines()}
        assert panel.sentence() == "在线：按期有数据"
        assert lines["电量"].text == "62 %"
        assert lines["设备自报"].text == "在线"
        assert lines["应报周期"].note == "超过 15 分算失联"
        assert lines["通讯协议"].text == "NB-IoT"
        assert lines["编号"].text == other.id and key not in room.picture.readings
        assert "泥污遮挡" in lines["常见故障"].text
        assert by_key(panel)[f"device/{other.id}"].value == panel.sentence()

    run(scenario())


def test_a_station_that_fails_makes_its_districts_gap_wider(room, run):
    async def scenario():
        tell(room, {})
        panel = await room.opened("coverage", room.context(), (900, 400))
        before = {row.found.region: row.found for row in panel.rows}
        assert len(before) == 7
        assert sum(found.stations for found in before.values()) == 42
        assert panel.notes_left()[0].text == "7 个区县有相邻站间距超过 5 km"
        gone = "320830"
        stations = [d for d in of_kind(room, "weather_auto") if d.region == gone]
        tell(room, {device.id: Condition.LOST for device in stations})
        room.clock.advance(2 * MINUTE)
        room.bridge.drain()
        await room.settled(panel)
        after = {row.found.region: row.found for row in panel.rows}
        assert after[gone].working == 0 and after[gone].gap.km > before[gone].gap.km
        assert by_key(panel)[f"coverage/weather_auto/{gone}"].unit == "km"

    run(scenario())


def test_no_station_no_figure(room, run):
    async def scenario():
        panel = await room.opened("coverage", room.context(), (900, 400), station="no_such")
        assert panel.items() == [] and panel.rows == []

    run(scenario())
