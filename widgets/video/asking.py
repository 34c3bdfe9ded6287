"""The small field that asks why a picture is saved, or from when a recording is to be shown."""

import re

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from app.live.map_moment import PATTERN
from widgets.context import Context
from widgets.paint.base import overlay_ground
from widgets.theme import Role, stylesheet

LONGEST = 200
FORMS = {
    "moment": re.compile(PATTERN),
    "layout": re.compile(r"[a-z][a-z0-9_-]{0,60}"),
    "seek": re.compile(PATTERN.replace("now|", "", 1)),
    "review": re.compile(PATTERN.replace("now|", "-[0-9]{1,3}s|", 1)),
    "preset": re.compile(r"[A-Za-z0-9_-]{1,40}"),
}
WIDTH = 420


class AskField(QWidget):
    """`what` is asked: a `reason`, the `moment` of a recording, the name of a `layout`, where to
    `seek`, from when to `review`, a `preset`. `given` says it; Esc closes the field, and so does
    whoever answered. Nothing is given before something stands in it. Wrong input is told below,
    with the text still there."""

    given = Signal(str)
    closed = Signal()

    def __init__(self, context: Context, what: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.what = what
        self._context = context
        self._panel = parent
        theme = context.theme
        self.setStyleSheet(stylesheet(theme))
        self.line = QLineEdit(self)
        self.line.setMaxLength(LONGEST)
        self.line.setPlaceholderText(context.text(f"videohand.ask.{what}"))
        self.line.setAccessibleName(context.text(f"videohand.ask.{what}"))
        self.said = QLabel(context.text(f"videohand.ask.{what}_why"), self)
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        caption = f"color: {theme.text2.name()}; font-size: {theme.size(Role.CAPTION)}px;"
        self.said.setStyleSheet(caption)
        head = QLabel(title, self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        pad = round(theme.px(12))
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(round(theme.px(8)))
        for widget in (head, self.line, self.said):
            column.addWidget(widget)

    def open_over(self, cell: QRect) -> None:
        """Stand at the foot of a place of the parent, and take the keys."""
        parent = self._panel
        width = min(round(self._context.theme.px(WIDTH)), parent.width())
        self.setFixedWidth(width)
        self.adjustSize()
        left = min(max(0, cell.center().x() - width // 2), parent.width() - width)
        top = min(max(0, cell.bottom() - self.height()), parent.height() - self.height())
        self.move(left, top)
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def explain(self, words: str) -> None:
        """What there is to choose from; the text that is being written stands."""
        self.said.setText(words)
        bottom = self.geometry().bottom()
        self.adjustSize()
        self.move(self.x(), max(0, bottom - self.height()))

    def stand_clear(self, place: QRect) -> None:
        """Stand above a place of the parent that is to be seen too."""
        if self.geometry().intersects(place):
            self.move(self.x(), max(0, place.y() - self.height()))
        self.raise_()

    def refuse(self, words: str) -> None:
        """Why it was not done; the text stands."""
        self.said.setText(words)
        self.line.setEnabled(True)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_field(self) -> None:
        """Go, and give the keys back."""
        self.hide()
        self.deleteLater()
        self._panel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A raised surface with one line round it, as every overlay."""
        painter = QPainter(self)
        overlay_ground(painter, self.rect(), event.rect(), self._context.theme)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter gives it, Esc closes; no other key reaches the panel below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_field()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.line.isEnabled():
            self._give()
        event.accept()

    def _give(self) -> None:
        said = self.line.text().strip()
        fits = FORMS.get(self.what)
        if not said or (fits is not None and fits.fullmatch(said) is None):
            self.refuse(self._context.text(f"videohand.ask.{self.what}_missing"))
            return
        self.line.setEnabled(False)
        self.given.emit(said)
