"""The map's card and cameras: one is watched from its card, those around an incident come onto the
wall, and what is not known is said."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.city import City
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus
from app.live.map_state import Picked
from app.live.video_names import CameraNames
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import Room
from widgets.panels._sheet import feed_name
from widgets.video_house import VideoHouse

LON, LAT = 119.0, 33.5
STEP = 0.0009  # of latitude: 100 m


@pytest.fixture
def desk(room: Room, city: City) -> Room:
    """Twelve cameras northwards of a spot; the nearest is gone, the fourth looks at the spot."""
    cameras = [
        Camera(
            f"demo-video:s{n}", f"人民路{n}号杆", "", "320812", LON, LAT + n * STEP / 5,
            form="bullet", heading=180.0 if n == 4 else None, address="人民路" if n == 1 else "",
        )
        for n in range(1, 13)
    ]  # fmt: skip
    room.seat.videos.cameras = CameraNames(cameras)
    room.bring(DeviceStatus(cameras[0].id, NOW - 60_000, DeviceState.OFFLINE))
    room.sign_on()
    return room


async def card(room: Room, city: City, picked: Picked) -> Any:
    videos = VideoHouse(city, room.seat, room.hub, room.clock, lambda: None)
    assert videos.platforms > 0
    panel = room.open("map-card", replace(room.context(), videos=videos), (360, 700))
    room.seat.maps[""].picked = picked
    panel.refresh({})
    await room.settled(panel)
    return panel


def said(panel: Any) -> dict[str, tuple[str, str]]:
    return {line.name: (line.text, line.note) for line in panel.lines}


async def test_a_listed_camera_says_what_is_known_of_it_and_is_watched(
    desk: Room, city: City
) -> None:
    panel = await card(desk, city, Picked("", "camera:demo-video:s1", LON, LAT))
    lines = said(panel)
    assert panel.thing.title == "人民路1号杆"
    assert lines["状态"] == ("离线", "1 分钟前")
    assert lines["地址"][0] == "人民路"
    assert lines["平台"][0] == "视频共享平台（演示）"
    assert lines["朝向"][0] == "朝向未知"
    QTest.keyClick(panel, Qt.Key.Key_Return)
    await desk.settled(panel)
    assert desk.seat.videos["main"].look.cameras == {0: "demo-video:s1"}
    other = await card(desk, city, Picked("", "camera:demo-video:s4", LON, LAT))
    assert said(other)["状态"][0] == "状态未知" and said(other)["朝向"][0] == "180°"


async def test_cameras_around_an_incident_come_onto_the_wall(desk: Room, city: City) -> None:
    panel = await card(desk, city, Picked("", "point:nobody", LON, LAT))
    QTest.keyClick(panel, Qt.Key.Key_V)
    await desk.settled(panel)
    shown = desk.seat.videos["main"].look.cameras
    # The one that looks there first, then the nearest; the first of the street is gone.
    assert [shown[cell] for cell in sorted(shown)] == [f"demo-video:s{n}" for n in (4, 2, 3, 5)]
    search = desk.seat.videos.search
    assert search is not None and (search.lon, search.lat) == (LON, LAT)


async def test_who_may_not_watch_is_told_on_the_card(desk: Room, city: City) -> None:
    desk.seat.person = None
    panel = await card(desk, city, Picked("", "camera:demo-video:s2", LON, LAT))
    QTest.keyClick(panel, Qt.Key.Key_V)
    await desk.settled(panel)
    assert panel.said and desk.seat.videos["main"].look.cameras == {}


async def test_a_seat_without_video_offers_none(desk: Room, city: City) -> None:
    panel = desk.open("map-card", desk.context(), (360, 700))
    desk.seat.maps[""].picked = Picked("", "camera:demo-video:s2", LON, LAT)
    panel.refresh({})
    assert not {"Enter", "V"} & {action.key for action in panel.actions}


@pytest.mark.parametrize(
    ("source", "name"),
    [("demo-video", "视频共享平台（演示）"), ("nobody", "nobody")],
    ids=["platform", "nobody"],
)
def test_a_platform_that_tells_events_is_called_by_its_name(
    room: Room, source: str, name: str
) -> None:
    assert feed_name(room.context(), source) == name
