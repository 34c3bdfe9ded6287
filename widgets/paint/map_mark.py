"""The symbols of the map as its legend and its lists show them: the same forms and colours.

Colours are names of the theme's tokens (`text1`, `warning.red`, `series.2`, lists from 1), as
layers say them.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from app.core.model import AlarmKind, Level
from app.gis.content import MarkStyle, ShapeStyle
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.base import hatch, pen, too_small
from widgets.paint.marks import IncidentMark, paint_incident
from widgets.theme import Theme

_GRADES = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}


def token_colour(theme: Theme, name: str) -> QColor:
    """The colour of a token's name; of one that is not known the quiet ink."""
    head, _, rest = name.partition(".")
    found = getattr(theme, head, None)
    if isinstance(found, QColor):
        return found
    if head == "warning" and rest in tuple(Level):
        return theme.warning.get(Level(rest), theme.text2)
    if isinstance(found, tuple) and rest.isdigit() and found:
        return found[min(len(found), max(1, int(rest))) - 1]
    return theme.text2


def paint_map_mark(painter: QPainter, rect: QRectF, style: MarkStyle, theme: Theme) -> None:
    """A mark in the middle of a rectangle, at most as large as its smaller side."""
    if too_small(rect):
        return
    side = min(rect.width(), rect.height())
    middle, colour = rect.center(), token_colour(theme, style.colour)
    if style.form == "warning":
        inner = QRectF(middle.x() - side * 0.36, middle.y() - side * 0.36, side * 0.72, side * 0.72)
        kind = AlarmKind.HINT if style.outline else AlarmKind.ISSUED
        paint_alarm(painter, inner, AlarmMark(style.level or Level.BLUE, kind), theme)
        return
    if style.form == "pin":
        paint_incident(painter, rect, IncidentMark(_GRADES.get(style.numeral, 4)), theme)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    hollow = style.outline or style.form in ("ring", "diamond", "box")
    painter.setPen(pen(colour, max(1.2, side * 0.09)) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
    _form(painter, middle, min(side * 0.8, theme.px(style.size + 4)), style.form, colour)
    painter.restore()


def _form(painter: QPainter, at: QPointF, size: float, form: str, colour: QColor) -> None:
    half = size / 2
    if form == "diamond":
        painter.drawPolygon(_points(at, half, (0, -1), (1, 0), (0, 1), (-1, 0)))
    elif form == "box":
        painter.drawRect(QRectF(at.x() - half, at.y() - half, size, size))
    elif form == "arrow":
        painter.drawPolygon(_points(at, half, (0, -1), (0.75, 1), (0, 0.5), (-0.75, 1)))
    elif form == "cross":
        painter.setPen(pen(colour, max(1.5, size * 0.16)))
        painter.drawLine(at + QPointF(-half, -half), at + QPointF(half, half))
        painter.drawLine(at + QPointF(-half, half), at + QPointF(half, -half))
    elif form == "label":
        painter.setPen(pen(colour, max(1.5, size * 0.16)))
        painter.drawLine(at + QPointF(-half, half), at + QPointF(half, half))
    else:
        painter.drawEllipse(at, half * 0.8, half * 0.8)


def _points(at: QPointF, half: float, *corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([at + QPointF(x * half, y * half) for x, y in corners])


def paint_map_shape(
    painter: QPainter, rect: QRectF, style: ShapeStyle, theme: Theme, *, closed: bool
) -> None:
    """An area as a box, a line as a stroke, within a rectangle."""
    if too_small(rect):
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = pen(token_colour(theme, style.line), max(1.0, theme.px(style.width)))
    if style.dash:
        line.setDashPattern([max(0.5, part / max(1.0, style.width)) for part in style.dash])
    box = rect.adjusted(1, rect.height() * 0.2, -1, -rect.height() * 0.2)
    if closed and style.fill:
        fill = QColor(token_colour(theme, style.fill))
        fill.setAlphaF(style.opacity)
        painter.fillRect(box, fill)
    if closed and style.hatch:
        hatch(painter, box, token_colour(theme, style.fill or style.line), theme)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if closed:
        painter.drawRect(box)
    else:
        middle = box.center().y()
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
    painter.restore()


def paint_swatch(painter: QPainter, rect: QRectF, colour: str, theme: Theme) -> None:
    """A step of a choropleth or of heat."""
    if not too_small(rect):
        painter.fillRect(rect, token_colour(theme, colour))


def paint_eye(painter: QPainter, rect: QRectF, theme: Theme, *, on: bool) -> None:
    """Whether a layer is on: a ticked box, or an empty one."""
    if too_small(rect):
        return
    side = min(rect.width(), rect.height())
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(theme.accent if on else theme.text3, max(1.2, theme.px(1.4))))
    painter.setBrush(theme.accent if on else Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    if on:
        path = QPainterPath(QPointF(box.x() + side * 0.22, box.y() + side * 0.52))
        path.lineTo(box.x() + side * 0.42, box.y() + side * 0.72)
        path.lineTo(box.x() + side * 0.78, box.y() + side * 0.28)
        painter.setPen(pen(theme.accent_ink, max(1.5, side * 0.13)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    painter.restore()
