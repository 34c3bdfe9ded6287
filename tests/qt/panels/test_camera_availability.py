"""How many cameras are there and were: by group, without hours that nobody counted."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.city import City
from app.core.catalog import DAY, HOUR, MINUTE
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Reading, Segment
from app.live.video_names import CameraNames
from app.rules.camera_availability import SOURCE, camera_availability_key
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import Room

THIS_HOUR = NOW // HOUR * HOUR


@pytest.fixture
def desk(room: Room, city: City) -> Room:
    """Four cameras of two districts, three of which a platform has told of lately."""
    cameras = [
        Camera(f"demo-video:a{n}", f"{n}号", "", "320812" if n < 3 else "320803", 119.0, 33.5)
        for n in range(4)
    ]
    room.seat.videos.cameras = CameraNames(cameras)
    room.bring(
        DeviceStatus("demo-video:a0", NOW - 60_000, DeviceState.ONLINE),
        DeviceStatus("demo-video:a1", NOW - 60_000, DeviceState.OFFLINE),
        DeviceStatus("demo-video:a2", NOW - 20 * MINUTE, DeviceState.ONLINE),  # too long ago
        DeviceStatus("demo-video:a3", NOW - 60_000, DeviceState.ONLINE),
    )
    return room


def keep(room: Room, key: str, values: dict[int, float]) -> None:
    """Hours as they were counted: by how many hours ago."""
    readings = [
        Reading(key, value, THIS_HOUR - ago * HOUR + 59 * MINUTE) for ago, value in values.items()
    ]
    wanted = room.store.recorder.counts.written + len(readings)
    room.store.recorder.submit([Segment(SOURCE, NOW, readings)], [])
    while room.store.recorder.counts.written < wanted:
        room.store.upkeep()


async def opened(room: Room, width: int = 620, **options: Any) -> Any:
    return await room.opened("camera-availability", room.context(), (width, 400), **options)


def told(panel: Any) -> dict[str, str]:
    return {item.label: item.value for item in panel.items()}


async def test_now_and_the_hours_that_were_counted(desk: Room, city: City) -> None:
    # Of the day 3 hours were counted, of the week 4, of the thirty days 5.
    hours = {1: 90.0, 2: 80.0, 5: 100.0, 3 * 24: 50.0, 20 * 24: 10.0, 40 * 24: 0.0}
    keep(desk, camera_availability_key(city.config.code), hours)
    keep(desk, camera_availability_key("320812"), {1: 75.0})
    panel = await opened(desk)
    assert told(panel) == {
        "全部": "3/4，66.7 %，90.0 % 3/24 时，80.0 % 4/168 时，66.0 % 5/720 时",
        "清江浦": "2/3，50.0 %，75.0 % 1/24 时，75.0 % 1/168 时，75.0 % 1/720 时",
        "淮安": "1/1，100.0 %，—，—，—",
        "资料齐全": "资料齐全 0.0 %（0/4）：国标编码、名称、位置、地址、朝向都有，球机不论朝向。"
        "缺国标编码 4，地址 4，朝向 4。完善率不计：平台只列已建的摄像机，应建多少没有数据。",
    }
    assert [panel.cell(row, "name")[0] for row in panel.rows] == ["全部", "清江浦", "淮安"]
    assert panel.notes_right()[0].text.startswith("统计至 ")
    QTest.keyClick(panel, Qt.Key.Key_T)
    QTest.keyClick(panel, Qt.Key.Key_T)
    QTest.keyClick(panel, Qt.Key.Key_T)
    assert panel.by == "platform"
    assert list(told(panel)) == ["全部", "视频共享平台（演示）", "资料齐全"]


async def test_where_room_is_short_the_share_of_now_and_of_a_month_stay(desk: Room) -> None:
    panel = await opened(desk, 340)
    assert [column.name for column in panel.shown_columns()] == ["name", "now", "day", "month"]
    assert not panel.grab().isNull()


async def test_what_changed_is_counted_at_the_next_look(desk: Room) -> None:
    panel = await opened(desk)
    desk.clock.advance(16_000)
    desk.bring(DeviceStatus("demo-video:a1", NOW + 16_000, DeviceState.ONLINE))
    await desk.settled(panel)
    assert told(panel)["全部"].startswith("3/4，100.0 %")
    desk.clock.advance(DAY)
    panel.refresh({})
    await desk.settled(panel)
    assert told(panel)["全部"].startswith("0/4，—")  # nobody has said anything since


async def test_a_seat_without_cameras_says_so(room: Room) -> None:
    panel = await opened(room)
    assert panel.rows == [] and panel.items() == []
    assert not panel.grab().isNull()


async def test_how_complete_the_rows_are_stands_below_them_where_there_is_room(room: Room) -> None:
    """A dome needs no facing; the sentence goes where the list needs the room."""
    codes = [f"demo-video:3208120000132000000{n}" for n in range(3)]
    rows = [("bullet", 90.0), ("dome", None), ("bullet", None)]
    room.seat.videos.cameras = CameraNames(
        Camera(id_, f"{n}号", "", "320812", 119.0, 33.5, form, heading, address="北京路")
        for n, (id_, (form, heading)) in enumerate(zip(codes, rows, strict=True))
    )
    panel = await opened(room)
    assert (
        told(panel)["资料齐全"].startswith("资料齐全 66.7 %（2/3）") and panel.register.whole == 2
    )
    tall = panel.foot_height()
    assert not panel.grab().isNull()
    panel.resize(620, 240)
    await room.settled(panel)
    assert 0 < panel.foot_height() < tall and "资料齐全" in told(panel)
