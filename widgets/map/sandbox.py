"""Whether Chromium's sandbox can be made here, asked before WebEngine is loaded: where it cannot,
WebEngine would end the whole program.

Chromium makes a namespace of users, of processes and of the network and becomes root in it.
`unshare` of util-linux tries the same: a kernel that forbids it, a container without the right and
Ubuntu's AppArmor profile all answer no. As root the sandbox is off and nothing is asked.
"""

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from app.doctor import SANDBOX_QUESTION

WITHIN_MS = 2000


class Sandbox(QObject):
    """Asks once; `told` says whether there may be a sandbox."""

    told = Signal(bool)

    def __init__(self, parent: QObject, ask: tuple[str, ...] = SANDBOX_QUESTION) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProgram(ask[0])
        self._process.setArguments(list(ask[1:]))
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._finish)
        self._late = QTimer(self, singleShot=True, interval=WITHIN_MS)
        self._late.timeout.connect(self._process.kill)
        self._asked = False

    def ask(self) -> None:
        """Begin; the answer comes later."""
        self._asked = True
        self._late.start()
        self._process.start()

    def _finish(self) -> None:
        if not self._asked:
            return
        self._asked = False
        self._late.stop()
        clean = self._process.exitStatus() is QProcess.ExitStatus.NormalExit
        good = clean and self._process.error() is QProcess.ProcessError.UnknownError
        self.told.emit(good and self._process.exitCode() == 0)
