"""A camera dragged from the list onto a cell; what else could lie in a drag is not taken."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QMimeData, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.city import City
from app.live.video_names import CameraNames
from tests.qt.conftest import settle
from tests.qt.panels.conftest import Room
from widgets.video.dragging import MIME, MOST_BYTES, camera_of, payload
from widgets.video_house import VideoHouse

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def wall(room: Room, city: City) -> Iterator[Any]:
    """A wall of nine at a desk where somebody is signed on."""
    house = VideoHouse(city, room.seat, room.hub, room.clock, lambda: None)
    room.sign_on()
    panel = room.open(
        "video", dataclasses.replace(room.context(), videos=house), (1200, 800), count=9
    )
    yield panel
    house.stop()
    house.deleteLater()


def carrying(data: bytes, mime: str = MIME) -> QMimeData:
    made = QMimeData()
    made.setData(mime, data)
    return made


@pytest.mark.parametrize(
    "data",
    [b"", b"nobody's:1", b"\xff\xfe", b"x" * (MOST_BYTES + 1), b"v:1\0", b"v:1 cell=2",
     "v：1".encode()],
)  # fmt: skip
def test_what_is_no_camera_of_the_seat_is_not_taken(data: bytes, city: City) -> None:
    assert camera_of(carrying(data), CameraNames(city.cameras)) == ""


def test_a_camera_is_carried_by_its_id_alone(city: City) -> None:
    camera = city.cameras[2]
    data = payload(camera)
    assert data.formats() == [MIME]
    assert camera_of(data, CameraNames(city.cameras)) == camera.id
    text = QMimeData()
    text.setText(camera.id)
    assert camera_of(text, CameraNames(city.cameras)) == ""


class Falling(QDropEvent):
    """A drop as Qt gives it for a drag that began in this program."""

    origin: Any = None

    def source(self) -> Any:
        return self.origin


def fall(panel: Any, data: QMimeData, point: QPoint, origin: Any) -> bool:
    """Let something fall; whether it was taken."""
    made = type("Made", (Falling,), {"origin": origin})
    event = made(QPointF(point), COPY, data, LEFT, PLAIN)
    panel.dropEvent(event)
    return bool(event.isAccepted())


async def test_a_camera_falls_into_the_cell_under_the_pointer(
    room: Room, wall: Any, city: City
) -> None:
    camera = city.cameras[50]
    middle = wall.stand.places[4].center() + wall.surface.pos()
    assert fall(wall, payload(camera), middle, wall)
    await room.settled(wall)
    assert wall.wall.look.cameras[4] == camera.id
    verbs = await room.store.ops.read(
        lambda connection: connection.execute("SELECT verb FROM audit").fetchall()
    )
    assert verbs == [("watch-camera",)]


async def test_neither_another_program_nor_a_locked_cell_nor_the_room_beside_takes_it(
    room: Room, wall: Any, city: City
) -> None:
    camera, before = city.cameras[50], dict(wall.wall.look.cameras)
    wall.wall.locked.add(4)
    middle = wall.stand.places[4].center() + wall.surface.pos()
    assert not fall(wall, payload(camera), middle, wall)
    other = wall.stand.places[3].center() + wall.surface.pos()
    assert not fall(wall, payload(camera), other, None)
    assert not fall(wall, payload(camera), QPoint(2, 2), wall)
    assert not fall(wall, carrying(b"v:1"), other, wall)
    await room.settled(wall)
    assert wall.wall.look.cameras == before


def test_a_drag_of_another_program_is_not_let_in(wall: Any, city: City) -> None:
    middle = wall.stand.places[0].center() + wall.surface.pos()
    for kind in (QDragEnterEvent, QDragMoveEvent):
        event = kind(middle, COPY, payload(city.cameras[0]), LEFT, PLAIN)
        QCoreApplication.sendEvent(wall, event)
        assert not event.isAccepted()


async def test_a_row_of_the_list_begins_a_drag_of_its_camera(room: Room, city: City) -> None:
    room.seat.videos.cameras = CameraNames(city.cameras)
    room.sign_on()
    panel = await room.opened("cameras", room.context(), (420, 900))
    panel.choose(0)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    row = next(n for n, line in enumerate(panel.lines) if line.camera is not None)
    for number, camera in ((row, panel.lines[row].camera), (0, None)):
        QTest.mousePress(panel, LEFT, pos=panel.place_of(number).center().toPoint())
        assert (panel.drag._pressed and panel.drag._pressed[1]) == camera
        QTest.mouseRelease(panel, LEFT)
    made = panel.drag.made(panel.lines[row].camera)
    assert camera_of(made.mimeData(), room.seat.videos.cameras) == panel.lines[row].camera.id
    assert not made.pixmap().isNull()
    made.deleteLater()


async def test_it_is_dragged_with_the_pointer_from_the_list_to_the_wall(
    room: Room, wall: Any, city: City
) -> None:
    """Only a window system drags: under X (tests/e2e/test_video_on_a_card.py)."""
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("nothing is dragged offscreen")
    room.seat.videos.cameras = CameraNames(city.cameras)
    panel = await room.opened("cameras", room.context(), (420, 800))
    panel.choose(0)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    row = next(n for n, line in enumerate(panel.lines) if line.camera is not None)
    window = QWidget()
    window.resize(1700, 820)
    for part, left in ((panel, 0), (wall, 430)):
        part.setParent(window)
        part.move(left, 0)
        part.show()
    window.show()
    settle()
    begin = panel.mapTo(window, panel.place_of(row).center().toPoint())
    end = wall.mapTo(window, wall.stand.places[4].center() + wall.surface.pos())
    handle, aims, waiting = window.windowHandle(), [], QEventLoop()
    # The drag turns a loop of its own, in which the pointer goes on.
    steps = [
        lambda: QTest.mouseMove(handle, (begin + end) / 2),
        lambda: QTest.mouseMove(handle, end),
        lambda: aims.append(wall.dividing.aim),
        lambda: QTest.mouseRelease(handle, LEFT, PLAIN, end),
        waiting.quit,
    ]
    for number, step in enumerate(steps):
        QTimer.singleShot(100 * (number + 1), step)
    QTest.mousePress(handle, LEFT, PLAIN, begin)
    QTest.mouseMove(handle, begin + QPoint(30, 0))
    waiting.exec()
    await room.settled(wall)
    for part in (panel, wall):
        part.setParent(None)
    window.close()
    window.deleteLater()
    assert aims == [4] and wall.dividing.aim == -1
    assert wall.wall.look.cameras[4] == panel.lines[row].camera.id
