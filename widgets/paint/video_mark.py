"""用户水印: who looks, small and light, again and again over a camera's picture.

White with a dark edge, so that it is found on bright and on dark pictures of a photograph, and so
thin that it hides nothing. It is no text of the screen: nobody is to read it from afar.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from widgets.paint.base import too_small
from widgets.theme import Role, Theme

INK, EDGE = 0.34, 0.30
"""How much of white and black lies on the picture."""
ACROSS, DOWN = 1.7, 5.0
"""From one to the next, in widths and heights of it."""


def paint_mark(painter: QPainter, rect: QRectF, text: str, theme: Theme) -> None:
    """Over a picture; each other row is shifted by half, so that no part of the picture is without
    it. Where it is too wide its words stand below each other."""
    if not text or too_small(rect):
        return
    lines = (text,)
    if _width(lines, theme) > rect.width():
        lines = tuple(text.split(" "))
    wide, high = _width(lines, theme), theme.line(Role.CAPTION) * len(lines)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    step_x, step_y = wide * ACROSS, max(theme.line(Role.CAPTION) * DOWN, high * 2)
    top, row = rect.y() + step_y / 4, 0
    while top < rect.bottom():
        left = rect.x() + wide * 0.1 - (step_x / 2 if row % 2 else 0.0)
        while left < rect.right():
            place = QRectF(left, top, wide, high)
            theme.stamps.stamp(
                painter, place, ("mark", lines), lambda p, box: _write(p, box, lines, theme)
            )
            left += step_x
        top, row = top + step_y, row + 1
    painter.restore()


def _width(lines: tuple[str, ...], theme: Theme) -> float:
    return max(theme.width(line, Role.CAPTION) for line in lines) + 2.0


def _write(painter: QPainter, box: QRectF, lines: tuple[str, ...], theme: Theme) -> None:
    painter.setFont(theme.fonts.font(Role.CAPTION, False))
    line = theme.line(Role.CAPTION)
    for colour, share, shift in (
        (Qt.GlobalColor.black, EDGE, 1.0),
        (Qt.GlobalColor.white, INK, 0.0),
    ):
        ink = QColor(colour)
        ink.setAlphaF(share)
        painter.setPen(ink)
        for number, text in enumerate(lines):
            level = box.y() + line * number + theme.fonts.ascent(Role.CAPTION, False)
            painter.drawText(QPointF(box.x() + shift, level + shift), text)
