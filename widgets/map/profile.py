"""The one profile of all maps: nothing is kept, nothing is allowed that a map does not need."""

import logging

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)

from app.gis.document import PAGE
from widgets.map.guard import Guard, Ledger
from widgets.map.handler import Handler
from widgets.map.scheme import SCHEME

log = logging.getLogger(__name__)

_OFF = (
    "AllowGeolocationOnInsecureOrigins",
    "AllowRunningInsecureContent",
    "AllowWindowActivationFromJavaScript",
    "AutoLoadIconsForPage",
    "DnsPrefetchEnabled",
    "ErrorPageEnabled",
    "FocusOnNavigationEnabled",
    "FullScreenSupportEnabled",
    "HyperlinkAuditingEnabled",
    "JavascriptCanAccessClipboard",
    "JavascriptCanPaste",
    "LocalContentCanAccessFileUrls",
    "LocalContentCanAccessRemoteUrls",
    "LocalStorageEnabled",
    "NavigateOnDropEnabled",
    "PdfViewerEnabled",
    "PluginsEnabled",
    "ScreenCaptureEnabled",
    "ShowScrollBars",
    "SpatialNavigationEnabled",
    "TouchIconsEnabled",
)
_ON = (
    "JavascriptCanOpenWindows",
    "PrintElementBackgrounds",
    "WebGLEnabled",
    "WebRTCPublicInterfacesOnly",
)


def make_profile(
    handler: Handler, guard: Guard, ledger: Ledger, parent: QObject
) -> QWebEngineProfile:
    """Off the record: it lives in memory and ends with the program. The caller keeps the guard."""
    profile = QWebEngineProfile(parent)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    profile.setPersistentCookiesPolicy(
        QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies
    )
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    profile.cookieStore().setCookieFilter(lambda request: False)
    settings = profile.settings()
    for name in _OFF:
        settings.setAttribute(QWebEngineSettings.WebAttribute[name], False)
    for name in _ON:
        settings.setAttribute(QWebEngineSettings.WebAttribute[name], True)
    profile.setUrlRequestInterceptor(guard)
    profile.installUrlSchemeHandler(SCHEME.encode(), handler)

    def refuse(download: QWebEngineDownloadRequest) -> None:
        ledger.stop(download.url().toString(), "page")
        download.cancel()

    profile.downloadRequested.connect(refuse)
    return profile


class MapPage(QWebEnginePage):
    """Goes nowhere, opens nothing, asks nothing."""

    def __init__(self, profile: QWebEngineProfile, ledger: Ledger, parent: QObject) -> None:
        super().__init__(profile, parent)
        self._ledger = ledger
        self.permissionRequested.connect(self._deny)
        # A window that nobody opens is not made; what is not told to us could not be counted.
        self.newWindowRequested.connect(self._count)
        self.fullScreenRequested.connect(lambda request: request.reject())
        self.registerProtocolHandlerRequested.connect(lambda request: request.reject())
        self.fileSystemAccessRequested.connect(lambda request: request.reject())

    def acceptNavigationRequest(
        self, url: QUrl | str, type_: QWebEnginePage.NavigationType, is_main: bool
    ) -> bool:
        """Only to our document, and only in the whole view."""
        address = QUrl(url).toString()
        if is_main and address.startswith(PAGE):
            return True
        self._ledger.stop(address, "page")
        return False

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

    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        text: str,
        line: int,
        source: str,
    ) -> None:
        """What the page's own rules stopped is counted elsewhere; other errors are ours."""
        error = level is QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel
        of_the_rules = "Content Security Policy" in text
        log.log(
            logging.WARNING if error and not of_the_rules else logging.INFO,
            "map page: %s (%s:%d)",
            text[:500],
            source.rpartition("/")[2],
            line,
        )

    def _count(self, request: QWebEngineNewWindowRequest) -> None:
        self._ledger.stop(request.requestedUrl().toString(), "page")

    def _deny(self, permission: QWebEnginePermission) -> None:
        self._ledger.stop(permission.origin().toString(), "permission")
        permission.deny()
