"""Tells the other threads when the windows have something to do, so that these go first."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt

from app.core.precedence import Precedence

_DONE = QEvent.Type(QEvent.registerEventType())
_LAST = Qt.EventPriority.LowEventPriority.value - 1
"""Behind the painting, which Qt asks for with a low priority."""


class WindowsFirst(QObject):
    """From the first event after a rest until all that it led to is done and painted, the windows
    are busy. `start` after QApplication, `stop` before what it tells is gone."""

    def __init__(self, precedence: Precedence, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._precedence = precedence

    def start(self) -> None:
        """Begin to look at events."""
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def stop(self) -> None:
        """No more; nobody waits for the windows from now on."""
        application = QCoreApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        QCoreApplication.removePostedEvents(self, _DONE.value)
        self._precedence.idle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first event after a rest."""
        if not self._precedence.is_busy and watched is not self:
            self._precedence.busy()
            QCoreApplication.postEvent(self, QEvent(_DONE), _LAST)
        return False

    def event(self, event: QEvent) -> bool:
        """Behind all that was waiting."""
        if event.type() == _DONE:
            self._precedence.idle()
            return True
        return super().event(event)
