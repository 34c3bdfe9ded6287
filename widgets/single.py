"""One program per data folder: a second start raises the first and goes.

The first holds a lock file beside a local socket (a name only this user can reach); both are
named after the folder, so two cities with two folders run side by side.
"""

import hashlib
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 2000
RAISE = b"raise\n"


class SingleInstance(QObject):
    """`claim` before anything is opened; `raised` says that somebody started the program again."""

    raised = Signal()

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        mark = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
        self.name = f"chengmai-{mark}"
        self._lock = QLockFile(str(data / "running.lock"))
        self._lock.setStaleLockTime(0)  # stale when its process is gone, never by age
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def claim(self) -> bool:
        """True for the first; for a second one the first was asked to raise its windows.

        Raises OSError where the folder cannot be written.
        """
        if self._lock.tryLock(0):
            QLocalServer.removeServer(self._address())  # left by one that was killed
            self._server.listen(self._address())
            return True
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            raise PermissionError(f"no lock can be made in {tempfile.gettempdir()}")
        self._ask_to_raise()
        return False

    def release(self) -> None:
        """At the end of the program."""
        self._server.close()
        self._lock.unlock()

    def _address(self) -> str:
        return self.name

    def _ask_to_raise(self) -> None:
        # Before the loop runs and before a window is there: waiting here holds up nobody.
        socket = QLocalSocket()
        socket.connectToServer(self._address())
        if socket.waitForConnected(ANSWER_MS):
            socket.write(RAISE)
            socket.waitForBytesWritten(ANSWER_MS)
            socket.disconnectFromServer()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self.raised.emit()
