"""A page that asks nobody anything: no dialog, window, file, permission or full screen."""

from abc import abstractmethod

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
)

from widgets.map.guard import Ledger


class QuietPage(QWebEnginePage):
    """What is refused is counted in the ledger. A subclass says where the page may go."""

    def __init__(self, profile: QWebEngineProfile, ledger: Ledger, parent: QObject) -> None:
        super().__init__(profile, parent)
        self._ledger = ledger
        self.permissionRequested.connect(self._deny)
        # A window that nobody opens is not made; what is not told to us could not be counted.
        self.newWindowRequested.connect(self._count)
        self.fullScreenRequested.connect(lambda request: request.reject())
        self.registerProtocolHandlerRequested.connect(lambda request: request.reject())
        self.fileSystemAccessRequested.connect(lambda request: request.reject())

    @abstractmethod
    def may_go(self, address: str, *, is_main: bool) -> bool:
        """Whether a document may be opened, in the whole view or in a frame of it."""

    def acceptNavigationRequest(
        self, url: QUrl | str, type_: QWebEnginePage.NavigationType, is_main: bool
    ) -> bool:
        """Asked before a document is fetched, and before a redirect is followed."""
        address = QUrl(url).toString()
        if self.may_go(address, is_main=is_main):
            return True
        self._ledger.stop(address, "page")
        return False

    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        text: str,
        line: int,
        source: str,
    ) -> None:
        """What a page writes into its console; see `wrote`."""
        error = level is QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel
        self.wrote(text, f"{source.rpartition('/')[2]}:{line}", error=error)

    def wrote(self, text: str, place: str, *, error: bool) -> None:
        """What others write into their console may hold anything: it is not kept."""

    def chooseFiles(self, mode, old, types):  # type: ignore[no-untyped-def]
        """No file is handed out."""
        return []

    def javaScriptAlert(self, origin: QUrl, text: str) -> None:
        """Nothing is asked by the page; a dialog would stop the program."""

    def javaScriptConfirm(self, origin: QUrl, text: str) -> bool:
        """No."""
        return False

    def javaScriptPrompt(self, origin, text, default):  # type: ignore[no-untyped-def]
        """No."""
        return (False, "")

    def _count(self, request: QWebEngineNewWindowRequest) -> None:
        self._ledger.stop(request.requestedUrl().toString(), "page")

    def _deny(self, permission: QWebEnginePermission) -> None:
        self._ledger.stop(permission.origin().toString(), "permission")
        permission.deny()
