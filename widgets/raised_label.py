"""Words on a raised surface over the panels of a window, which neither focus nor clicks reach."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from widgets.paint.base import overlay_ground
from widgets.theme import Role, Theme


class RaisedLabel(QLabel):
    """`pad` is left free around the words at the sides, `pad_y` above and below, in logical
    pixels."""

    def __init__(
        self, window: QWidget, theme: Theme, words: str, role: Role, pad: int, pad_y: int
    ) -> None:
        super().__init__(words, window)
        self._theme = theme
        self.setFont(theme.font(role))
        self.setContentsMargins(pad, pad_y, pad, pad_y)
        self.setStyleSheet(f"color: {theme.text1.name()}")
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised surface with one line round it."""
        painter = QPainter(self)
        overlay_ground(painter, self.rect(), self.rect(), self._theme)
        painter.end()
        super().paintEvent(event)
