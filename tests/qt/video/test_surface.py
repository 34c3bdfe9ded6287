"""What the raster presenter draws, read back from its pixels; where its cells stand."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget

from app.live.video_layout import Span, grid, layout
from app.live.video_wall import Look
from app.video.board import BYTES, SLOTS, Rows, rows
from app.video.tile import Place, Weight
from app.video.wire import PixelFormat
from widgets.context import Context
from widgets.edges import Edges
from widgets.paint.fresh import Fresh
from widgets.paint.video import CAPTION_HEIGHT, Cover, VideoTile
from widgets.panels._video import demand_for
from widgets.video.card import is_card
from widgets.video.placing import fitted, place_cells
from widgets.video.slots import Slots
from widgets.video.surface import Shown, Surface

WIDTH, HEIGHT = 64, 36
SIZE = WIDTH * HEIGHT * 4
RED, GREEN = (0, 0, 255, 255), (0, 255, 0, 255)  # blue, green, red, alpha in memory


class Memory:
    """A board of one row and a segment of three slots, written as a worker does."""

    def __init__(self) -> None:
        self.board: Rows = rows(bytearray(BYTES))
        self.segment = bytearray(SIZE * SLOTS)

    def attach(self, name: str) -> memoryview:
        assert name == "one"
        return memoryview(self.segment)

    def write(self, colour: tuple[int, int, int, int], width: int = WIDTH) -> None:
        row = self.board[3]
        sequence = int(row["seq"]) + 1
        begin = sequence % SLOTS * SIZE
        pixels = np.frombuffer(self.segment, np.uint8)[begin : begin + SIZE]
        pixels.reshape(-1, 4)[:] = colour
        row["width"], row["height"], row["stride"] = width, HEIGHT, width * 4
        row["format"] = PixelFormat.BGRA
        row["seq"] = sequence


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def slots(memory: Memory) -> Iterator[Slots]:
    made = Slots(Place(3, "one", SIZE), memory.attach)
    yield made
    made.close()


@pytest.fixture
def surface(context: Context) -> Iterator[Surface]:
    parent = QWidget()
    made = Surface(context.theme, parent)
    made.resize(200, 100)
    yield made
    parent.deleteLater()


def cell(slots: Slots | None, words: VideoTile, still: QImage | None = None) -> Shown:
    picture = QRect(0, 0, WIDTH, HEIGHT)
    return Shown("1/0", picture, picture, QRect(0, HEIGHT, WIDTH, 20), words, slots, still)


def middle(surface: Surface) -> tuple[int, int, int]:
    colour = surface.grab(QRect(0, 0, WIDTH, HEIGHT)).toImage().pixelColor(50, 30)
    return colour.red(), colour.green(), colour.blue()


LIVE = VideoTile("北门", Fresh.LIVE, "0.2 秒")


def test_the_newest_picture_stands_there(surface: Surface, memory: Memory, slots: Slots) -> None:
    surface.show_cells((cell(slots, LIVE),))
    memory.write(RED)
    surface.poll(memory.board)
    assert middle(surface) == (255, 0, 0)
    memory.write(GREEN)
    surface.poll(memory.board)
    assert middle(surface) == (0, 255, 0)
    assert surface.pictures == 2


def test_new_pictures_alone_touch_nothing_else(
    surface: Surface, memory: Memory, slots: Slots
) -> None:
    """Two cells of one camera, a third without: only the places of the two are painted."""
    places = [QRect(0, 0, WIDTH, HEIGHT), QRect(100, 40, WIDTH, HEIGHT), QRect(100, 0, 40, 30)]
    surface.show_cells(
        tuple(
            Shown(f"1/{at}", place, place, QRect(), LIVE, slots if at < 2 else None)
            for at, place in enumerate(places)
        )
    )
    asked = QRegion(places[0]) + QRegion(places[1])
    for colour, expected in ((RED, (255, 0, 0)), (GREEN, (0, 255, 0))):
        memory.write(colour)
        surface.poll(memory.board)
        shown = QImage(200, 100, QImage.Format.Format_RGB32)
        shown.fill(0xFF123456)
        surface.render(shown, QPoint(), asked)
        seen = {(x, y): shown.pixel(x, y) for x in range(200) for y in range(100)}
        inside = {at for at in seen if asked.contains(QPoint(*at))}
        red, green, blue = expected
        assert {seen[at] for at in inside} == {0xFF000000 | red << 16 | green << 8 | blue}
        assert {seen[at] for at in seen.keys() - inside} == {0xFF123456}
    assert surface.pictures == 4


def test_an_old_picture_is_darkened_and_says_so(
    surface: Surface, memory: Memory, slots: Slots
) -> None:
    memory.write(RED)
    surface.show_cells((cell(slots, VideoTile("北门", Fresh.LATE, "18 秒", "画面冻结")),))
    surface.poll(memory.board)
    red, green, blue = middle(surface)
    assert 120 <= red <= 135 and green == blue == 0


@pytest.mark.parametrize(
    "words",
    [
        LIVE,
        VideoTile("北门", Fresh.LATE, "18 秒", "画面冻结"),
        VideoTile("北门", Fresh.LIVE, "0.2 秒", "", Cover.NO_SIGNAL),
        VideoTile("北门", Fresh.LIVE, "0.2 秒", mark="值班员甲"),
        VideoTile("北门", Fresh.LIVE, "0.2 秒", focused=True),
    ],
)
def test_a_new_picture_alone_looks_as_it_does_with_all_else(
    surface: Surface, memory: Memory, slots: Slots, words: VideoTile
) -> None:
    place = QRect(0, 0, WIDTH, HEIGHT)
    surface.show_cells((cell(slots, words),))
    memory.write(RED)
    surface.poll(memory.board)
    alone, whole = (QImage(200, 100, QImage.Format.Format_RGB32) for _ in range(2))
    surface.render(alone, QPoint(), QRegion(place))
    surface.render(whole, QPoint(), QRegion(surface.rect()))
    assert alone.copy(place) == whole.copy(place)


@pytest.mark.parametrize("cover", [Cover.WAITING, Cover.NO_SIGNAL, Cover.BLACK])
def test_a_cover_hides_what_is_in_memory(
    surface: Surface, memory: Memory, slots: Slots, cover: Cover
) -> None:
    memory.write(RED)
    surface.show_cells((cell(slots, VideoTile("北门", Fresh.MISSING, "", "", cover)),))
    surface.poll(memory.board)
    assert middle(surface) != (255, 0, 0)


def test_a_row_between_two_sizes_is_not_drawn(
    surface: Surface, memory: Memory, slots: Slots
) -> None:
    memory.write(RED, width=WIDTH * 100)
    surface.show_cells((cell(slots, LIVE),))
    surface.poll(memory.board)
    assert slots.newest(memory.board)[1] is None
    assert middle(surface) != (255, 0, 0)


def test_a_still_stands_where_nothing_moves(surface: Surface) -> None:
    still = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    still.fill(0xFF0000FF)
    surface.show_cells((cell(None, VideoTile("北门", Fresh.CACHED, "13:51:04"), still),))
    red, green, blue = middle(surface)
    assert red == green == 0 and 120 <= blue <= 135


def test_cells_stand_apart_inside_the_room(context: Context) -> None:
    room = QRectF(0, 0, 1200, 800)
    for count in (1, 2, 5, 9, 16, 64):
        places = list(place_cells(Look(count=count), room, context.theme).values())
        assert len(places) == count
        for number, place in enumerate(places):
            assert room.toRect().contains(place)
            assert not any(place.intersects(other) for other in places[:number])


def test_the_enlarged_one_fills_the_room_alone(context: Context) -> None:
    places = place_cells(Look(count=9, enlarged=4), QRectF(0, 0, 900, 600), context.theme)
    assert places == {4: QRect(0, 0, 900, 600)}


def test_a_line_lies_on_the_seam(context: Context) -> None:
    look, room = Look(layout=grid(2, 1)), QRectF(0, 0, 1000, 400)
    plain = place_cells(look, room, context.theme)
    seamed = place_cells(look, room, context.theme, (Edges((640.0,), 20.0), Edges()))
    assert plain[0].width() == plain[1].width()
    assert (seamed[0].right() + 1, seamed[1].x()) == (620, 660)
    assert (seamed[0].x(), seamed[1].right()) == (0, 999)


def test_cells_by_hand_stand_where_they_were_put(context: Context) -> None:
    look = Look(layout=layout(4, 2, [Span(0, 0, 3, 2), Span(3, 0), Span(3, 1)]))
    places = place_cells(look, QRectF(0, 0, 800, 280), context.theme)
    gap = places[2].y() - places[1].bottom() - 1
    assert places[0].x() == 0 and places[0].height() == 280
    assert places[1].x() == places[2].x() == round(0.75 * (800 + gap))
    assert places[1].height() == places[2].height()
    assert places[2].right() == 799


def test_the_rows_of_a_plain_grid_stand_together_in_the_middle(context: Context) -> None:
    places = place_cells(Look(count=9), QRectF(0, 0, 1200, 1000), context.theme)
    gap = places[1].x() - places[0].right()
    assert abs(places[3].y() - places[0].bottom() - gap) <= 1
    pictures = places[0].height() - context.theme.px(CAPTION_HEIGHT)
    assert abs(pictures - places[0].width() * 9 / 16) <= 2
    assert abs(places[0].y() - (999 - places[8].bottom())) <= 1


@pytest.mark.parametrize(
    ("count", "across", "down"),
    [(12, (1920.0, 3840.0), (1080.0,)), (9, (1920.0,), (1080.0,)), (1, (1920.0,), ()),
     (64, (960.0, 1920.0, 2880.0), (1080.0,))],
)  # fmt: skip
def test_no_cell_of_a_plain_grid_lies_partly_on_another_monitor(
    context: Context, count: int, across: tuple[float, ...], down: tuple[float, ...]
) -> None:
    room = QRectF(0, 0, 5760, 2160)
    edges = Edges(across, 6.0), Edges(down, 6.0)
    places = list(place_cells(Look(count=count), room, context.theme, edges).values())
    assert len(places) == count
    if count > 1:
        for place in places:
            assert not any(place.left() < seam < place.right() for seam in across)
            assert not any(place.top() < seam < place.bottom() for seam in down)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1920, 1080, QRect(0, 0, 160, 90)),
        (640, 480, QRect(20, 0, 120, 90)),
        (0, 0, QRect(0, 0, 160, 90)),
        (320, 90, QRect(0, 23, 160, 44)),
    ],
)
def test_a_picture_keeps_its_shape(width: int, height: int, expected: QRect) -> None:
    assert fitted(QRect(0, 0, 160, 90), width, height) == expected


@pytest.mark.parametrize("shape", [(1920, 1080), (640, 480), (1080, 1920)])
@pytest.mark.parametrize("room", [(212, 119), (213, 120), (333, 187)])
def test_a_picture_is_copied_pixel_by_pixel(room: tuple[int, int], shape: tuple[int, int]) -> None:
    """What is asked of a worker is what is drawn, and what is drawn lies within its cell."""
    inside = QRect(7, 9, *room)
    place = fitted(inside, *shape)
    asked = demand_for("c", place, 1.0, Weight.NORMAL, PixelFormat.BGRA, None)
    assert asked is not None
    assert (asked.width, asked.height) == (place.width(), place.height())
    assert inside.contains(place)
    assert fitted(place, *shape) == place


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", False),
        ("Google SwiftShader", False),
        ("", False),
        ("NVIDIA RTX A4000/PCIe/SSE2", True),
        ("Mesa Intel(R) UHD Graphics 770 (ADL-S GT1)", True),
    ],
)
def test_a_card_is_known_by_its_name(name: str, expected: bool) -> None:
    assert is_card(name) is expected
