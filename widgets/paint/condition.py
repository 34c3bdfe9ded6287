"""The condition of a sensing device as a form: no warning's shape and none of its colours.

What works is a dot, what is silent has a hole or a gap, what speaks wrongly is a line that is not
as it should be. All in the ink of text, told apart in a black-and-white print.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.core.condition import Condition
from widgets.paint.base import pen, too_small
from widgets.theme import Theme

_PATHS: dict[Condition, tuple[tuple[tuple[float, float], ...], ...]] = {
    Condition.FAULT: (((0.2, 0.2), (0.8, 0.8)), ((0.2, 0.8), (0.8, 0.2))),
    Condition.IMPOSSIBLE: (((0.06, 0.72), (0.4, 0.72), (0.5, 0.1), (0.6, 0.72), (0.94, 0.72)),),
    Condition.FLAT: (((0.1, 0.5), (0.9, 0.5)), ((0.1, 0.3), (0.1, 0.7)), ((0.9, 0.3), (0.9, 0.7))),
    Condition.DRIFT: (((0.08, 0.8), (0.92, 0.8)), ((0.08, 0.7), (0.92, 0.2))),
    Condition.UNREACHABLE: (
        ((0.04, 0.5), (0.34, 0.5)),
        ((0.66, 0.5), (0.96, 0.5)),
        ((0.34, 0.3), (0.34, 0.7)),
        ((0.66, 0.3), (0.66, 0.7)),
    ),
    Condition.UNKNOWN: (((0.28, 0.5), (0.72, 0.5)),),
}


def condition_ink(theme: Theme, condition: Condition) -> QColor:
    """What works is quiet."""
    quiet = condition in (Condition.ONLINE, Condition.UNKNOWN)
    return theme.text3 if quiet else theme.text1


def paint_condition(painter: QPainter, rect: QRectF, condition: Condition, theme: Theme) -> None:
    """The form in a square of the rectangle's smaller side, in its middle."""
    if too_small(rect):
        return
    side = min(rect.width(), rect.height())
    square = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    theme.stamps.stamp(
        painter,
        square,
        ("condition", condition),
        lambda p, box: _glyph(p, box.width(), condition, theme),
    )


def _glyph(painter: QPainter, s: float, condition: Condition, theme: Theme) -> None:
    ink = condition_ink(theme, condition)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(ink, max(1.5, s * 0.12)))
    middle = QPointF(s / 2, s / 2)
    if condition is Condition.LOST:
        painter.drawEllipse(middle, s * 0.34, s * 0.34)
    elif condition is Condition.BATTERY:
        painter.drawRect(QRectF(s * 0.08, s * 0.28, s * 0.72, s * 0.44))
        painter.fillRect(QRectF(s * 0.82, s * 0.4, s * 0.12, s * 0.2), ink)
        painter.fillRect(QRectF(s * 0.16, s * 0.36, s * 0.14, s * 0.28), ink)
    elif condition in _PATHS:
        for points in _PATHS[condition]:
            path = QPainterPath(QPointF(points[0][0] * s, points[0][1] * s))
            for x, y in points[1:]:
                path.lineTo(x * s, y * s)
            painter.drawPath(path)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        if condition is Condition.LATE:
            radius = s * 0.36
            box = QRectF(s / 2 - radius, s / 2 - radius, 2 * radius, 2 * radius)
            painter.drawPie(box, 90 * 16, 270 * 16)
        else:
            painter.drawEllipse(middle, s * 0.26, s * 0.26)
