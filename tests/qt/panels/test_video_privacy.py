"""At the wall: what nobody may see is drawn by hand, one tile is heard, visitors see no listed
camera."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.city import City
from app.core.camera_mask import Area
from app.live.video_names import CameraNames
from app.live.video_wall import Look
from app.live.visit import Veil
from app.secrets import Secrets
from app.video.service import VideoService
from tests.qt.panels.conftest import Room
from widgets.video_house import VideoHouse


@pytest.fixture
def house(room: Room, city: City, tmp_path: Path) -> Iterator[VideoHouse]:
    """With a real service that nobody starts: it decodes nothing."""
    service = VideoService(
        city.config.platform, city.cameras, tmp_path, room.clock, Secrets(tmp_path), {},
        city.config.zone, cores=2,
    )  # fmt: skip
    made = VideoHouse(city, room.seat, room.hub, room.clock, lambda: service)
    made.heard.make_output = no_device
    yield made
    made.stop()
    made.deleteLater()


def no_device() -> Any:
    raise OSError("no device")


@pytest.fixture
def panel(room: Room, house: VideoHouse) -> Any:
    room.sign_on()
    made = room.open("video", dataclasses.replace(room.context(), videos=house), (1200, 800))
    made.setFocus()
    return made


async def press(room: Room, panel: Any, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(panel, key)
        await room.settled(panel)


def drag(field: Any, begin: tuple[float, float], end: tuple[float, float]) -> None:
    places = [QPoint(round(x * field.width()), round(y * field.height())) for x, y in (begin, end)]
    QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=places[0])
    QTest.mouseMove(field, places[1])
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=places[1])


def is_near(area: Area, wanted: Area) -> bool:
    pairs = zip(area, wanted, strict=True)
    return all(abs(a - b) < 0.01 for one, two in pairs for a, b in zip(one, two, strict=True))


async def test_a_window_is_covered_by_a_rectangle_and_had_back(room: Room, panel: Any) -> None:
    panel.focused = 0
    camera, masks = panel.cells[0].camera.id, room.seat.videos.masks
    await press(room, panel, Qt.Key.Key_H)
    assert panel.keys.masking.field is None  # too small to draw on: it is made large first
    await press(room, panel, Qt.Key.Key_Return, Qt.Key.Key_H)
    field = panel.keys.masking.field
    assert "只在本席生效" in field.accessibleDescription()  # which it paints at its foot
    assert field.geometry() == panel.cells[0].fitted.translated(panel.surface.pos())
    assert "拖动" in field.text
    drag(field, (0.2, 0.3), (0.2, 0.3))
    QTest.keyClick(field, Qt.Key.Key_Return)
    await room.settled(panel)
    assert panel.keys.masking.field is field and masks.of(camera) == ()
    drag(field, (0.6, 0.7), (0.2, 0.3))
    assert "Enter" in field.text
    QTest.keyClick(field, Qt.Key.Key_Return)
    await room.settled(panel)
    ((area),) = masks.of(camera)
    assert is_near(area, ((0.2, 0.3), (0.6, 0.7)))
    assert panel.window().focusWidget() is panel and not field.isVisible()
    (text,) = room.store.ops.run_blocking(
        lambda db: db.execute("SELECT text FROM audit WHERE verb = 'mask-camera'").fetchone()
    )
    assert camera in text


async def test_what_is_refused_is_said_where_it_was_drawn(
    room: Room, panel: Any, house: VideoHouse
) -> None:
    room.seat.person = None
    panel.focused = 0
    await press(room, panel, Qt.Key.Key_Return, Qt.Key.Key_H)
    field = panel.keys.masking.field
    drag(field, (0.1, 0.1), (0.5, 0.5))
    QTest.keyClick(field, Qt.Key.Key_Return)
    await room.settled(panel)
    assert panel.keys.masking.field is field and field.area is not None
    assert "Enter" not in field.text and room.seat.videos.masks.cameras() == []
    # No key of the wall works through it; it goes with the enlarged picture.
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert 0 in panel.cells
    panel.wall.look = Look(4, cameras=panel.wall.look.cameras)
    panel.refresh({})
    assert panel.keys.masking.field is None


async def test_a_tile_that_is_heard_says_so_and_stops_when_nobody_sees_it(
    room: Room, panel: Any, house: VideoHouse
) -> None:
    panel.focused = 1
    await press(room, panel, Qt.Key.Key_A)
    assert panel.wall.sound == 1 and house.heard.view == panel.cells[1].view
    words = {one.view: one.words for one in panel.stand.shown(interactive=True, has_focus=True)}
    assert words[panel.cells[1].view].sound is False  # this machine has no device, and it says so
    assert words[panel.cells[0].view].sound is None
    await press(room, panel, Qt.Key.Key_BracketRight)
    assert room.seat.videos.volume == 70
    panel.hide()
    assert panel.wall.sound is None and house.heard.view == ""
    panel.show()
    await room.settled(panel)
    assert panel.wall.sound is None and house.heard.view == ""
    await press(room, panel, Qt.Key.Key_A, Qt.Key.Key_A)
    assert panel.wall.sound is None


async def test_a_seat_that_marks_its_pictures_says_who_looks(room: Room, panel: Any) -> None:
    def marks() -> set[str]:
        shown = panel.stand.shown(interactive=True, has_focus=True)
        return {one.words.mark for one in shown}

    assert marks() == {""}
    room.seat.videos.mark.on = True
    (mark,) = marks()
    assert room.seat.person.number in mark and room.seat.id in mark


async def test_visitors_see_no_listed_camera_neither_its_name(
    room: Room, house: VideoHouse, city: City
) -> None:
    listed = [camera.id for camera in city.cameras[:2]]
    names = house.names
    room.seat.videos.cameras = CameraNames(names.cameras.values(), {}, listed)
    veil = Veil(room.picture, city.catalog)
    room.seat.videos["main"].look = Look(
        4, cameras={n: camera.id for n, camera in enumerate(city.cameras[:4])}
    )
    context = dataclasses.replace(room.context(), videos=house, veil=veil)
    seen = await room.opened("video", context, (1200, 800))
    wanted = {cell.camera.id for cell in seen.cells.values() if cell._asked is not None}
    assert wanted.isdisjoint(listed) and len(wanted) == 2
    assert not any(camera in str(item) for camera in listed for item in seen.items())
    notes = [one.words.note for one in seen.stand.shown(interactive=False, has_focus=False)]
    assert notes.count("无权查看") == 2
    texts = [one.words.name for one in seen.stand.shown(interactive=True, has_focus=False)]
    hidden = {house.names.cameras[camera].name_zh for camera in listed}
    assert not any(name and any(name in full for full in hidden) for name in texts)
