"""Tells the other threads when the windows have something to do, so that these go first."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from app.core.precedence import Precedence
from widgets.bridge import Bridge
from widgets.loop import Loop

_DONE = QEvent.Type(QEvent.registerEventType())
_LAST = Qt.EventPriority.LowEventPriority.value - 1
"""Behind the painting, which Qt asks for with a low priority."""


class WindowsFirst(QObject):
    """From a frame's news, a tick, an event of a window or a callback of the main loop, until all
    that it led to is done and painted, the windows are busy. `start` after they are
    opened, `stop` before what it tells is gone.

    It looks at the windows only. A filter over all events of the application would be asked about
    objects of WebEngine that are half made, and PySide ends the process while it wraps them.
    """

    def __init__(
        self,
        precedence: Precedence,
        bridge: Bridge,
        parent: QObject | None = None,
        *,
        rests: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._precedence = precedence
        self._bridge = bridge
        self._rests = rests
        self._loop: Loop | None = None

    def start(self, loop: object = None) -> None:
        """Begin to look; also at the callbacks of a loop of ours."""
        self._precedence.listen(self._when_done)
        self._bridge.begins.connect(self._precedence.begin)
        if isinstance(loop, Loop):
            self._loop = loop
            loop.begins = self._precedence.begin

    def watch(self, window: QWidget) -> None:
        """Look at a window that was opened: what comes from outside comes by its handle."""
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def stop(self) -> None:
        """No more; nobody waits for the windows from now on."""
        self._bridge.begins.disconnect(self._precedence.begin)
        if self._loop is not None:
            self._loop.begins = Loop.begins
        QCoreApplication.removePostedEvents(self, _DONE.value)
        self._precedence.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first event after a rest."""
        self._precedence.begin()
        return False

    def _when_done(self) -> None:
        QCoreApplication.postEvent(self, QEvent(_DONE), _LAST)

    def event(self, event: QEvent) -> bool:
        """Behind all that was waiting."""
        if event.type() == _DONE:
            self._rests()
            self._precedence.idle()
            return True
        return super().event(event)
