"""From one scene to the next: the picture of the old one fades over the new one (LANGUAGE.md 9).

A cut where motion is off, and above 3840 x 2160, where painting in software would drop frames.
"""

from PySide6.QtCore import QEasingCurve, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

LARGEST = 3840 * 2160  # px


def fades(window: QWidget, milliseconds: int) -> bool:
    """Whether a change of what stands in a window is shown as a fade."""
    ratio = window.devicePixelRatioF()
    pixels = window.width() * window.height() * ratio * ratio
    return milliseconds > 0 and window.isVisible() and pixels <= LARGEST


class Fade(QWidget):
    """Lies over a window and goes by itself; takes neither focus nor clicks."""

    def __init__(self, window: QWidget, old: QPixmap, milliseconds: int) -> None:
        super().__init__(window)
        self._old = old
        self._left = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(window.rect())
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.setDuration(milliseconds)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._animation.valueChanged.connect(self._show)
        self._animation.finished.connect(self.deleteLater)
        self.show()
        self.raise_()
        self._animation.start()

    def _show(self, left: float) -> None:
        self._left = left
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is left of the old picture."""
        painter = QPainter(self)
        painter.setOpacity(self._left)
        painter.drawPixmap(0, 0, self._old)
        painter.end()  # who watches the thread may hold this frame beyond the event
