"""One embedded page: its profile, its view, what is known of its loading, its answers. Importing
this loads WebEngine, so only `widgets.web.keeper` does, through `deferred`."""

import json
import logging
import os
import signal
from collections.abc import Callable
from importlib import resources
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtNetwork import QAuthenticator, QSslCertificate
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineProfileBuilder,
    QWebEngineScript,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget

from app.config import PageConfig
from app.secrets import Secret
from app.video.page_rules import PageRules
from app.video.page_state import PageFault
from widgets.map.guard import Ledger, origin_of
from widgets.map.profile import tighten
from widgets.map.quiet import QuietPage
from widgets.web.guard import PageGuard

log = logging.getLogger(__name__)

Status = QWebEngineLoadingInfo.LoadStatus
Domain = QWebEngineLoadingInfo.ErrorDomain
WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld
TIMED_OUT, NO_NAME = (-7, -118), (-105, -137)  # of Chromium's net errors
BESIDES = ("LocalStorageEnabled", "ShowScrollBars")  # in memory, and for a hand
_STATUS = {
    401: PageFault.CREDENTIALS,
    403: PageFault.FORBIDDEN,
    404: PageFault.NOT_FOUND,
    407: PageFault.CREDENTIALS,
    410: PageFault.NOT_FOUND,
}


class EmbeddedPage(QuietPage):
    """Goes where its rules allow."""

    def __init__(
        self, profile: QWebEngineProfile, rules: PageRules, ledger: Ledger, parent: QObject
    ) -> None:
        super().__init__(profile, ledger, parent)
        self._rules = rules
        self.strayed = False  # the whole view was to go elsewhere

    def may_go(self, address: str, *, is_main: bool) -> bool:
        """To hosts on its list."""
        allowed = self._rules.allows(address)
        self.strayed = self.strayed or (is_main and not allowed)
        return allowed


class PageSource(QObject):
    """`loaded(fault, status)` comes at the end of each loading, with None where it is good;
    `died` when its process ended, or our scripts are not in its document; `told` with what the page
    answers to `ask`. `dress` puts each view that is made in its place."""

    loaded = Signal(object, int)
    died = Signal()
    told = Signal(list)

    def __init__(
        self,
        page: PageConfig,
        rules: PageRules,
        secret: Secret | None,
        place: QWidget,
        dress: Callable[[QWebEngineView], None],
    ) -> None:
        super().__init__(place)
        self._config = page
        self._rules = rules
        self._basic = secret if page.sign_in == "basic" else None
        self._asked_in = False  # this loading asked who we are
        self.ledger = Ledger()
        self._profile = self._make_profile(secret if page.sign_in == "bearer" else None)
        self._place, self._dress = place, dress
        self._empty = 0  # answers in a row that were none
        self._is_dead = False
        self.view, self._page = self._make_view()

    def _make_view(self) -> tuple[QWebEngineView, EmbeddedPage]:
        view = QWebEngineView(self._place)
        page = EmbeddedPage(self._profile, self._rules, self.ledger, view)
        view.setPage(page)
        # Not of the profile: Qt 6.11 does not give those to a process that takes another's place.
        rules = {'"@POLICY@"': json.dumps(self._rules.policy)}
        page.scripts().insert(_script("watch.js", WORLD, rules))
        page.scripts().insert(_script("without.js", WORLD.MainWorld, {}))
        page.setAudioMuted(True)
        page.loadingChanged.connect(self._on_loading)
        page.authenticationRequired.connect(self._sign_in)
        page.certificateError.connect(self._refuse)
        page.renderProcessTerminated.connect(self._on_death)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._dress(view)
        _take_keys(view, on=False)
        return view, page

    def _make_profile(self, bearer: Secret | None) -> QWebEngineProfile:
        """Off the record: it lives in memory and ends with the panel."""
        builder = QWebEngineProfileBuilder()
        if self._config.tls.ca:
            builder.setAdditionalTrustedCertificates(QSslCertificate.fromPath(self._config.tls.ca))
        profile = builder.createProfile("", self)
        profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
        profile.cookieStore().setCookieFilter(lambda request: not request.thirdParty)
        self._guard = PageGuard(self._rules, self.ledger, bearer, self)  # nobody else keeps it
        tighten(profile, self._guard, self.ledger, BESIDES)
        return profile

    def load(self) -> None:
        """Open its address, anew where it is open. What died is made anew."""
        if self._is_dead:
            _let_go(self.view, self._page)
            self.view, self._page = self._make_view()
            self._is_dead = False
        self._empty = 0
        self._asked_in = self._page.strayed = False
        self._page.load(QUrl(self._config.url))

    def halt(self) -> None:
        """Load no further."""
        self._page.triggerAction(QWebEnginePage.WebAction.Stop)

    def ask(self) -> None:
        """Ask whether it lives; what it says comes as `told`."""
        self._page.runJavaScript("chengmai.ask()", WORLD.value, self._hear)

    def call(self) -> None:
        """Let it ask its server whether that is there; the outcome comes with the next `ask`."""
        self._page.runJavaScript("chengmai.call()", WORLD.value)

    @property
    def is_off_the_record(self) -> bool:
        """Whether nothing of it comes to the disk."""
        return self._profile.isOffTheRecord()

    @property
    def is_home(self) -> bool:
        """Whether it shows what was asked for, not what it was led to."""
        return self._rules.is_home(self._page.url().toString())

    def kill(self) -> None:
        """End a process that hangs; `died` follows."""
        pid = self._page.renderProcessPid()
        if pid > 0:
            os.kill(pid, signal.SIGKILL)

    def take_keys(self, *, on: bool) -> None:
        """Whether keys and clicks may come to the page; without that it cannot have them."""
        _take_keys(self.view, on=on)

    def close(self) -> None:
        """Let everything go; the page before its profile, or Qt warns."""
        _let_go(self.view, self._page)
        self.deleteLater()

    def _hear(self, answer: Any) -> None:
        if self._is_dead or not self._page.renderProcessPid():
            return  # questions that a process took with it
        try:
            numbers = msgspec.json.decode(answer or "[]", type=list[int])
        except msgspec.DecodeError:
            numbers = []
        if len(numbers) == 5:
            self._empty = 0
            self.told.emit(numbers)
            return
        self._empty += 1  # one may be of a document that is just being replaced
        if self._empty > 1 and not self._is_dead:
            log.warning("our rules are not in the document of the page %s", self._config.id)
            self._end()

    def _on_loading(self, info: QWebEngineLoadingInfo) -> None:
        status = info.status()
        if status is Status.LoadStartedStatus:
            return
        self.take_keys(on=self.view.focusPolicy() is not Qt.FocusPolicy.NoFocus)
        if status is Status.LoadSucceededStatus:
            self.loaded.emit(None, info.errorCode())
        elif self._page.strayed:
            self._page.strayed = False
            self.loaded.emit(PageFault.ABROAD, 0)
        elif status is Status.LoadFailedStatus:
            fault, code = _fault_of(info)
            log.info("the page %s does not load: %s", self._config.id, fault.value)
            self.loaded.emit(fault, code)

    def _sign_in(self, url: QUrl, authenticator: QAuthenticator) -> None:
        """Once in a loading, and only to who may know it. Qt sends whatever stands there, and asks
        32 times: so the loading is ended."""
        address = url.toString()
        if self._basic is None or self._asked_in or not self._rules.is_own(address):
            self.halt()
            self.loaded.emit(PageFault.CREDENTIALS, 401)
            return
        self._asked_in = True
        user, password = self._basic.pair
        authenticator.setUser(user)
        authenticator.setPassword(password)

    def _refuse(self, error: QWebEngineCertificateError) -> None:
        """Nobody is asked, and nobody may allow it."""
        log.info("%s shows a certificate that is not good", origin_of(error.url().toString()))
        error.rejectCertificate()

    def _on_death(self, status: object, code: int) -> None:
        log.info("the process of the page %s ended (%s, %d)", self._config.id, status, code)
        self._end()

    def _end(self) -> None:
        self._is_dead = True
        self.view.hide()
        self.died.emit()


def _take_keys(view: QWebEngineView, *, on: bool) -> None:
    policy = Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus
    for widget in (view, *view.findChildren(QWidget)):
        widget.setFocusPolicy(policy)
        widget.setAcceptDrops(False)


def _let_go(view: QWebEngineView, page: EmbeddedPage) -> None:
    """Hear no more of a page; it goes with its view."""
    page.loadingChanged.disconnect()
    page.renderProcessTerminated.disconnect()
    page.authenticationRequired.disconnect()
    page.certificateError.disconnect()
    view.hide()
    view.deleteLater()


def _script(
    name: str, world: QWebEngineScript.ScriptWorldId, said: dict[str, str]
) -> QWebEngineScript:
    """A script of ours that every document gets before its own."""
    text = (resources.files("assets") / "web" / "page" / name).read_text("utf-8")
    for gap, value in said.items():
        text = text.replace(gap, value)
    script = QWebEngineScript()
    script.setName(name)
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(world.value)
    script.setRunsOnSubFrames(True)
    script.setSourceCode(text)
    return script


def _fault_of(info: QWebEngineLoadingInfo) -> tuple[PageFault, int]:
    domain, code = info.errorDomain(), info.errorCode()
    if domain is Domain.HttpStatusCodeDomain:
        return _STATUS.get(code, PageFault.REFUSED), code
    if domain is Domain.CertificateErrorDomain:
        return PageFault.CERTIFICATE, 0
    if code in NO_NAME or domain is Domain.DnsErrorDomain:
        return PageFault.NAME, 0
    if code in TIMED_OUT:
        return PageFault.TIMEOUT, 0
    return (
        PageFault.UNREACHABLE if domain is Domain.ConnectionErrorDomain else PageFault.REFUSED
    ), 0
