"""One sentence over the foot of a window that goes by itself: an answer nobody has to close."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from widgets.raised_label import RaisedLabel
from widgets.theme import Role, Theme

SHOWN_MS = 8000


class Notice(RaisedLabel):
    """Takes neither focus nor clicks; a new sentence takes the place of the old."""

    def __init__(self, window: QWidget, theme: Theme, words: str) -> None:
        pad = round(theme.px(12))
        super().__init__(window, theme, words, Role.BODY, pad, pad)
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
