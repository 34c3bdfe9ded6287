"""A mark at the head of a window whose scene was changed by hand and is in no file yet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from widgets.theme import Role, Theme
from widgets.window import Window


class UnsavedMark(QLabel):
    """Stands in the upper middle as long as that is so; takes neither focus nor clicks."""

    def __init__(self, window: Window, theme: Theme, words: str) -> None:
        super().__init__(words, window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(theme.font(Role.CAPTION))
        pad = round(theme.px(8))
        self.setContentsMargins(pad, pad // 2, pad, pad // 2)
        self.setStyleSheet(f"color: {theme.text1.name()}")
        self.setAccessibleName(words)
        window.arranged.connect(self.place)
        self.place()
        self.show()

    def place(self) -> None:
        """In the middle under the upper edge, over the panels."""
        self.adjustSize()
        self.move((self.window().width() - self.width()) // 2, round(self._theme.px(8)))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised surface with one line round it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.overlay)
        painter.setPen(self._theme.line2)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        super().paintEvent(event)
