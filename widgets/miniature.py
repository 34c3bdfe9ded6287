"""A small picture of what really stands in a window, taken panel by panel.

A whole wall is painted in many milliseconds, one of its panels in few: each call paints one, and
a round of them is made every two seconds and when another scene stands there.
"""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from app.core.model import Ms
from widgets.panels._base import Panel
from widgets.window import Window

EVERY_MS = 2000


class Miniature:
    """Of one window at a time; `image` is None before the first."""

    def __init__(self) -> None:
        self.image: QImage | None = None
        self._of: tuple[object, ...] = ()
        self._left: list[Panel] = []
        self._begun: Ms = -EVERY_MS

    @property
    def is_whole(self) -> bool:
        """Whether the round is at its end."""
        return not self._left

    def look(self, window: Window, size: QSize, now: Ms) -> bool:
        """Paint the next panel where one is due; whether there are more."""
        key = (window, window.scene, window.page, window.theme, size)
        if key != self._of or self.image is None:
            self._of, self._begun = key, now
            self.image = QImage(size, QImage.Format.Format_RGB32)
            ground = window.theme.canvas if window.theme is not None else QColor("black")
            self.image.fill(ground)
            self._left = _visible(window)
        elif not self._left and not 0 <= now - self._begun < EVERY_MS:
            self._begun = now
            self._left = _visible(window)
        there = [panel for panel in self._left if panel in window.panels.values()]
        if there:
            _paint(self.image, there.pop(0), window)
        self._left = there
        return bool(there)

    def forget(self) -> None:
        """The window is gone."""
        self.image, self._of, self._left = None, (), []


def _visible(window: Window) -> list[Panel]:
    return [panel for panel in window.panels.values() if panel.isVisible()]


def _paint(image: QImage, panel: Panel, window: QWidget) -> None:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(image.width() / window.width(), image.height() / window.height())
    painter.setClipRect(QRectF(panel.geometry()))
    panel.render(painter, panel.pos(), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
