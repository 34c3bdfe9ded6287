"""What opens over a window without stopping it: never a dialog of its own loop (rule 6)."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.theme import stylesheet


class Overlay(QWidget):
    """A raised surface in the upper middle of its window; Esc closes it, focus goes back.

    `size` is in desk pixels at 100 %. The ground around it stays as it is: an unacknowledged red
    keeps its light above any overlay.
    """

    closed = Signal()

    def __init__(self, context: Context, window: QWidget, width: int, height: int) -> None:
        super().__init__(window)
        self.context = context
        self._window = window
        self._design = (width, height)
        self._focus_before = window.focusWidget()
        self.setStyleSheet(stylesheet(context.theme))
        window.installEventFilter(self)
        self._place()

    def close_overlay(self) -> None:
        """Go, and give the focus back."""
        window = self._window
        window.removeEventFilter(self)
        before = self._focus_before
        (before if before is not None and before.isVisible() else window).setFocus()
        self.hide()
        self.deleteLater()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and one line round it; no shadow."""
        theme = self.context.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.overlay)
        painter.setPen(theme.line2)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; no other key reaches the panels below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays in the middle when the window changes."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window, theme = self._window, self.context.theme
        margin = round(theme.px(8))
        width = min(round(theme.px(self._design[0])), window.width() - 2 * margin)
        height = min(round(theme.px(self._design[1])), window.height() - 2 * margin)
        top = max(margin, (window.height() - height) // 3)
        self.setGeometry(QRect((window.width() - width) // 2, top, width, height))
