"""A frame round the panel that a speaker talks about: no clicks, no colour of a level."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.panels._base import Panel
from widgets.theme import Theme


class Pointer(QWidget):
    """Stands round one panel of its window."""

    def __init__(self, panel: Panel, theme: Theme) -> None:
        super().__init__(panel.window())
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.follow(panel)
        self.show()

    def follow(self, panel: Panel) -> None:
        """Stand where the panel stands now."""
        self.setGeometry(panel.geometry())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Four lines just inside the panel's edge."""
        painter = QPainter(self)
        width = max(2.0, self._theme.stroke)
        painter.setPen(QPen(self._theme.text1, width))
        inset = width / 2
        painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))
        painter.end()
