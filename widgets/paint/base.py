"""What every painter does first and last."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.paint.text import baseline, draw, fit
from widgets.theme import Role, Theme

TOO_SMALL = 4.0  # px; nothing can be said in less


@contextmanager
def drawing(painter: QPainter, rect: QRectF) -> Iterator[QPainter]:
    """Antialiased, clipped to the rectangle, and everything put back afterwards."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    try:
        yield painter
    finally:
        painter.restore()


def too_small(rect: QRectF) -> bool:
    """Whether there is no room to say anything."""
    return rect.width() < TOO_SMALL or rect.height() < TOO_SMALL


def pen(colour: QColor, width: float, *, flat: bool = True) -> QPen:
    """A solid pen with square-cut ends and mitred corners."""
    found = QPen(colour, width)
    found.setCapStyle(Qt.PenCapStyle.FlatCap if flat else Qt.PenCapStyle.SquareCap)
    found.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return found


def focus_frame(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The 2 px accent outline inside a rectangle: the only sign of focus."""
    width = theme.px(2)
    inset = width / 2
    painter.setPen(pen(theme.accent, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(inset, inset, -inset, -inset))


def selection_edge(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The raised surface and the 4 px accent edge of what is selected."""
    painter.fillRect(rect, theme.raised)
    painter.fillRect(QRectF(rect.x(), rect.y(), theme.px(4), rect.height()), theme.accent)


def row_line(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """The line that parts a row from the next one; at least the thinnest stroke."""
    line = max(1.0, theme.stroke / 2)
    painter.fillRect(QRectF(rect.x(), rect.bottom() - line, rect.width(), line), theme.line1)


def grid_lines(painter: QPainter, rect: QRectF, theme: Theme, first: float = 0.0) -> None:
    """The lines below a cell of a grid and at its left, where it stands right of `first`."""
    row_line(painter, rect, theme)
    if rect.x() > first:
        line = max(1.0, theme.stroke / 2)
        painter.fillRect(QRectF(rect.x(), rect.y(), line, rect.height()), theme.line1)


def overlay_ground(painter: QPainter, whole: QRect, dirty: QRect, theme: Theme) -> None:
    """The raised surface of what opens over a window, with one line round it; no shadow."""
    painter.fillRect(dirty, theme.overlay)
    painter.setPen(theme.line2)
    painter.drawRect(whole.adjusted(0, 0, -1, -1))


def hatch(painter: QPainter, rect: QRectF, colour: QColor, theme: Theme) -> None:
    """Diagonal lines: no data here, a drill, or a demonstration."""
    step, width = theme.px(9), theme.px(2)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setPen(pen(colour, width))
    x = rect.x() - rect.height()
    while x < rect.right() + step:
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
        x += step * 1.4142
    painter.restore()


def frame(
    painter: QPainter,
    rect: QRectF,
    colour: QColor,
    theme: Theme,
    radius: float,
    *,
    fill: QColor | None = None,
    dashed: bool = False,
    width: float | None = None,
) -> None:
    """An outline inside a rectangle, filled where a colour is given."""
    line = pen(colour, width or max(theme.stroke, theme.px(1)))
    if dashed:
        line.setDashPattern([3.0, 2.0])
    painter.setPen(line)
    painter.setBrush(fill or Qt.BrushStyle.NoBrush)
    half = line.widthF() / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


def centred(
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: Role,
    colour: QColor,
    theme: Theme,
    *,
    bold: bool = False,
) -> None:
    """A text in the middle of a rectangle, shortened to it."""
    short = fit(theme, text, role, rect.width(), bold)
    x = rect.center().x() - theme.width(short, role, bold) / 2
    level = baseline(theme, role, rect.y(), rect.height())
    draw(painter, theme, (x, level), short, role, colour, bold)
