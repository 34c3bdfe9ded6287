"""A loudspeaker: this tile is heard, or would be."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from widgets.paint.base import pen, too_small
from widgets.theme import Theme


def paint_sound(painter: QPainter, rect: QRectF, theme: Theme, *, heard: bool) -> None:
    """In a square: with two waves where it is heard, crossed out where it cannot be."""
    if too_small(rect):
        return
    colour = theme.text1 if heard else theme.text3
    theme.stamps.stamp(
        painter,
        rect,
        ("sound", heard),
        lambda p, box: _glyph(p, box, colour, heard=heard),
    )


def _glyph(painter: QPainter, box: QRectF, colour: QColor, *, heard: bool) -> None:
    side = min(box.width(), box.height())
    path = QPainterPath()
    corners = ((0.05, 0.36), (0.22, 0.36), (0.45, 0.14), (0.45, 0.86), (0.22, 0.64), (0.05, 0.64))
    for number, (x, y) in enumerate(corners):
        at = QPointF(x * side, y * side)
        path.lineTo(at) if number else path.moveTo(at)
    path.closeSubpath()
    painter.fillPath(path, colour)
    painter.setPen(pen(colour, side * 0.09))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if heard:
        for reach in (0.16, 0.34):
            wave = QRectF(
                0.5 * side - reach * side, (0.5 - reach) * side, 2 * reach * side, 2 * reach * side
            )
            painter.drawArc(wave, -50 * 16, 100 * 16)
    else:
        painter.drawLine(QPointF(0.62 * side, 0.36 * side), QPointF(0.94 * side, 0.64 * side))
        painter.drawLine(QPointF(0.94 * side, 0.36 * side), QPointF(0.62 * side, 0.64 * side))
