"""Tells the other threads when the windows have something to do, so that these go first."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from app.core.precedence import Precedence
from widgets.bridge import Bridge

_DONE = QEvent.Type(QEvent.registerEventType())
_LAST = Qt.EventPriority.LowEventPriority.value - 1
"""Behind the painting, which Qt asks for with a low priority."""


class WindowsFirst(QObject):
    """From a frame's news, or an event of a window, until all that it led to is done and painted,
    the windows are busy. `start` after they are opened, `stop` before what it tells is gone.

    It looks at the windows only. A filter over all events of the application would be asked about
    objects of WebEngine that are half made, and PySide ends the process while it wraps them.
    """

    def __init__(
        self, precedence: Precedence, bridge: Bridge, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._precedence = precedence
        self._bridge = bridge

    def start(self) -> None:
        """Begin to look."""
        self._bridge.begins.connect(self._on_work)

    def watch(self, window: QWidget) -> None:
        """Look at a window that was opened: what comes from outside comes by its handle."""
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def stop(self) -> None:
        """No more; nobody waits for the windows from now on."""
        self._bridge.begins.disconnect(self._on_work)
        QCoreApplication.removePostedEvents(self, _DONE.value)
        self._precedence.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first event after a rest."""
        self._on_work()
        return False

    def _on_work(self) -> None:
        if not self._precedence.is_busy:
            self._precedence.busy()
            QCoreApplication.postEvent(self, QEvent(_DONE), _LAST)

    def event(self, event: QEvent) -> bool:
        """Behind all that was waiting."""
        if event.type() == _DONE:
            self._precedence.idle()
            return True
        return super().event(event)
