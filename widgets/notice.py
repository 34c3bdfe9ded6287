"""One sentence over the foot of a window that goes by itself: an answer nobody has to close."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from widgets.theme import Role, Theme

SHOWN_MS = 8000


class Notice(QLabel):
    """Takes neither focus nor clicks; a new sentence takes the place of the old."""

    def __init__(self, window: QWidget, theme: Theme, words: str) -> None:
        super().__init__(words, window)
        self._theme = theme
        self.setFont(theme.font(Role.BODY))
        pad = round(theme.px(12))
        self.setContentsMargins(pad, pad, pad, pad)
        self.setStyleSheet(f"color: {theme.text1.name()}")
        self.setAccessibleName(words)
        widest = window.width() - 2 * pad
        if self.sizeHint().width() > widest:  # a sentence with the path of a file
            self.setWordWrap(True)
            self.setFixedWidth(widest)
        self.adjustSize()
        self.move((window.width() - self.width()) // 2, window.height() - 2 * self.height())
        self._timer = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self.deleteLater)
        self._timer.start()
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised surface with one line round it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.overlay)
        painter.setPen(self._theme.line2)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
        super().paintEvent(event)
