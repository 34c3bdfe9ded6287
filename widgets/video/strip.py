"""The strip of a recording: the time line with what was not recorded, and where it stands.

Drawn as the time conductor of all windows is, where there is room for one; on a small cell a line
with what is missing. A click goes to that moment.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.paint.conductor import CONDUCTOR_HEIGHT, Conductor, axis, paint_conductor
from widgets.theme import Theme

ROOMY = 640
"""Pixels of width from which on the conductor's words have a place beside its axis."""
SLIM = 16


class PastStrip(QWidget):
    """`chosen` says where on the axis somebody pointed, 0 to 1."""

    chosen = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.data: Conductor | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def stand(self, place: QRect) -> None:
        """Lie at the foot of a place of the parent."""
        high = min(self.height_at(place.width()), place.height() // 2)
        edge = round(self._theme.px(2))  # the frame of the cell under the hand stays whole
        self.setGeometry(
            place.x() + edge, place.bottom() + 1 - high, place.width() - 2 * edge, high
        )

    def height_at(self, width: int) -> int:
        """How high it is where it is so wide."""
        roomy = width >= self._theme.px(ROOMY)
        return round(self._theme.px(CONDUCTOR_HEIGHT if roomy else SLIM))

    @property
    def is_slim(self) -> bool:
        """Whether it is a line alone."""
        return self.width() < self._theme.px(ROOMY)

    def tell(self, data: Conductor | None) -> None:
        """Show this; None: nothing, and go."""
        if data != self.data:
            self.data = data
            self.update()
        self.setVisible(data is not None)
        if data is not None:
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The conductor."""
        if self.data is None:
            return
        painter, rect = QPainter(self), QRectF(self.rect())
        if self.is_slim:
            paint_line(painter, rect, self.data, self._theme)
        else:
            paint_conductor(painter, rect, self.data, self._theme)
        painter.end()

    def share_at(self, point: QPointF) -> float | None:
        """Where on the axis a point lies; None beside it."""
        rect = QRectF(self.rect())
        left, right = span(rect, self._theme) if self.is_slim else axis(rect, self._theme)
        if right <= left or not left <= point.x() <= right:
            return None
        return (point.x() - left) / (right - left)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        share = self.share_at(event.position())
        if share is not None:
            self.chosen.emit(share)
        event.accept()


def span(rect: QRectF, theme: Theme) -> tuple[float, float]:
    """Left and right end of the line."""
    pad = theme.px(6)
    return rect.x() + pad, rect.right() - pad


def paint_line(painter: QPainter, rect: QRectF, data: Conductor, theme: Theme) -> None:
    """The axis with what was not recorded, and the moment that is played."""
    left, right = span(rect, theme)
    if right <= left:
        return
    painter.fillRect(rect, theme.canvas)
    thick, wide = theme.px(6), right - left
    top = rect.center().y() - thick / 2
    painter.fillRect(QRectF(left, top, wide, thick), theme.line2)
    for start, end in data.gaps:
        gap = QRectF(left + start * wide, top, (end - start) * wide, thick)
        painter.fillRect(gap, theme.freshness["late"])
    if data.cursor is not None:
        line = theme.px(3)
        place = QRectF(left + data.cursor * wide - line / 2, rect.y(), line, rect.height())
        painter.fillRect(place, theme.freshness["replay"])
