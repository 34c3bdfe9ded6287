"""A video wall at a desk: divided by hand, offered what it can carry, saved and called again."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.city import City
from app.live.hub import Kind
from app.live.video_layout import Span, grid
from app.live.video_plans import PlanOrder
from app.live.video_wall import Look
from app.secrets import Secrets
from app.video.budget import EXPONENT
from app.video.service import VideoService
from tests.qt.panels.conftest import Room
from widgets.video_house import VideoHouse

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def service(room: Room, city: City, tmp_path: Path) -> VideoService:
    """A real service on a machine of two cores; nobody starts it, so it decodes nothing."""
    return VideoService(
        city.config.platform, city.cameras, tmp_path, room.clock, Secrets(tmp_path), {},
        city.config.zone, cores=2,
    )  # fmt: skip


@pytest.fixture
def panel(room: Room, city: City, service: VideoService) -> Iterator[Any]:
    """The desk's wall with nine cameras; somebody is signed on."""
    house = VideoHouse(city, room.seat, room.hub, room.clock, lambda: service)
    context = dataclasses.replace(room.context(), videos=house)
    room.sign_on()
    made = room.open("video", context, (1200, 800), count=9)
    made.setFocus()
    yield made
    house.stop()
    house.deleteLater()


async def press(room: Room, panel: Any, *keys: Qt.Key | tuple[Qt.Key, Any]) -> None:
    for key in keys:
        QTest.keyClick(panel, *(key if isinstance(key, tuple) else (key,)))
        await room.settled(panel)


def foot(panel: Any) -> str:
    return "" if panel.dividing.overlay.foot is None else panel.dividing.overlay.foot.text


async def test_cells_are_chosen_merged_split_and_had_back_by_keys(room: Room, panel: Any) -> None:
    wall, right, down = panel.wall, (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Down, SHIFT)
    assert wall.layout == grid(3, 3)
    first = wall.look.cameras[0]
    await press(room, panel, Qt.Key.Key_E)
    assert panel.dividing.overlay.isVisible()
    assert foot(panel) == "布局编辑  3 列 3 行 共 9 格  选中 1 格"
    await press(room, panel, right, down)
    assert panel.dividing.chosen == [0, 1, 3, 4]
    chosen = panel.dividing.overlay.division.chosen
    assert chosen.contains(panel.stand.places[0]) and chosen.contains(panel.stand.places[4])
    await press(room, panel, Qt.Key.Key_M)
    assert wall.layout.cells[0] == Span(0, 0, 2, 2) and wall.look.size == 6
    assert wall.look.cameras[0] == first
    assert panel.cells[0].whole.width() > 1.9 * panel.cells[1].whole.width()
    assert panel.dividing.chosen == [0]
    await press(room, panel, Qt.Key.Key_X)
    assert wall.layout == grid(3, 3)
    await press(room, panel, Qt.Key.Key_U, Qt.Key.Key_U)
    assert (wall.look.count, wall.look.layout, len(wall.look.cameras)) == (9, None, 9)
    await press(room, panel, Qt.Key.Key_Escape)
    assert not panel.dividing.on and not panel.dividing.overlay.isVisible()


async def test_a_rectangle_is_drawn_over_the_cells(room: Room, panel: Any) -> None:
    await press(room, panel, Qt.Key.Key_E)
    corner = panel.surface.pos()
    middle = [place.center() + corner for place in panel.stand.places.values()]
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(panel, left, pos=middle[4])
    QTest.mouseMove(panel, middle[8])
    QTest.mouseRelease(panel, left, pos=middle[8])
    assert panel.dividing.chosen == [4, 5, 7, 8]
    before = dict(panel.wall.look.cameras)
    await press(room, panel, Qt.Key.Key_M)
    assert panel.wall.look.size == 6
    assert panel.wall.look.cameras[4] == before[4]


async def test_outside_the_mode_a_drag_changes_places(room: Room, panel: Any) -> None:
    before = dict(panel.wall.look.cameras)
    corner, left = panel.surface.pos(), Qt.MouseButton.LeftButton
    QTest.mousePress(panel, left, pos=panel.stand.places[0].center() + corner)
    QTest.mouseMove(panel, panel.stand.places[4].center() + corner)
    QTest.mouseRelease(panel, left, pos=panel.stand.places[4].center() + corner)
    await room.settled(panel)
    after = panel.wall.look.cameras
    assert (after[0], after[4]) == (before[4], before[0])


async def test_what_cannot_be_is_said_at_the_foot_and_nothing_moves(room: Room, panel: Any) -> None:
    await press(room, panel, Qt.Key.Key_E, Qt.Key.Key_M)
    assert foot(panel) == "只选了第 1 格，先选几格再合并"
    await press(room, panel, Qt.Key.Key_L, (Qt.Key.Key_Right, SHIFT), Qt.Key.Key_M)
    assert foot(panel) == "第 1 格已锁定，先解锁"
    assert panel.wall.look.size == 9 and panel.dividing.overlay.division.locked == {0}


async def test_a_layout_is_saved_under_a_name_that_is_asked_for(room: Room, panel: Any) -> None:
    await press(room, panel, Qt.Key.Key_E, (Qt.Key.Key_Right, SHIFT), Qt.Key.Key_M, Qt.Key.Key_S)
    field = panel.saving.field
    QTest.keyClicks(field.line, "9 lives")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert "字母开头" in field.said.text()
    field.line.setText("flood-2")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    await room.settled(panel)
    assert panel.saving.field is None
    (order,) = room.seat.plans.orders
    assert isinstance(order, PlanOrder) and order.name == "flood-2"
    assert order.plan is not None and order.plan.cells[0] == Span(0, 0, 2, 1)


def dear(service: VideoService, cores_each: float) -> None:
    """Let a substream cost so much on this machine, as if it had been measured so."""
    service._prices.price = cores_each / (640 * 360 * 25 / 1e6) ** EXPONENT


async def test_a_layout_too_heavy_is_offered_lighter_and_chosen_by_one_key(
    room: Room, panel: Any, service: VideoService, city: City
) -> None:
    cameras = {n: camera.id for n, camera in enumerate(city.cameras[:36])}
    panel.wall.look = Look(4, cameras=cameras)
    room.hub.publish(Kind.SEAT, ["video/main"])
    await room.settled(panel)
    dear(service, 0.1)  # of 1.6 cores
    await press(room, panel, *[Qt.Key.Key_Plus] * 7)
    assert panel.wall.look.count == 16
    await press(room, panel, Qt.Key.Key_Plus)
    assert panel.wall.look.count == 20  # fewer pictures a second, still moving
    await press(room, panel, Qt.Key.Key_Plus)
    assert panel.wall.look.count == 20
    assert foot(panel).startswith("25 格要 2.5 核，本机可用 1.6 核：")
    assert [hint.key for hint in panel.dividing.overlay.foot.hints] == ["1", "2", "Esc"]
    await press(room, panel, Qt.Key.Key_Escape)
    assert foot(panel) == "" and panel.wall.look.count == 20
    await press(room, panel, Qt.Key.Key_Plus, Qt.Key.Key_2)
    assert panel.wall.look.count == 25
    await press(room, panel, Qt.Key.Key_Plus, Qt.Key.Key_1)
    assert panel.wall.look.count == 20


async def test_the_mode_ends_with_the_panel_hidden(room: Room, panel: Any) -> None:
    await press(room, panel, Qt.Key.Key_E)
    panel.hide()
    assert not panel.dividing.on
    panel.show()
    await room.settled(panel)
    assert panel.dividing.overlay.isHidden()
    assert panel.stand.at(QPoint(-5, -5)) == -1
