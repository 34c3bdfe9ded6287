"""What the presenter for graphics cards draws, read back from a real OpenGL (in software here)."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QOffscreenSurface, QOpenGLContext
from PySide6.QtWidgets import QRhiWidget, QWidget

from app.video.board import BYTES, SLOTS, rows
from app.video.tile import Place
from app.video.wire import PixelFormat
from widgets.context import Context
from widgets.paint.fresh import Fresh
from widgets.paint.video import VideoTile
from widgets.video.rhi import Pictures
from widgets.video.slots import Slots
from widgets.video.surface import Shown

W, H = 64, 36
BYTES_EACH = W * H * 3 // 2
LIVE = VideoTile("北门", Fresh.LIVE)
# Y, U, V of pure colours, limited range, by the formulae of ITU-R BT.601 and BT.709.
RED_601, RED_709, GREEN_709 = (81, 90, 240), (63, 102, 240), (173, 42, 26)
GREY_FULL = (128, 128, 128)


class Memory:
    """Several views, each with a row and a segment, written as a worker does."""

    def __init__(self) -> None:
        self.board = rows(bytearray(BYTES))
        self.segments: dict[str, bytearray] = {}

    def attach(self, name: str) -> memoryview:
        return memoryview(self.segments.setdefault(name, bytearray(BYTES_EACH * SLOTS)))

    def write(
        self, number: int, yuv: tuple[int, int, int], matrix: int = 601, full: int = 0
    ) -> None:
        row = self.board[number]
        sequence = int(row["seq"]) + 1
        memory = self.attach(f"s{number}")
        slot = np.frombuffer(memory, np.uint8)[sequence % SLOTS * BYTES_EACH :]
        slot[: W * H] = yuv[0]
        slot[W * H : W * H * 5 // 4] = yuv[1]
        slot[W * H * 5 // 4 : BYTES_EACH] = yuv[2]
        row["width"], row["height"], row["stride"] = W, H, W
        row["format"], row["matrix"], row["full"] = PixelFormat.I420, matrix, full
        row["seq"] = sequence


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def pictures(context: Context) -> Iterator[Pictures]:
    surface = QOffscreenSurface()
    surface.create()
    gl = QOpenGLContext()
    if not gl.create() or not gl.makeCurrent(surface):
        pytest.skip("no OpenGL on this machine")
    gl.doneCurrent()
    parent = QWidget()
    made = Pictures(QColor(0, 0, 0), parent)
    made.setApi(QRhiWidget.Api.OpenGL)
    made.resize(256, 144)
    parent.resize(256, 144)
    parent.show()
    yield made
    parent.close()
    parent.deleteLater()


def cell(memory: Memory, number: int, where: QRect, words: VideoTile = LIVE) -> Shown:
    slots = Slots(Place(number, f"s{number}", BYTES_EACH), memory.attach)
    return Shown(f"v/{number}", where, where, QRect(), words, slots)


def colour(pictures: Pictures, x: int, y: int) -> tuple[int, int, int]:
    found = pictures.grabFramebuffer().pixelColor(x, y)
    return found.red(), found.green(), found.blue()


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], most: int = 4) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= most


def test_each_picture_stands_in_its_place_and_colours(pictures: Pictures, memory: Memory) -> None:
    memory.write(1, RED_601, 601)
    memory.write(2, GREEN_709, 709)
    cells = (
        cell(memory, 1, QRect(0, 0, 128, 72)),
        cell(memory, 2, QRect(128, 72, 128, 72)),
    )
    pictures.show_cells(cells)
    pictures.poll(memory.board)
    assert near(colour(pictures, 64, 36), (255, 0, 0))
    assert near(colour(pictures, 192, 108), (0, 255, 0))
    assert colour(pictures, 192, 36) == (0, 0, 0)
    memory.write(1, RED_709, 709)
    pictures.poll(memory.board)
    assert near(colour(pictures, 64, 36), (255, 0, 0))


def test_full_range_is_not_stretched_and_an_old_one_is_dimmed(
    pictures: Pictures, memory: Memory
) -> None:
    memory.write(1, GREY_FULL, 601, 1)
    pictures.show_cells((cell(memory, 1, QRect(0, 0, 256, 144)),))
    pictures.poll(memory.board)
    assert near(colour(pictures, 100, 100), (128, 128, 128), 2)
    late = VideoTile("北门", Fresh.LATE)
    pictures.show_cells((cell(memory, 1, QRect(0, 0, 256, 144), late),))
    pictures.poll(memory.board)
    assert near(colour(pictures, 100, 100), (64, 64, 64), 2)


def test_more_views_than_layers_find_new_ones(pictures: Pictures, memory: Memory) -> None:
    cells = []
    for number in range(12):
        memory.write(number, GREEN_709 if number == 11 else RED_709, 709)
        where = QRect(number % 4 * 64, number // 4 * 48, 64, 48)
        cells.append(cell(memory, number, where))
    pictures.show_cells(tuple(cells))
    pictures.poll(memory.board)
    assert near(colour(pictures, 32, 24), (255, 0, 0))
    assert near(colour(pictures, 3 * 64 + 32, 2 * 48 + 24), (0, 255, 0))
