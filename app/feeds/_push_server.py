"""A listening HTTP server in the ingest loop, one per address, shared by the feeds that push there.

uvicorn with nothing on top: no framework, no logs of its own, no signal handlers, no headers that
say who we are. A line that does not ask in time is closed; more lines than the limit are answered
503. What a request may do is decided by its feed (`app/feeds/http_push.py`).
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, ClassVar

import msgspec
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.config import ConfigError
from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Refused

HEAD_S = 10.0
"""The whole head of a request must have come in this time."""

MAX_LINES = 200
_MAX_HEAD = 16_384
_MAX_DRAINED = 1_048_576
_DRAIN_S = 1.0
_SLOW = 408

Receive = Callable[[], Awaitable[dict[str, Any]]]
log = logging.getLogger("chengmai.feeds")
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # anybody can send it nonsense


class Request(msgspec.Struct, frozen=True):
    """The head of a request; the names in `headers` are lower case. `receive` gives ASGI's
    messages with the body."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    method: str
    path: str
    query: str
    headers: Annotated[dict[str, str], SECRET]
    receive: Receive


class Response(msgspec.Struct, frozen=True):
    """A status, one word about it, and after how many seconds to come again (0: not said)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    status: int
    word: str
    retry_s: int = 0


Handler = Callable[[Request], Awaitable[Response]]


class PushServer:
    """Listens while at least one path is taken."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._paths: dict[str, Handler] = {}
        self._server: uvicorn.Server | None = None
        self._changing = asyncio.Lock()

    async def take(self, path: str, handler: Handler) -> None:
        """Answer requests to a path from now on. Raises OSError where the address cannot be had,
        Refused where another feed has the path."""
        async with self._changing:
            if path in self._paths:
                raise Refused(message("feed.push_taken", path=path))
            if self._server is None:
                self._server = await self._listen()
            self._paths[path] = handler

    async def leave(self, path: str) -> None:
        """A path is no longer answered; with the last one the address is given back."""
        async with self._changing:
            self._paths.pop(path, None)
            if not self._paths:
                await self._stop()

    async def close(self) -> None:
        """End it, whoever is still there."""
        async with self._changing:
            self._paths.clear()
            await self._stop()

    async def _listen(self) -> uvicorn.Server:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.create_server((self._host, self._port), family=family, backlog=100)
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=MAX_LINES,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_MAX_HEAD,
        )
        config.load()
        config.ssl = self._context
        server = uvicorn.Server(config)
        # Its own `serve` would take over the program's signals and wake ten times a second.
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        return server

    async def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.shutdown()

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Any) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return
        body = _Body(scope, receive)
        try:
            response = await self._handle(scope, body.receive)
        except Exception:
            log.exception("a push to %s broke", scope["path"][:100])
            response = Response(500, "failed")
        if response.status != _SLOW:
            await body.drain()
        await _send(response, send)

    async def _handle(self, scope: dict[str, Any], receive: Receive) -> Response:
        handler = self._paths.get(scope["path"])
        if handler is None:
            return Response(404, "no_such_path")
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        query = scope["query_string"].decode("latin-1")
        return await handler(Request(scope["method"], scope["path"], query, headers, receive))


class _Body:
    """A request's body, and whether it was read to its end: a line that is closed with bytes
    unread is reset, and the sender would not hear why it was refused."""

    def __init__(self, scope: dict[str, Any], receive: Receive) -> None:
        self._receive = receive
        names = {name for name, _ in scope["headers"]}
        self._ended = not names & {b"content-length", b"transfer-encoding"} or b"expect" in names

    async def receive(self) -> dict[str, Any]:
        """ASGI's next message."""
        event = await self._receive()
        self._ended = not event.get("more_body", False)
        return event

    async def drain(self) -> None:
        """Read what is left, within bounds, and throw it away."""
        left = _MAX_DRAINED
        try:
            async with asyncio.timeout(_DRAIN_S):
                while left > 0 and not self._ended:
                    left -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            return


async def _send(response: Response, send: Any) -> None:
    good = response.status < 300
    body = msgspec.json.encode({"status" if good else "error": response.word})
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if response.retry_s:
        headers.append((b"retry-after", str(response.retry_s).encode()))
    if not good:  # the rest of a body that was not wanted is not read
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Protocol(H11Protocol):
    """Closes a line that does not come to the end of a head in time, its first or a later one.
    The wait between two requests is uvicorn's."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A line was opened."""
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._give_time()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        super().data_received(data)
        self._give_time()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line was closed."""
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def _give_time(self) -> None:
        """With no request under way, what came is the beginning of a head."""
        cycle = self._under_way()
        if self._timer is None and (cycle is None or cycle.response_complete):
            self._timer = self.loop.call_later(HEAD_S, self._late, cycle)

    def _late(self, before: Any) -> None:
        self._timer = None
        if self._under_way() is before:
            self.transport.close()

    def _under_way(self) -> Any:
        """The request that was read last; None before the first (uvicorn types it as never so)."""
        return self.cycle


def server_context(certificate: str, key: str, client_ca: str) -> ssl.SSLContext:
    """A server's TLS context; with `client_ca` the sender must show a certificate of it. Raises
    ConfigError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key or None)
        if client_ca:
            context.load_verify_locations(cafile=client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            message("feed.certificate_file", file=certificate, error=str(error))
        ) from error
    return context
