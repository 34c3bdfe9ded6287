"""What was marked on the map by hand, and its cameras: onto the wall by a key and by a click."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.city import City
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus
from app.live.video_names import CameraNames
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import Room
from widgets.panels.map_list import Row
from widgets.video_house import VideoHouse

LON, LAT = 119.0, 33.5
STEP = 0.0009  # of latitude: 100 m
FORMS = {
    "circle": f"'{LON},{LAT}' form=circle radius=350",
    "box": f"'{LON - 0.01},{LAT - STEP} {LON + 0.01},{LAT + 3.5 * STEP}' form=box",
    "polygon": f"'{LON - 0.01},{LAT} {LON + 0.01},{LAT} {LON},{LAT + 5 * STEP}' form=polygon",
    "lasso": f"'{LON - 0.01},{LAT} {LON + 0.01},{LAT} {LON},{LAT + 5 * STEP}' form=lasso",
}
FOUND = {"circle": [2, 3], "box": [2, 3], "polygon": [2, 3, 4, 5], "lasso": [2, 3, 4, 5]}
"""Of a street northwards whose first camera is gone; the fifth stands on the corner of two areas,
and what lies on the line is inside. The wall has four cells."""


@pytest.fixture
def desk(room: Room) -> Room:
    """A street of six cameras northwards of a spot; the nearest to it is gone."""
    cameras = [
        Camera(f"demo-video:s{n}", f"人民路{n}号杆", "", "320812", LON, LAT + n * STEP)
        for n in range(1, 7)
    ]
    room.seat.videos.cameras = CameraNames(cameras)
    room.bring(DeviceStatus(cameras[0].id, NOW - 60_000, DeviceState.OFFLINE))
    room.sign_on()
    return room


async def listed(room: Room, city: City, form: str) -> Any:
    videos = VideoHouse(city, room.seat, room.hub, room.clock, lambda: None)
    panel = room.open("map-list", replace(room.context(), videos=videos), (700, 500))
    outcome = await room.commands.submit(room.commands.parse(f"select-area {FORMS[form]}"))
    assert outcome.done, outcome.reason
    return panel


def on_the_wall(room: Room) -> set[str]:
    return {id_.partition(":s")[2] for id_ in room.seat.videos["main"].look.cameras.values()}


@pytest.mark.parametrize("form", FORMS)
async def test_cameras_of_a_marked_place_come_onto_the_wall(
    desk: Room, city: City, form: str
) -> None:
    panel = await listed(desk, city, form)
    QTest.keyClick(panel, Qt.Key.Key_V)
    await desk.settled(panel)
    assert on_the_wall(desk) == set(map(str, FOUND[form]))
    assert desk.seat.videos.search is not None and desk.seat.videos.search.by == "area"
    assert panel.said == ""


async def test_a_click_on_the_key_does_the_same(desk: Room, city: City) -> None:
    panel = await listed(desk, city, "circle")
    panel.rows = [Row("", "面积", "0.38 km²")]
    panel.lay_out()
    panel.grab()
    (place,) = [place for place, hint in panel.caps if hint.key == "V"]
    QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    await desk.settled(panel)
    assert on_the_wall(desk) == {"2", "3"}


async def test_where_none_can_be_shown_it_is_said(desk: Room, city: City) -> None:
    panel = await listed(desk, city, "circle")
    desk.seat.videos.cameras = CameraNames()
    QTest.keyClick(panel, Qt.Key.Key_V)
    await desk.settled(panel)
    assert panel.said == "本席位尚无视频目录"
    desk.seat.videos.cameras = CameraNames(
        [Camera("demo-video:far", "远处", "", "320812", LON + 1, LAT)]
    )
    QTest.keyClick(panel, Qt.Key.Key_V)
    await desk.settled(panel)
    assert panel.said == "圈选范围内没有视频"
    assert desk.seat.videos["main"].look.cameras == {}


async def test_a_seat_without_video_offers_none(desk: Room) -> None:
    panel = desk.open("map-list", desk.context(), (700, 500))
    await desk.commands.submit(desk.commands.parse(f"select-area {FORMS['circle']}"))
    assert "V" not in {hint.key for hint in panel.hints()}
    QTest.keyClick(panel, Qt.Key.Key_V)
    await desk.settled(panel)
    assert desk.seat.videos.search is None
