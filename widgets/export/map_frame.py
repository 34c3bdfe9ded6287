"""What stands around a map on a sheet: title, facts, 演示数据, legend, scale, datum and foot."""

import math
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from app.gis.content import MarkStyle, ShapeStyle
from app.gis.standalone import Sign
from app.live.map_state import MapPlace
from widgets.context import Context
from widgets.export.map_sheet import Sheet, line_of
from widgets.paint import text as lettering
from widgets.paint.map_mark import paint_map_mark, paint_map_shape, paint_swatch
from widgets.theme import Role

HEAD, FOOT, SIDE, PAD = 44, 26, 300, 12
ROW = 22
BAR = 160.0
"""The longest bar of the scale."""
METRES = 156543.03392804097
"""Of a pixel at the equator at zoom 0: the circumference of EPSG:3857 by 256."""


class Frame(NamedTuple):
    """The sheet in pixels at factor 1, and the map's place in it."""

    width: int
    height: int
    map_rect: QRect

    @classmethod
    def of(cls, context: Context, size: tuple[int, int], factor: float) -> "Frame":
        """The frame of a picture of this size."""
        width, height = math.floor(size[0] / factor), math.floor(size[1] / factor)
        return cls(width, height, QRect(0, HEAD, width - SIDE, height - HEAD - FOOT))


def paint_frame(
    painter: QPainter, context: Context, sheet: Sheet, place: MapPlace, frame: Frame, factor: float
) -> None:
    """Everything beside the map. `factor` is pixels of the picture by those of the theme."""
    theme = context.theme
    painter.save()
    painter.scale(factor, factor)
    head = QRectF(PAD, 0, frame.width - 2 * PAD, HEAD)
    wide = lettering.draw_in(painter, theme, head, sheet.title, Role.TITLE, theme.text1, True)
    head.setLeft(head.left() + wide + 2 * PAD)
    if sheet.world:
        wide = lettering.draw_in(painter, theme, head, sheet.world, Role.BODY, theme.text1, True)
        head.setLeft(head.left() + wide + 2 * PAD)
    facts = lettering.fit(theme, line_of(sheet.facts), Role.CAPTION, head.width())
    lettering.draw_in(painter, theme, head, facts, Role.CAPTION, theme.text2, right=True)
    foot = QRectF(PAD, frame.height - FOOT, frame.width - 2 * PAD, FOOT)
    owed = lettering.fit(theme, line_of(sheet.foot), Role.CAPTION, foot.width())
    lettering.draw_in(painter, theme, foot, owed, Role.CAPTION, theme.text2)
    side = QRectF(frame.width - SIDE, HEAD, SIDE, frame.height - HEAD - FOOT)
    _paint_legend(painter, context, sheet, side)
    _paint_scale(painter, context, place, frame.map_rect)
    painter.restore()


def _paint_legend(painter: QPainter, context: Context, sheet: Sheet, side: QRectF) -> None:
    theme = context.theme
    painter.fillRect(side, theme.canvas)
    y, room = side.top() + PAD, side.width() - 2 * PAD
    rows = 0
    for sign in sheet.legend:
        high = ROW * (2 if sign.note else 1)
        if y + high > side.bottom() - ROW:
            break
        rect = QRectF(side.left() + PAD, y, room, ROW)
        _paint_sign(painter, context, sign, rect)
        if sign.note:
            below = rect.translated(0, ROW)
            told = lettering.fit(theme, sign.note, Role.CAPTION, room)
            lettering.draw_in(painter, theme, below, told, Role.CAPTION, theme.text3)
        y += high
        rows += 1
    left = len(sheet.legend) - rows
    if left:
        rect = QRectF(side.left() + PAD, side.bottom() - ROW, room, ROW)
        lettering.draw_in(painter, theme, rect, f"+{left}", Role.CAPTION, theme.text2)


def _paint_sign(painter: QPainter, context: Context, sign: Sign, rect: QRectF) -> None:
    theme = context.theme
    box = QRectF(rect.left(), rect.top() + 3, 20, ROW - 6)
    drawn = True
    if sign.mark is not None:
        paint_map_mark(painter, box, msgspec.convert(sign.mark, MarkStyle), theme)
    elif sign.shape is not None:
        style = msgspec.convert(sign.shape, ShapeStyle)
        paint_map_shape(painter, box, style, theme, closed=sign.closed)
    elif sign.colour:
        paint_swatch(painter, box, sign.colour, theme)
    else:
        drawn = False
    inner = rect.adjusted(28 if drawn else 0, 0, 0, 0)
    ink = theme.text1 if sign.head else theme.text2
    told = lettering.fit(theme, sign.text, Role.CAPTION, inner.width())
    lettering.draw_in(painter, theme, inner, told, Role.CAPTION, ink, sign.head)


def scale_bar(lat: float, zoom: float, most: float = BAR) -> tuple[float, float]:
    """A round length in metres and the pixels that it takes at a latitude: the longest of 1, 2, 5
    times a power of ten that is no longer than `most`."""
    metres = METRES * math.cos(math.radians(lat)) / 2**zoom
    limit = metres * most
    power = 10 ** math.floor(math.log10(limit))
    length = max(part * power for part in (1, 2, 5) if part * power <= limit)
    return length, length / metres


def _paint_scale(painter: QPainter, context: Context, place: MapPlace, inner: QRect) -> None:
    theme = context.theme
    metres, pixels = scale_bar(place.lat, place.zoom)
    told = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    left, bottom = inner.left() + PAD, inner.bottom() - PAD
    ground = QRectF(left - 6, bottom - ROW - 4, pixels + 12, ROW + 10)
    painter.fillRect(ground, theme.canvas)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(left, bottom - 2, pixels, 2), theme.text1)
    painter.fillRect(QRectF(left, bottom - 6, 2, 6), theme.text1)
    painter.fillRect(QRectF(left + pixels - 2, bottom - 6, 2, 6), theme.text1)
    rect = QRectF(left, bottom - ROW - 2, pixels, ROW - 4)
    lettering.draw_in(painter, theme, rect, told, Role.CAPTION, theme.text1)
