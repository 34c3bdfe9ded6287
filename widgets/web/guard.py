"""Lets a page reach what its rules allow, and counts the rest."""

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from app.secrets import Secret
from app.video.page_rules import PageRules
from widgets.map.guard import Ledger

AUTHORIZATION = QByteArray(b"Authorization")
WORKER = QWebEngineUrlRequestInfo.ResourceType.ResourceTypeServiceWorker
"""It would outlive its page and speak for its server when that is gone."""


class PageGuard(QWebEngineUrlRequestInterceptor):
    """Sees every request of one page's profile. `bearer` is shown to the page's own origin alone
    (RFC 6750, section 2.1)."""

    def __init__(
        self, rules: PageRules, ledger: Ledger, bearer: Secret | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._rules = rules
        self._ledger = ledger
        self._bearer = bearer

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Block what is not allowed."""
        address = info.requestUrl().toString()
        if info.resourceType() is WORKER or not self._rules.allows(address):
            info.block(True)
            self._ledger.stop(address, "guard")
            return
        self._ledger.allowed += 1
        if self._bearer is not None and self._rules.is_own(address):
            value = QByteArray(f"Bearer {self._bearer.reveal()}".encode())
            info.setHttpHeader(AUTHORIZATION, value)
