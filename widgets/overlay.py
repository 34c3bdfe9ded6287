"""What opens over a window without stopping it: never a dialog of its own loop (rule 6)."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QRegion, QShowEvent
from PySide6.QtWidgets import QWidget

from widgets.context import Context
from widgets.paint.base import overlay_ground
from widgets.panels._base import Panel
from widgets.theme import stylesheet

SCRIM = 0.62  # how much of the canvas lies over what is behind


class Scrim(QWidget):
    """Darkens the window behind an overlay, but never an unacknowledged red.

    It takes no clicks: what is behind can still be used.
    """

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colour = QColor(context.theme.canvas)
        self._colour.setAlphaF(SCRIM)
        self.setGeometry(window.rect())
        self.covered = QRect()  # where the overlay lies: nothing of the scrim is seen there

    def paintEvent(self, event: QPaintEvent) -> None:
        """One colour over everything but the lit places."""
        if self.covered.contains(event.rect()):
            return
        painter = QPainter(self)
        painter.setClipRegion(event.region() - self.lit())
        painter.fillRect(event.rect(), self._colour)
        painter.end()

    def lit(self) -> QRegion:
        """What the panels of the window keep in the light."""
        found = QRegion()
        for panel in self.window().findChildren(Panel):
            for place in panel.lit() if panel.isVisible() else ():
                found += QRegion(QRect(panel.mapTo(self.window(), place.topLeft()), place.size()))
        return found


class Overlay(QWidget):
    """A raised surface in the upper middle of its window; Esc closes it, focus goes back.

    `size` is in desk pixels at 100 %. The ground around it is darkened, see Scrim.
    """

    closed = Signal()

    def __init__(self, context: Context, window: QWidget, width: int, height: int) -> None:
        super().__init__(window)
        self.context = context
        self._window = window
        self._design = (width, height)
        self._focus_before = window.focusWidget()
        self.setStyleSheet(stylesheet(context.theme))
        self.scrim = Scrim(context, window)
        self.scrim.show()
        window.installEventFilter(self)
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        """Nothing behind is painted anew; only now, since the style sheet takes it back."""
        super().showEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def close_overlay(self) -> None:
        """Go, and give the focus back."""
        window = self._window
        window.removeEventFilter(self)
        before = self._focus_before
        (before if before is not None and before.isVisible() else window).setFocus()
        self.scrim.hide()
        self.scrim.deleteLater()
        self.hide()
        self.deleteLater()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and one line round it; no shadow."""
        painter = QPainter(self)
        overlay_ground(painter, self.rect(), event.rect(), self.context.theme)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; no other key reaches the panels below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays in the middle when the window changes."""
        if event.type() == QEvent.Type.Resize:
            self.scrim.setGeometry(self._window.rect())
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window, theme = self._window, self.context.theme
        margin = round(theme.px(8))
        width = min(round(theme.px(self._design[0])), window.width() - 2 * margin)
        height = min(round(theme.px(self._design[1])), window.height() - 2 * margin)
        top = max(margin, (window.height() - height) // 3)
        self.setGeometry(QRect((window.width() - width) // 2, top, width, height))
        self.scrim.covered = self.geometry()
