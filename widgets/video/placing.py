"""Where the cells of a video wall stand: whole pixels, on seams, in the shape of a stream."""

import itertools
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF

from app.live.video_grid import ASPECT, plain_grid
from app.live.video_wall import Cell, Look
from widgets.edges import Edges
from widgets.paint.video import CAPTION_HEIGHT
from widgets.theme import Theme

NEAR = 0.3
"""A line between cells that is nearer to a seam than this share of a cell is moved onto it."""


def place_cells(
    look: Look,
    room: QRectF,
    theme: Theme,
    edges: tuple[Edges, Edges] = (Edges(), Edges()),
) -> Mapping[int, QRect]:
    """The whole place of each cell by its number; one that is enlarged fills the room alone."""
    if room.width() < 1 or room.height() < 1:
        return {}
    if look.enlarged is not None:
        return {look.enlarged: room.toAlignedRect()}
    strip = theme.px(CAPTION_HEIGHT)
    cells = look.cells or _grid(look.size, room, strip)
    # Every cell gives a gap at its right and foot, the last ones beyond the room: all are alike.
    gap = theme.px(8)
    room = room.adjusted(0, 0, gap, gap)
    xs = _lines([cell.x for cell in cells], room.x(), room.width(), edges[0])
    ys = _lines([cell.y for cell in cells], room.y(), room.height(), edges[1])
    return {number: _rect(cell, room, xs, ys, gap) for number, cell in enumerate(cells)}


def fitted(picture: QRect, width: int, height: int) -> QRect:
    """The largest place of a stream's shape within a picture, in the middle; all of it while the
    shape is not known."""
    if width <= 0 or height <= 0 or picture.width() <= 0 or picture.height() <= 0:
        return picture
    scale = min(picture.width() / width, picture.height() / height)
    wide, high = max(2, round(width * scale)), max(2, round(height * scale))
    if picture.width() - wide <= 2 and picture.height() - high <= 2:
        return picture
    left = picture.x() + (picture.width() - wide) // 2
    return QRect(left, picture.y() + (picture.height() - high) // 2, wide, high)


def _grid(count: int, room: QRectF, strip: float) -> Sequence[Cell]:
    # Each cell loses a strip: the room is stretched by what that costs a picture of this shape.
    cells = plain_grid(count, room.width(), room.height())
    high = cells[0].height * room.height()
    share = max(0.1, (high - strip) / high)
    return plain_grid(count, room.width(), room.height(), ASPECT * share)


def _lines(
    shares: Sequence[float], start: float, length: float, edges: Edges
) -> dict[float, float]:
    """Where each share of the room lies in pixels, on a seam where one is near."""
    wanted = sorted({*shares, 1.0})
    step = min((b - a for a, b in itertools.pairwise(wanted)), default=1.0) * length
    lines = {}
    for share in wanted:
        at = start + share * length
        near = min(edges.at, key=lambda seam, at=at: abs(seam - at), default=at)  # type: ignore[misc]
        inside = start < at < start + length
        lines[share] = near if inside and abs(near - at) < NEAR * step else at
    return lines


def _rect(
    cell: Cell, room: QRectF, xs: Mapping[float, float], ys: Mapping[float, float], gap: float
) -> QRect:
    left, top = xs[cell.x], ys[cell.y]
    right = _end(xs, cell.x + cell.width, room.x(), room.width())
    bottom = _end(ys, cell.y + cell.height, room.y(), room.height())
    wide, high = round(right - gap - left), round(bottom - gap - top)
    return QRect(round(left), round(top), wide, high)


def _end(lines: Mapping[float, float], share: float, start: float, length: float) -> float:
    near = min(lines, key=lambda one: abs(one - share))
    return lines[near] if abs(near - share) < 1e-6 else start + share * length
