"""Fingers on a window: a tap is a click, a drag scrolls the list under it, a swipe turns scenes.

Touches that no widget takes come to the window (Qt hands them up), so panels need no code of
their own and nothing depends on hovering.
"""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QTouchEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.panels._rows import Rows
from widgets.window import Window

TARGET = 44
"""The least height and width of what a finger is to hit, in px at 100 %."""
SLACK = 12.0  # px at 100 %: a finger that moves less is a tap
SWIPE = 120.0
GLIDE_MS = 16
FRICTION = 0.92
STILL = 0.5  # px a step: slower has stopped


class Touch(QObject):
    """Turns the touches of one window into clicks, scrolling and swipes.

    `swiped` gives 1 for the next scene (to the left), -1 for the one before.
    """

    swiped = Signal(int)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._begin = QPointF()
        self._last = QPointF()
        self._rows: Rows | None = None
        self._aim = 0.0
        self._speed = 0.0
        self._dragged = False
        self._glide = QTimer(self, interval=GLIDE_MS)
        self._glide.timeout.connect(self._go_on)
        window.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only touches; one finger is enough for all that there is."""
        if not isinstance(event, QTouchEvent) or not event.points():
            return False
        place = event.points()[0].position()
        if event.type() == QEvent.Type.TouchBegin:
            self._down(place)
        elif event.type() == QEvent.Type.TouchUpdate:
            self._move(place)
        elif event.type() == QEvent.Type.TouchEnd:
            self._up(place)
        event.accept()
        return True

    @property
    def gliding(self) -> bool:
        """Whether a list still moves after the finger has gone."""
        return self._glide.isActive()

    def _px(self, length: float) -> float:
        theme = self._window.theme
        return theme.px(length) if theme is not None else length

    def _down(self, place: QPointF) -> None:
        self._glide.stop()
        self._begin = self._last = place
        self._dragged, self._speed = False, 0.0
        self._rows = _rows_at(self._window, place)
        self._aim = self._rows.offset if self._rows is not None else 0.0

    def _move(self, place: QPointF) -> None:
        gone = place - self._begin
        if not self._dragged and max(abs(gone.x()), abs(gone.y())) < self._px(SLACK):
            return
        self._dragged = True
        if self._rows is not None and abs(gone.y()) >= abs(gone.x()):
            self._speed = self._last.y() - place.y()
            self._aim += self._speed
            self._rows.scroll_to(self._aim)
        self._last = place

    def _up(self, place: QPointF) -> None:
        gone = place - self._begin
        if not self._dragged:
            _click(self._window, place)
        elif abs(gone.x()) >= self._px(SWIPE) and abs(gone.x()) > 2 * abs(gone.y()):
            self.swiped.emit(1 if gone.x() < 0 else -1)
        elif self._rows is not None and not self._rows.theme.reduced:
            self._glide.start()

    def _go_on(self) -> None:
        """The list glides to a stop; no motion where motion is off."""
        self._speed *= FRICTION
        rows = self._rows
        if rows is None or abs(self._speed) < STILL or rows not in self._window.panels.values():
            self._glide.stop()
            return
        self._aim += self._speed
        rows.scroll_to(self._aim)


def _rows_at(window: QWidget, place: QPointF) -> Rows | None:
    found = window.childAt(place.toPoint())
    while found is not None and not isinstance(found, Rows):
        found = found.parentWidget()
    return found


def _click(window: QWidget, place: QPointF) -> None:
    """What the left button does there."""
    target = window.childAt(place.toPoint()) or window
    at = target.mapFrom(window, place)
    if target.focusPolicy() & Qt.FocusPolicy.ClickFocus:
        target.setFocus(Qt.FocusReason.MouseFocusReason)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, held in (
        (QEvent.Type.MouseButtonPress, left),
        (QEvent.Type.MouseButtonRelease, none),
    ):
        spread = target.mapToGlobal(at)
        event = QMouseEvent(kind, at, spread, left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(target, event)
