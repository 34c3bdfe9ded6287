"""What stands behind `city://map/`: the page, our files, tiles, data, the line that is held open,
and what the page says (docs/decisions/0008-one-map.md).

Only GET, and POST for `say`. A path is looked up in what is known, it never becomes a path of the
file system. Requests come on the GUI thread; what takes time is answered by a future of another
thread.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler
from shiboken6 import isValid

from app.core.message import Refusal
from app.gis.document import POLICY
from widgets.map.files import BYTES, File, Typed, typed
from widgets.map.outbox import Outbox
from widgets.map.said import Said, decode
from widgets.map.scheme import HOST, SCHEME

log = logging.getLogger(__name__)

Reply = File | Typed | bytes | None
Later = Future[Reply]
Tiles = Callable[[str, int, int, int], "Reply | Later"]
Data = Callable[[str], "Reply | Later"]
Job = QWebEngineUrlRequestJob
MAX_ZOOM = 24
DECODED = QUrl.ComponentFormattingOption.FullyDecoded
SAID = QByteArray(b"X-Said")
OF_BYTES: dict[QByteArray, list[QByteArray]] = {
    QByteArray(b"X-Content-Type-Options"): [QByteArray(b"nosniff")],
    QByteArray(b"Cache-Control"): [QByteArray(b"no-store")],
}
BYTES_ALONE = ("image/png", "image/jpeg", "image/webp", "image/gif", "application/")
"""What can hold no script, and needs no rules for one: tiles and frames come by the hundred."""
HEADERS: dict[QByteArray, list[QByteArray]] = {
    **OF_BYTES,
    QByteArray(b"Content-Security-Policy"): [QByteArray(POLICY.encode())],
    QByteArray(b"Cross-Origin-Resource-Policy"): [QByteArray(b"same-origin")],
}


def no_tiles(base: str, z: int, x: int, y: int) -> None:
    """No base has been given."""


def no_data(path: str) -> None:
    """No data has been given."""


class Handler(QWebEngineUrlSchemeHandler):
    """Answers the pages of one profile.

    `page` and `assets` are files by name. `tiles(base, z, x, y)` and `data(id)` are called on the
    GUI thread: they give bytes or a File, None where there is none, or at once a Future of these
    whose work is done in another thread; a Refusal of it is none as well. `outboxes` has a view's
    frames by its name.
    """

    said = Signal(str, object)  # view, Said
    _answered = Signal()

    def __init__(
        self, page: Mapping[str, File], assets: Mapping[str, File], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.page = page
        self.tiles: Tiles = no_tiles
        self.data: Data = no_data
        self.outboxes: dict[str, Outbox] = {}
        self.headers = HEADERS  # of the page, its files and data
        self.refused = 0  # requests that are none of ours
        self._assets = assets
        self._held: dict[str, Job] = {}
        self._answered_at: dict[str, float] = {}  # of pages that did not ask again since
        self._done: deque[tuple[Job, QBuffer, Later]] = deque()  # what other threads answered
        self._told = False  # that there is something in it
        self._answered.connect(self._finish)
        self._routes: dict[str, Callable[[Job, str], None]] = {
            "page": self._page,
            "assets": self._asset,
            "tiles": self._tile,
            "data": self._datum,
            "live": self._live,
            "say": self._say,
        }

    def requestStarted(self, job: Job) -> None:
        """A request of a page."""
        url = job.requestUrl()
        head, _, rest = url.path(DECODED)[1:].partition("/")
        route = self._routes.get(head)
        wanted = b"POST" if head == "say" else b"GET"
        if route is None or job.requestMethod() != wanted or not self._is_ours(job, url, head):
            self._refuse(job)
            return
        route(job, rest)

    def flush(self, view: str) -> None:
        """Answer the request that a view's page holds open, where anything waits for it."""
        job = self._held.get(view)
        outbox = self.outboxes.get(view)
        if job is None or outbox is None:
            return
        data = outbox.take()
        if data is not None:
            del self._held[view]
            self._answered_at[view] = time.monotonic()
            self._send(job, File(BYTES, data))

    def silent_s(self, view: str) -> float:
        """How long a view's page works on what it got last, in seconds; 0 where it waits for more.
        A page that hangs never asks again."""
        since = self._answered_at.get(view)
        return 0.0 if since is None else time.monotonic() - since

    def forget(self, view: str) -> None:
        """A view is gone."""
        self.outboxes.pop(view, None)
        self._answered_at.pop(view, None)
        job = self._held.pop(view, None)
        if job is not None:
            job.fail(Job.Error.RequestAborted)

    def _is_ours(self, job: Job, url: QUrl, head: str) -> bool:
        """Only a page of ours may ask; the page itself is asked for by a view."""
        if url.host() != HOST:
            return False
        initiator = job.initiator()
        ours = initiator.scheme() == SCHEME and initiator.host() == HOST
        return ours or (head == "page" and initiator.isEmpty())

    def _refuse(self, job: Job) -> None:
        self.refused += 1
        job.fail(Job.Error.RequestDenied)

    def _give(self, job: Job, file: File | None, buffer: QBuffer | None = None) -> None:
        if file is None:
            job.fail(Job.Error.UrlNotFound)
        else:
            self._send(job, file, buffer)

    def _page(self, job: Job, rest: str) -> None:
        self._give(job, self.page.get(rest or "index.html"))

    def _asset(self, job: Job, rest: str) -> None:
        self._give(job, self._assets.get(rest))

    def _tile(self, job: Job, rest: str) -> None:
        parts = rest.split("/")
        if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts[1:]):
            self._refuse(job)
            return
        z, x, y = (int(part[:9]) for part in parts[1:])
        if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
            self._refuse(job)
            return
        self._answer(job, self.tiles(parts[0], z, x, y))

    def _datum(self, job: Job, rest: str) -> None:
        self._answer(job, self.data(rest))

    def _answer(self, job: Job, reply: "Reply | Later") -> None:
        if not isinstance(reply, Future):
            self._give(job, typed(reply))
            return
        # Made here, it ends with the request, and is known to have ended: a request itself is not.
        device = QBuffer(job)
        reply.add_done_callback(lambda done: self._on_done(job, device, done))

    def _on_done(self, job: Job, device: QBuffer, reply: Later) -> None:
        """In the thread of who answered. The windows are woken once for all that comes until they
        look: waking costs more than the tile."""
        self._done.append((job, device, reply))
        if not self._told:
            self._told = True
            self._answered.emit()

    def _finish(self) -> None:
        self._told = False  # before looking: what comes from now on is told again
        for _ in range(len(self._done)):
            job, device, reply = self._done.popleft()
            if isValid(device):  # the page still waits
                self._finish_one(job, device, reply)

    def _finish_one(self, job: Job, device: QBuffer, reply: Later) -> None:
        if reply.cancelled():
            job.fail(Job.Error.RequestAborted)
        elif isinstance(error := reply.exception(), Refusal):
            job.fail(Job.Error.UrlNotFound)  # who gives says why elsewhere
        elif error is not None:
            log.warning("what a map asked for could not be given: %s", error)
            job.fail(Job.Error.RequestFailed)
        else:
            self._give(job, typed(reply.result()), device)

    def _live(self, job: Job, view: str) -> None:
        if view not in self.outboxes:
            self._refuse(job)
            return
        before = self._held.pop(view, None)
        if before is not None:
            before.fail(Job.Error.RequestAborted)
        self._held[view] = job
        self._answered_at.pop(view, None)
        job.destroyed.connect(lambda: self._let_go(view, job))
        self.flush(view)

    def _let_go(self, view: str, job: Job) -> None:
        if self._held.get(view) is job:
            del self._held[view]

    def _say(self, job: Job, view: str) -> None:
        if view not in self.outboxes:
            self._refuse(job)
            return
        # Not the body: asking for it (`requestBody`) ends the process in PySide 6.11.3.
        data = job.requestHeaders().get(SAID)
        try:
            said: Said = decode(b"" if data is None else bytes(data.data()))
        except msgspec.DecodeError as error:
            log.warning("a page said what cannot be understood: %s", error)
            self._refuse(job)
            return
        self._send(job, File("text/plain"))
        self.said.emit(view, said)

    def _send(self, job: Job, file: File, buffer: QBuffer | None = None) -> None:
        device: QIODevice
        if file.path:
            device = QFile(file.path, job)
        else:
            device = buffer or QBuffer(job)
            device.setData(file.data)
        # The device lives as long as the request.
        if not device.open(QIODevice.OpenModeFlag.ReadOnly):
            job.fail(Job.Error.UrlNotFound)
            return
        bytes_alone = file.mime.startswith(BYTES_ALONE)
        job.setAdditionalResponseHeaders(OF_BYTES if bytes_alone else self.headers)
        job.reply(file.mime.encode(), device)
