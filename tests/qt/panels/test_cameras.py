"""The list of all cameras: counted by group, opened, found by sound, shown and sent to the wall."""

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest

from app.city import City
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.live.camera_offers import CameraOffer
from app.live.hub import Kind
from app.live.video_names import CameraNames
from app.live.video_wall import Look
from tests.helpers.seat import NOW
from tests.qt.panels.conftest import Room


@pytest.fixture
def cameras(room: Room, city: City) -> Room:
    """The city's own cameras, each known to be there but the first two."""
    kinds = {point.id: point.kind for point in city.points}
    room.seat.videos.cameras = CameraNames(city.cameras, kinds)
    states = [DeviceState.OFFLINE, DeviceState.FAULT]
    states += [DeviceState.ONLINE] * (len(city.cameras) - 2)
    records = [
        Sourced("video", NOW, DeviceStatus(camera.id, NOW - 60_000, state))
        for camera, state in zip(city.cameras, states, strict=True)
    ]
    room.picture.apply_records(records)
    room.hub.publish(Kind.DEVICE, [camera.id for camera in city.cameras])
    room.sign_on()
    return room


async def opened(room: Room) -> Any:
    return await room.opened("cameras", room.context(), (420, 900))


def type_in(panel: Any, text: str) -> None:
    QTest.keyClick(panel, Qt.Key.Key_F)
    QTest.keyClicks(panel, text)


async def test_groups_say_how_many_are_there(cameras: Room, city: City) -> None:
    panel = await opened(cameras)
    assert sum(line.known for line in panel.lines) == len(city.cameras)
    assert sum(line.there for line in panel.lines) == len(city.cameras) - 2
    assert all(line.camera is None for line in panel.lines)
    QTest.keyClick(panel, Qt.Key.Key_T)
    assert panel.by == "kind"
    assert {panel.group_word(line.group) for line in panel.lines} >= {"学校"}


async def test_enter_opens_a_group_then_shows_a_camera(cameras: Room, city: City) -> None:
    panel = await opened(cameras)
    panel.choose(0)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert panel.lines[1].camera is not None
    panel.choose(1)
    chosen = panel.lines[1]
    QTest.keyClick(panel, Qt.Key.Key_Return)
    await cameras.settled(panel)
    assert cameras.seat.videos["main"].look.cameras == {0: chosen.camera.id}
    assert panel.lines[panel.current].key == chosen.key  # though a row came above it
    panel.choose(panel.current - 1)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert all(line.camera is None for line in panel.lines)


async def test_a_camera_is_found_by_its_initials_and_by_its_code(cameras: Room, city: City) -> None:
    panel = await opened(cameras)
    type_in(panel, "wqxx")
    found = {line.camera.name_zh for line in panel.lines if line.camera is not None}
    assert found and all("问渠学校" in name for name in found)
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    code = city.cameras[7].id.partition(":")[2]
    type_in(panel, code)
    assert [line.camera.id for line in panel.lines if line.camera is not None] == [
        city.cameras[7].id
    ]


async def test_what_is_not_there_says_so_in_words(cameras: Room, city: City) -> None:
    panel = await opened(cameras)
    type_in(panel, city.cameras[0].id.partition(":")[2])
    items = {item.key: item.value for item in panel.items()}
    assert items[f"camera/{city.cameras[0].id}"] == "离线"
    type_in(panel, "no such camera")
    assert panel.lines == []


def made(number: int) -> Camera:
    """One of thousands that a platform lists."""
    return Camera(
        f"demo-video:z{number:05d}",
        f"淮海路{number}号杆",
        "",
        "320812" if number % 2 else "320803",
        119.0,
        33.5,
        address="翔宇大道与承德路口" if number == 4321 else "",
    )


async def test_thousands_that_a_platform_lists_are_counted_on_and_found(
    room: Room, city: City
) -> None:
    more = [made(number) for number in range(5000)]
    room.sign_on()
    room.seat.videos.cameras = CameraNames(city.cameras)
    panel = await opened(room)
    room.seat.videos.cameras = CameraNames((*city.cameras, *more))
    room.bring(*(DeviceStatus(one.id, NOW, DeviceState.ONLINE) for one in more[:10]))
    room.hub.publish(Kind.SEAT, ["cameras/"])
    await room.settled(panel)
    assert panel.tally.of("all") == (10, 10)
    room.clock.advance(3000)
    room.bring(DeviceStatus(more[0].id, NOW + 3000, DeviceState.OFFLINE))
    await room.settled(panel)
    assert panel.tally.of("all") == (10, 9)
    counted = {line.group.code: (line.known, line.there) for line in panel.lines}
    assert (counted["320803"], counted["320812"]) == ((5, 4), (5, 5))
    QTest.keyClick(panel, Qt.Key.Key_F)
    written = QInputMethodEvent("", [])
    written.setCommitString("翔宇大道")
    QCoreApplication.sendEvent(panel, written)
    assert [line.camera.id for line in panel.lines if line.camera is not None] == [more[4321].id]
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    type_in(panel, "hhl4999")
    assert [line.camera.id for line in panel.lines if line.camera is not None] == [more[4999].id]
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    for _ in range(3):
        QTest.keyClick(panel, Qt.Key.Key_T)
    assert panel.by == "platform" and len(panel.lines) == 1
    assert panel.group_word(panel.lines[0].group) == "视频共享平台（演示）"
    assert len(panel.lines[0].group.cameras) == len(city.cameras) + 5000
    QTest.keyClick(panel, Qt.Key.Key_T)
    QTest.keyClick(panel, Qt.Key.Key_T)
    assert panel.by == "kind" and panel.group_word(panel.lines[-1].group) == "未归类"


async def test_cameras_at_hand_and_seen_last_stand_first(cameras: Room, city: City) -> None:
    panel = await opened(cameras)
    panel.choose(0)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    panel.choose(1)
    camera = panel.lines[1].camera.id
    QTest.keyClick(panel, Qt.Key.Key_B)
    await cameras.settled(panel)
    assert [panel.group_word(line.group) for line in panel.lines[:1]] == ["常用"]
    assert panel.lines[1].camera.id == camera  # opened from the beginning
    panel.choose(1)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    await cameras.settled(panel)
    assert [panel.group_word(line.group) for line in panel.lines[:3:2]] == ["常用", "最近调看"]
    panel.choose(1)
    QTest.keyClick(panel, Qt.Key.Key_B)
    await cameras.settled(panel)
    assert panel.group_word(panel.lines[0].group) == "最近调看"


async def test_what_a_new_list_breaks_is_read_before_it_is_taken(cameras: Room, city: City) -> None:
    seat, (first, second) = cameras.seat, (one.id for one in city.cameras[:2])
    offer = CameraOffer(
        "demo-video", "0123456789ab", NOW, 235, added=2, gone=frozenset({first}),
        rebound={second: "demo-video:new"},
    )  # fmt: skip
    seat.videos.lists.platforms = frozenset({"demo-video"})
    seat.videos.lists.offers["demo-video"] = offer
    seat.videos["main"].look = Look(cameras={0: second})
    panel = await opened(cameras)
    assert [line.text for line in panel.lines[:2]] == [
        "视频共享平台（演示）目录有变化",
        "新增 2 消失 1 换号 1",
    ]
    panel.choose(0)
    QTest.keyClick(panel, Qt.Key.Key_A)  # shows what breaks, and takes nothing yet
    assert not seat.videos.lists.orders
    told = [(line.text.split(" ")[0], line.detail) for line in panel.lines if line.loss]
    assert told == [("视频墙", "改绑 new"), ("重点视频", "将失去"), ("重点视频", "改绑 new")]
    QTest.keyClick(panel, Qt.Key.Key_A)
    await cameras.settled(panel)
    assert seat.videos.lists.orders == [("take", "demo-video")]
    assert seat.videos["main"].look.cameras == {0: "demo-video:new"}
