"""Where the cells of a video wall stand: whole pixels, never across a seam, in the shape of a
stream."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF

from app.live.video_grid import ASPECT, in_columns, plain_grid
from app.live.video_layout import Layout
from app.live.video_wall import Look
from widgets.edges import Edges
from widgets.paint.video import CAPTION_HEIGHT
from widgets.theme import Theme
from widgets.video.lines import Room, lay_lines, narrowest, stretch

GAP = 8


def place_cells(
    look: Look,
    room: QRectF,
    theme: Theme,
    edges: tuple[Edges, Edges] = (Edges(), Edges()),
    made: Layout | None = None,
) -> Mapping[int, QRect]:
    """The whole place of each cell by its number; one that is enlarged fills the room alone.
    `made` is what `layout_in` gave for the same."""
    if room.width() < 1 or room.height() < 1:
        return {}
    if look.enlarged is not None:
        return {look.enlarged: room.toAlignedRect()}
    layout = made or layout_in(look, room, theme, edges)
    room = _gathered(layout, room, theme, edges[1])
    return dict(enumerate(_places(layout, room, theme, edges)))


def layout_in(
    look: Look,
    room: QRectF,
    theme: Theme,
    edges: tuple[Edges, Edges] = (Edges(), Edges()),
) -> Layout:
    """How a wall is divided in this room: as it was laid out, else in as many columns as make the
    smallest of its pictures largest."""
    if look.layout is not None:
        return look.layout
    count, strip = look.count, theme.px(CAPTION_HEIGHT)
    if not any(edge.at for edge in edges):
        # Each cell loses a strip: the room is stretched by what that costs a picture.
        first = plain_grid(count, room.width(), room.height())
        high = room.height() / first.rows
        share = max(0.1, (high - strip) / high)
        return plain_grid(count, room.width(), room.height(), ASPECT * share)

    gap = theme.px(GAP)
    across = Room(room.x(), room.width(), gap, edges[0])
    down = Room(room.y(), room.height(), gap, edges[1])

    def worth(columns: int) -> tuple[float, int, int]:
        rows = math.ceil(count / columns)
        wide, high = narrowest(columns, across), narrowest(rows, down)
        return round(min(wide, (high - strip) * ASPECT)), count - rows * columns, columns

    columns = {math.ceil(count / math.ceil(count / across)) for across in range(1, count + 1)}
    return in_columns(count, max(columns, key=worth))


def fitted(picture: QRect, width: int, height: int) -> QRect:
    """The largest place of a stream's shape within a picture, in the middle; all of it while the
    shape is not known. In even pixels, as pictures come: one more would be scaled into it, not
    copied."""
    if width <= 0 or height <= 0 or picture.width() <= 0 or picture.height() <= 0:
        return picture
    scale = min(picture.width() / width, picture.height() / height)
    wide, high = round(width * scale), round(height * scale)
    if picture.width() - wide <= 2 and picture.height() - high <= 2:
        wide, high = picture.width(), picture.height()
    wide, high = max(2, wide - wide % 2), max(2, high - high % 2)
    left = picture.x() + (picture.width() - wide) // 2
    return QRect(left, picture.y() + (picture.height() - high) // 2, wide, high)


def _places(layout: Layout, room: QRectF, theme: Theme, edges: tuple[Edges, Edges]) -> list[QRect]:
    gap, cells = theme.px(GAP), layout.cells
    across = Room(room.x(), room.width(), gap, edges[0])
    down = Room(room.y(), room.height(), gap, edges[1])
    xs = lay_lines(layout.columns, across, [(cell.column, cell.right) for cell in cells])
    ys = lay_lines(layout.rows, down, [(cell.row, cell.bottom) for cell in cells])
    places = []
    for cell in cells:
        left, right = stretch(xs, across, cell.column, cell.right)
        top, bottom = stretch(ys, down, cell.row, cell.bottom)
        wide, high = round(right) - round(left), round(bottom) - round(top)
        places.append(QRect(round(left), round(top), wide, high))
    return places


def _gathered(layout: Layout, room: QRectF, theme: Theme, seams: Edges) -> QRectF:
    """The middle of a room that is higher than its rows need, so that they stand together; where
    monitors meet they stand apart as those do."""
    gap = theme.px(GAP)
    wide = (room.width() - gap * (layout.columns - 1)) / layout.columns
    row = wide / ASPECT + theme.px(CAPTION_HEIGHT)
    spare = room.height() - row * layout.rows - gap * (layout.rows - 1)
    if seams.at or spare <= 0:
        return room
    return room.adjusted(0, spare / 2, 0, -spare / 2)
