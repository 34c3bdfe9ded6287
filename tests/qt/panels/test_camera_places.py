"""The list of cameras by place: near one, looking at one, in the area of the map; all by keys."""

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest

from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus
from app.live.map_state import Picked
from app.live.video_names import CameraNames
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import Room

LON, LAT = 119.0, 33.5
STEP = 0.0009  # of latitude: 100.1 m


def street() -> list[Camera]:
    """Ten cameras northwards, every second of which looks back south; one that nobody has told of,
    one without a place."""
    cameras = [
        Camera(
            f"demo-video:s{n}", f"人民路{n}号杆", "", "320812", LON, LAT + n * STEP,
            form="bullet", heading=180.0 if n % 2 else 0.0,
        )
        for n in range(1, 11)
    ]  # fmt: skip
    told = Camera("demo-video:u", "未知", "", "320812", LON, LAT - 0.4 * STEP)
    return [*cameras, told, Camera("demo-video:z", "无坐标", "", "320812", 0.0, 0.0)]


@pytest.fixture
def desk(room: Room) -> Room:
    """A desk with these cameras, each but the third known to be there."""
    room.seat.videos.cameras = CameraNames(street())
    room.bring(
        *(
            DeviceStatus(one.id, NOW, DeviceState.OFFLINE if n == 2 else DeviceState.ONLINE)
            for n, one in enumerate(street())
        )
    )
    room.sign_on()
    return room


async def opened(room: Room) -> Any:
    return await room.opened("cameras", room.context(), (520, 900))


async def key(room: Room, panel: Any, *keys: Qt.Key) -> None:
    for one in keys:
        QTest.keyClick(panel, one)
        await room.settled(panel)


def shown(panel: Any) -> list[str]:
    return [line.camera.id.partition(":")[2] for line in panel.lines if line.camera is not None]


async def test_the_nearest_to_what_is_picked_on_the_map(desk: Room) -> None:
    panel = await opened(desk)
    await key(desk, panel, Qt.Key.Key_N)
    assert panel.said == "请先选中一路视频，或在地图上点选"
    desk.seat.maps[""].picked = Picked("", "event:a:1", LON, LAT)
    await key(desk, panel, Qt.Key.Key_N)
    assert shown(panel)[:4] == ["u", "s1", "s2", "s3"] and len(shown(panel)) == 11
    assert panel.lines[0].camera is None
    assert panel.group_word(panel.lines[0].group) == "附近 · 119.00000, 33.50000"
    assert panel.lines[1].text == "附近 1 路朝向未知，1 路无坐标"
    details = [line.detail for line in panel.lines[2:5]]
    assert details == ["40 m", "100 m", "200 m"]  # the first of the street stands 100.08 m away
    assert panel.lines[panel.current].key[1] == "demo-video:u"  # the nearest is chosen
    await key(desk, panel, Qt.Key.Key_Escape)
    assert desk.seat.videos.search is None and panel.lines[0].group.sort == "region"


async def test_those_that_look_at_the_chosen_camera(desk: Room) -> None:
    panel = await opened(desk)
    panel.choose(0)
    await key(desk, panel, Qt.Key.Key_Return)
    wanted = next(n for n, line in enumerate(panel.lines) if line.camera and "s2" in line.key[1])
    panel.choose(wanted)
    await key(desk, panel, Qt.Key.Key_V)
    # Itself; the next one northwards looks south, but 100.08 m are beyond the reach.
    assert shown(panel) == ["s2"]
    assert panel.group_word(panel.lines[0].group) == "朝向 · 人民路2号杆"
    assert panel.lines[1].text == "100 m 内，不计遮挡，1 路无坐标"
    await desk.commands.submit(desk.commands.parse("cameras-facing camera:demo-video:s2 reach=150"))
    desk.bridge.frame.emit()
    await desk.settled(panel)
    assert shown(panel) == ["s2", "s3"]


async def test_the_area_that_is_drawn_on_the_map_is_followed(desk: Room) -> None:
    panel = await opened(desk)
    await key(desk, panel, Qt.Key.Key_M)
    assert panel.said == "地图上没有圈选范围，请先圈选"
    await desk.commands.submit(
        desk.commands.parse(f"select-area '{LON},{LAT}' form=circle radius=250")
    )
    await key(desk, panel, Qt.Key.Key_M)
    assert shown(panel) == ["u", "s1", "s2"]
    assert panel.group_word(panel.lines[0].group) == "250 m 内 · 119.00000, 33.50000"
    for form, corners, expected in (
        (
            "box",
            f"{LON - 0.001},{LAT + 5.5 * STEP} {LON + 0.001},{LAT + 8.5 * STEP}",
            ["s7", "s6", "s8"],
        ),
        ("polygon", f"{LON - 0.001},{LAT} {LON + 0.001},{LAT} {LON},{LAT + 1.5 * STEP}", ["s1"]),
    ):
        text = f"select-area '{corners}' form={form}"
        await desk.commands.submit(desk.commands.parse(text))
        desk.bridge.frame.emit()
        await desk.settled(panel)
        assert shown(panel) == expected
        assert panel.group_word(panel.lines[0].group) == "圈选范围内"
    await desk.commands.submit(desk.commands.parse("clear-area"))
    desk.bridge.frame.emit()
    await desk.settled(panel)
    assert shown(panel) == [] and panel.group_word(panel.lines[0].group) == "地图圈选（未圈选）"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("119.0,33.5 250m", ["u", "s1", "s2"]),
        ("119.0 33.5 0.25公里", ["u", "s1", "s2"]),
        ("N33.5 E119.0 60米", ["u"]),
        ("119.0,33.5 5m", []),
    ],
    ids=["metres", "kilometres", "letters", "nobody"],
)
async def test_coordinates_are_typed_into_the_search(
    desk: Room, typed: str, expected: list[str]
) -> None:
    panel = await opened(desk)
    QTest.keyClick(panel, Qt.Key.Key_F)
    written = QInputMethodEvent("", [])
    written.setCommitString(typed)
    QCoreApplication.sendEvent(panel, written)
    await desk.settled(panel)
    assert shown(panel) == expected
    await key(desk, panel, Qt.Key.Key_Escape)
    assert panel.lines[0].group.sort == "region"


async def test_names_with_numbers_are_no_coordinates(desk: Room) -> None:
    panel = await opened(desk)
    QTest.keyClick(panel, Qt.Key.Key_F)
    QTest.keyClicks(panel, "rmlu3")
    await desk.settled(panel)
    assert shown(panel) == ["s3"] and panel.places_found.search is None


async def test_what_was_found_goes_onto_the_wall_without_what_is_gone(desk: Room) -> None:
    panel = await opened(desk)
    desk.seat.maps[""].picked = Picked("", "event:a:1", LON, LAT)
    await key(desk, panel, Qt.Key.Key_N, Qt.Key.Key_X)
    shown_there = desk.seat.videos["main"].look.cameras
    assert [id_.partition(":")[2] for _, id_ in sorted(shown_there.items())] == [
        "u",
        "s1",
        "s2",
        "s4",
    ]


async def test_what_was_refused_is_said(desk: Room) -> None:
    desk.seat.person = None
    panel = await opened(desk)
    desk.seat.maps[""].picked = Picked("", "event:a:1", LON, LAT)
    await key(desk, panel, Qt.Key.Key_N)
    await key(desk, panel, Qt.Key.Key_X)
    assert panel.said and desk.seat.videos["main"].look.cameras == {}


async def test_a_click_on_a_key_at_the_foot_is_that_key(desk: Room) -> None:
    panel = await opened(desk)
    panel.resize(900, 900)
    desk.seat.maps[""].picked = Picked("", "event:a:1", LON, LAT)

    async def click(cap: str) -> None:
        panel.grab()
        (place,) = [place for place, hint in panel.caps if hint.key == cap]
        QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
        await desk.settled(panel)

    await click("N")
    assert len(shown(panel)) == 11
    await click("X")
    assert len(desk.seat.videos["main"].look.cameras) == 4
    await click("Esc")
    assert desk.seat.videos.search is None
