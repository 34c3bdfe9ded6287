"""One session of a server of the envelope: its numbered frames, its clients."""

import ssl
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from app.core import envelope
from app.core.clock import Clock
from app.core.health import FeedHealth
from app.core.model import Ms
from app.serving.client import Client
from app.serving.ring import Frame, encoded
from app.serving.state import Manners, State
from app.serving.told import Book, Part

LOOPBACK = "127.0.0.1"
MAX_REQUEST = 262_144
NOTHING: Mapping[str, Ms] = MappingProxyType({})


class Session:
    """Serves a book, and what is published, until it is stopped."""

    def __init__(
        self,
        book: Book,
        clock: Clock,
        manners: Manners,
        admits: Callable[[str], bool] = lambda _path: True,
    ) -> None:
        """`admits` says of a path whether a connection to it may begin now."""
        self.state = State(book, clock, manners)
        self._admits = admits
        self._clients: set[Client] = set()
        self._server: Server | None = None

    async def start(
        self, port: int, host: str = LOOPBACK, tls: ssl.SSLContext | None = None
    ) -> int:
        """Listen; gives the port. Raises OSError where the address is not to be had."""
        self._server = await serve(
            self._talk,
            host,
            port,
            ssl=tls,
            compression=None,
            max_size=MAX_REQUEST,
            ping_interval=20,
            ping_timeout=20,
            close_timeout=1,
            server_header=None,
            process_request=self._first_word,
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close every connection and the port."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def clients(self) -> int:
        """How many are served now."""
        return sum(client.subscribed for client in self._clients)

    def publish(self, part: Part) -> None:
        """Give what happened a number and hand it to every client that asked for it."""
        if not part:
            return
        state = self.state
        state.seq += 1
        frame = Frame(state.seq, state.clock.now(), part)
        state.ring.add(frame)
        for client in self._clients:
            client.tell(frame)

    def cut(self) -> None:
        """Break the connections to paths that are no longer admitted, as a cable does."""
        for client in self._clients:
            if not self._admits(client.path):
                client.cut()

    def _first_word(self, socket: ServerConnection, request: Request) -> Response | None:
        if self._admits(request.path):
            return None
        return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")

    def tell_health(
        self, rows: Iterable[FeedHealth] = (), impossible: Mapping[str, Ms] = NOTHING
    ) -> None:
        """Say how sources are doing, and which values cannot be (see envelope.Health); with
        neither, that this server is there."""
        fresh = {row.feed: row for row in rows}
        self.state.health.update(fresh)
        if impossible:
            self.state.doubt(impossible)
        for client in self._clients:
            client.tell_health(fresh, impossible)

    async def _talk(self, socket: ServerConnection) -> None:
        if len(self._clients) >= self.state.manners.max_clients:
            await socket.send(encoded(envelope.Refused(reason="too many clients")), text=True)
            return
        client = Client(self.state, socket)
        self._clients.add(client)
        try:
            await client.run()
        except ConnectionClosed:
            pass  # the client left; nothing of it is kept
        finally:
            self._clients.discard(client)
