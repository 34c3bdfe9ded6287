"""What the gatherer serves: every batch that its runtime hears, to every seat."""

import ssl
from collections.abc import AsyncGenerator, Iterator
from typing import ClassVar

import msgspec

from app.core import envelope
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.gather.history import HistoryDesk
from app.gather.ledger import Ledger
from app.live.batch import Batch
from app.runtime import Runtime
from app.serving.session import Session
from app.serving.state import Manners
from app.serving.told import Part
from app.serving.topics import Topics

MAX_SEATS = 128
RING_FRAMES = 60_000
RING_RECORDS = 300_000
WAITING_FRAMES = 20_000
TIDY_MS = 600_000
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Place(msgspec.Struct, frozen=True):
    """Where to listen: an address of this machine and a port, 0 for any."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this machine gets there."""
        return self.host in LOOPBACK


def place(text: str) -> Place:
    """`8770` (this machine only), `10.1.2.3:8770` or `[::1]:8770`; raises Refusal."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal()) or int(port) > 65_535:
        raise Refusal(message("gatherer.bad_place", text=text[:80]))
    return Place(host.strip("[]") or LOOPBACK[0], int(port))


def server_context(certificate: str, key: str) -> ssl.SSLContext | None:
    """TLS by certificate files, none where no certificate is named; raises Refusal."""
    if not certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        text = error.strerror or type(error).__name__
        raise Refusal(message("feed.certificate_file", file=certificate, error=text)) from error
    return context


class GatherServer:
    """The book of one session of the envelope: what the runtime hears goes out to the seats."""

    def __init__(self, runtime: Runtime, token: str = "", max_seats: int = MAX_SEATS) -> None:
        # The better source first, as it decides where two give one key.
        feeds = sorted(runtime.city.config.feed, key=lambda feed: feed.priority)
        sources = [feed.id for feed in feeds]
        queries = runtime.store.queries
        self.ledger = Ledger(sources, queries.load_latest(), queries.load_open())
        self._desk = HistoryDesk(self.ledger, queries, runtime.clock)
        manners = Manners(
            name="gather",
            world=runtime.world,
            token=token,
            max_clients=max_seats,
            ring_frames=RING_FRAMES,
            ring_records=RING_RECORDS,
            waiting_frames=WAITING_FRAMES,
        )
        self.session = Session(self, runtime.clock, manners)
        self._tidied = 0
        runtime.heard.append(self._hear)

    async def start(self, where: Place, tls: ssl.SSLContext | None) -> int:
        """Listen; gives the port. Beyond this machine only with a token and with TLS. Raises
        Refusal."""
        if not where.loopback and (tls is None or not self.session.state.manners.token):
            raise Refusal(message("gatherer.open_door", host=where.host))
        try:
            return await self.session.start(where.port, where.host, tls)
        except OSError as error:
            text = error.strerror or type(error).__name__
            shown = f"{where.host}:{where.port}"
            raise Refusal(message("gatherer.listen", place=shown, error=text)) from error

    async def stop(self) -> None:
        """Close every connection and the port."""
        await self.session.stop()

    def alive(self) -> None:
        """Tell every seat that this program is there; once a second."""
        self.session.tell_health()
        now = self.session.state.clock.now()
        if now - self._tidied > TIDY_MS:
            self._tidied = now
            self.ledger.tidy(now)

    def newest(self, topics: Topics, part: int) -> Iterator[Part]:
        """See Book."""
        return self.ledger.newest(topics, part)

    def history(self, request: envelope.History) -> AsyncGenerator[envelope.Refilled, None]:
        """See Book."""
        return self._desk.answer(request)

    def _hear(self, batch: Batch) -> None:
        for part in self.ledger.take(batch):
            self.session.publish(part)
        if batch.health or batch.impossible:
            self.session.tell_health(batch.health.values(), batch.impossible)
