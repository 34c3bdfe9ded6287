"""What stands before a window's live picture: its picture of a moment ago, or nothing at all.

A picture that stands still says so and how old it is, and the top bars go on: the clock, the mark
of a demonstration and of visit mode are always true.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from app.live.presentation import Cover, Covered
from widgets.paint.chrome import BOTTOM_BAR_HEIGHT
from widgets.paint.text import baseline, draw
from widgets.panel_record import PanelRecord, panel_record
from widgets.panels._base import Panel
from widgets.theme import Role, Theme

GOES_ON = "top-bar"
COVERED_BAR = "bottom-bar"


class Shade(QWidget):
    """Over all of a window but its top bars. It takes no keys and no clicks go through it.

    `records` is what could be read when the picture was taken; nothing where it is dark.
    """

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        panels: list[Panel],
        covered: Covered,
        words: Callable[[], tuple[str, str]],
    ) -> None:
        still = covered.how is Cover.FROZEN
        self.picture: QPixmap | None = window.grab() if still else None
        self.records: list[PanelRecord] = [panel_record(item) for item in panels] if still else []
        super().__init__(window)
        self._window = window
        self.covered = covered
        self._theme = theme
        self._words = words
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self.fit()
        self.show()
        self.raise_()

    def fit(self) -> None:
        """Cover the window as it is now; what goes on is left out of a still picture."""
        window = self._window
        self.setGeometry(window.rect())
        region = QRegion(window.rect())
        if self.covered.how is Cover.FROZEN:
            for panel in window.findChildren(Panel):
                if panel.kind == GOES_ON and panel.isVisible():
                    region -= QRegion(panel.geometry())
        self.setMask(region)
        self.raise_()

    def lift(self) -> None:
        """The window is live again."""
        self._window.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays over the whole window."""
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture with its plate, or black."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.black)
        if self.picture is not None:
            painter.drawPixmap(self.rect(), self.picture)
            self._plate(painter)
        painter.end()

    def _plate(self, painter: QPainter) -> None:
        """`定格 14:03:22`, and how long ago, in place of the bottom bar: it covers no value."""
        theme, (mark, age) = self._theme, self._words()
        box = self._foot()
        painter.fillRect(box, theme.overlay)
        painter.fillRect(QRectF(box.x(), box.y(), box.width(), theme.stroke), theme.line2)
        level = baseline(theme, Role.TITLE, box.y(), box.height())
        x = box.x() + theme.px(16)
        x += draw(painter, theme, (x, level), mark, Role.TITLE, theme.text1, True) + theme.px(12)
        draw(painter, theme, (x, level), age, Role.TITLE, theme.text1)

    def _foot(self) -> QRectF:
        """Where the bottom bar stands, else a band as high as one."""
        for panel in self._window.findChildren(Panel):
            if panel.kind == COVERED_BAR and panel.isVisible():
                return QRectF(panel.geometry())
        high = self._theme.px(BOTTOM_BAR_HEIGHT)
        return QRectF(0, self.height() - high, self.width(), high)
