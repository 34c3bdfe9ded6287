"""The one profile of all maps: nothing is kept, nothing is allowed that a map does not need."""

import logging
from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInterceptor,
)

from app.gis.document import PAGE
from widgets.map.guard import Guard, Ledger
from widgets.map.handler import Handler
from widgets.map.quiet import QuietPage
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
    profile.cookieStore().setCookieFilter(lambda request: False)
    tighten(profile, guard, ledger)
    profile.installUrlSchemeHandler(SCHEME.encode(), handler)
    return profile


def tighten(
    profile: QWebEngineProfile,
    guard: QWebEngineUrlRequestInterceptor,
    ledger: Ledger,
    besides: Iterable[str] = (),
) -> None:
    """What holds for maps and for embedded pages: every request is seen by the guard, nothing is
    downloaded, and nothing of a browser works but what is named here and `besides`."""
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    settings = profile.settings()
    for name in _OFF:
        settings.setAttribute(QWebEngineSettings.WebAttribute[name], False)
    for name in (*_ON, *besides):
        settings.setAttribute(QWebEngineSettings.WebAttribute[name], True)
    profile.setUrlRequestInterceptor(guard)

    def refuse(download: QWebEngineDownloadRequest) -> None:
        ledger.stop(download.url().toString(), "page")
        download.cancel()

    profile.downloadRequested.connect(refuse)


class MapPage(QuietPage):
    """Goes nowhere, opens nothing, asks nothing."""

    def may_go(self, address: str, *, is_main: bool) -> bool:
        """Only to our document, and only in the whole view."""
        return is_main and address.startswith(PAGE)

    def wrote(self, text: str, place: str, *, error: bool) -> None:
        """What the page's own rules stopped is counted elsewhere; other errors are ours."""
        of_the_rules = "Content Security Policy" in text
        log.log(
            logging.WARNING if error and not of_the_rules else logging.INFO,
            "map page: %s (%s)",
            text[:500],
            place,
        )
