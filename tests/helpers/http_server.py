"""A real HTTP server on loopback that misbehaves on demand.

`async with http_server() as server:` runs one in the test's loop; `server.url("/etag")` is an
address, `server.asked` what was requested so far. The path chooses the behaviour (BEHAVIOURS
below); a test adds its own with `server.on("/path", handler)`: a handler takes server,
`Asked` and writer, and gives a `Reply`, or writes bytes itself and gives None, which closes
the line.
"""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

BOMB_BYTES = 50_000_000
DRIP_S = 0.02


@dataclass(frozen=True)
class Asked:
    """One request; the names of its headers are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass
class Reply:
    """One answer, sent with a length of its own."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Head and body."""
        head = {"Content-Type": "application/json", "Content-Length": str(len(self.body))}
        return head_of(self.status, head | self.headers) + self.body


Handler = Callable[["HttpServer", Asked, asyncio.StreamWriter], Awaitable[Reply | None]]


def head_of(status: int, headers: dict[str, str]) -> bytes:
    """The head of an answer."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Reason\r\n{lines}\r\n".encode()


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """A value as JSON; `ETag_` and such: `_` in a header's name is a hyphen."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(msgspec.json.encode(value), status, named)


class HttpServer:
    """Behaves as the path says. `data` is what the data paths give; `items` what is paged;
    `accept` judges a request to /signed; `events` is what /sse sends, `feed` sends more."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.data: Any = []
        self.items: list[Any] = []
        self.events: list[bytes] = []
        self.accept: Callable[[Asked], bool] = lambda _asked: True
        self.asked: list[Asked] = []
        self.tokens = 0  # given by /token; only the last is good
        self.port = 0
        self.connections = 0
        self._context = context
        self._handlers: dict[str, Handler] = dict(BEHAVIOURS)
        self._server: asyncio.Server | None = None
        self._ended = asyncio.Event()
        self._news = asyncio.Event()
        self._lines: set[asyncio.StreamWriter] = set()
        self._listeners: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def on(self, path: str, handler: Handler) -> None:
        """What is done at a path."""
        self._handlers[path] = handler

    def url(self, path: str = "/data") -> str:
        """An address of this server; over TLS it is called localhost."""
        host = "https://localhost" if self._context else "http://127.0.0.1"
        return f"{host}:{self.port}{path}"

    async def start(self) -> None:
        """Listen, on the port it had before."""
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut every line and close."""
        self._ended.set()
        loop = asyncio.get_running_loop()
        for listening in self._server.sockets if self._server is not None else ():
            loop.remove_reader(listening)
        for _ in range(5):  # a line that was just taken comes to `_serve` first: of a server that
            await asyncio.sleep(0)  # is closed before it does asyncio leaves the line open
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            line.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
        self._ended = asyncio.Event()

    async def restart(self, context: ssl.SSLContext | None = None) -> None:
        """Cut every line and come back, on the same port, with another certificate if given."""
        await self.stop()
        self._context = context or self._context
        await self.start()

    async def until_asked(self, count: int, path: str = "", seconds: float = 15) -> list[Asked]:
        """Wait until so many requests (of a path) have come."""
        async with asyncio.timeout(seconds):
            while True:
                found = [one for one in self.asked if not path or one.path == path]
                if len(found) >= count:
                    return found
                self._news.clear()
                await self._news.wait()

    def feed(self, event: bytes) -> None:
        """Send one more event to whoever listens to /sse, and to those who come later."""
        self.events.append(event)
        for line in self._listeners:
            line.write(event)

    def hang_up(self) -> None:
        """Cut whoever listens to /sse."""
        for line in list(self._listeners):
            line.transport.abort()

    async def pause(self, seconds: float) -> bool:
        """Wait so long; True when the server was stopped meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return False
        return True

    async def listen(self, writer: asyncio.StreamWriter) -> None:
        """Keep an event stream open until the server is stopped or the line cut."""
        self._listeners.add(writer)
        self._news.set()
        try:
            await self._ended.wait()
        finally:
            self._listeners.discard(writer)

    # ---- one line

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._lines.add(writer)
        self.connections += 1
        try:
            while await self._once(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._lines.discard(writer)
            self._listeners.discard(writer)
            writer.transport.abort() if self._ended.is_set() else writer.close()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(method, target, headers, body)
        self.asked.append(asked)
        self._news.set()
        reply = await self._handlers.get(asked.path, _missing)(self, asked, writer)
        if reply is None:
            return False
        writer.write(reply.encode())
        await writer.drain()
        return True


@asynccontextmanager
async def http_server(context: ssl.SSLContext | None = None) -> AsyncIterator[HttpServer]:
    """One for the length of a test."""
    server = HttpServer(context)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


# ---- behaviours


async def _missing(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    return Reply(b'{"error": "no such path"}', 404)


async def _data(server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` as JSON; bytes as they are."""
    return Reply(_encoded(server.data))


async def _xml(server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` (bytes) as XML."""
    return Reply(_encoded(server.data), headers={"Content-Type": "application/xml"})


async def _etag(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` with its ETag; 304 when it is known."""
    body = _encoded(server.data)
    tag = f'"{zlib.crc32(body):08x}"'
    if asked.headers.get("if-none-match") == tag:
        return Reply(status=304, headers={"ETag": tag})
    return Reply(body, headers={"ETag": tag})


async def _modified(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` as of one moment; 304 when that is known."""
    moment = "Sat, 01 Aug 2026 00:00:00 GMT"
    if asked.headers.get("if-modified-since") == moment:
        return Reply(status=304)
    return Reply(_encoded(server.data), headers={"Last-Modified": moment})


async def _pages(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`items` by page (from 1) and size, or by offset and limit, or by cursor; `next` is the
    address of what follows, `cursor` its mark."""
    query = asked.query
    size = int(query.get("size") or query.get("limit") or 2)
    first = int(query.get("cursor") or query.get("offset") or 0)
    first = first or (int(query.get("page", 1)) - 1) * size
    more = first + size < len(server.items)
    answer = {"total": len(server.items), "items": server.items[first : first + size]}
    if more:
        answer["cursor"] = first + size
        answer["next"] = f"/pages?cursor={first + size}&size={size}"
    return json_reply(answer)


async def _next(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """An answer whose next page is at `to`, for ever."""
    return json_reply({"items": server.items, "next": asked.query.get("to", "/next")})


async def _html(_server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """A page where data were promised; with `type` it even lies about that."""
    kind = asked.query.get("type", "text/html; charset=utf-8")
    page = b"\r\n <!DOCTYPE html>\n<html><body>Please log in</body></html>"
    return Reply(page, headers={"Content-Type": kind})


async def _type(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` with the type of the query."""
    return Reply(_encoded(server.data), headers={"Content-Type": asked.query["type"]})


async def _coded(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` in the coding of the query: gzip, deflate, raw (deflate without its head), twice
    (two gzip members), br (a lie), broken."""
    body = _encoded(server.data)
    way = asked.query["way"]
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    half = len(body) // 2
    coded = {
        "gzip": gzip.compress(body),
        "deflate": zlib.compress(body),
        "raw": raw.compress(body) + raw.flush(),
        "twice": gzip.compress(body[:half]) + gzip.compress(body[half:]),
        "cut": gzip.compress(body)[:-9],
        "br": body,
        "broken": b"\x1f\x8b" + body,
    }[way]
    coding = {"deflate": "deflate", "raw": "deflate", "br": "br"}.get(way, "gzip")
    return Reply(coded, headers={"Content-Encoding": coding})


async def _bomb(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """Fifty megabytes of blanks in fifty kilobytes."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    block = b" " * 1_000_000
    parts = [packer.compress(block) for _ in range(BOMB_BYTES // len(block))]
    return Reply(b"".join(parts) + packer.flush(), headers={"Content-Encoding": "gzip"})


async def _huge(server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Chunks without end."""
    writer.write(head_of(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}))
    chunk = b"10000\r\n" + b"[" * 65536 + b"\r\n"
    while not writer.is_closing():
        writer.write(chunk)
        await writer.drain()


async def _drip(server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
    """A byte at a time, for ever."""
    writer.write(head_of(200, {"Content-Type": "application/json", "Content-Length": "1000000"}))
    while not await server.pause(DRIP_S):
        writer.write(b"[")
        await writer.drain()


async def _cut(_server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Half of what was promised, then the line is closed."""
    writer.write(head_of(200, {"Content-Type": "application/json", "Content-Length": "100"}))
    writer.write(b'[{"key": ')
    await writer.drain()


async def _silent(server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""
    while not await server.pause(60):
        pass


async def _redirect(_server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """To the address of the query, with the status of the query."""
    status = int(asked.query.get("status", 302))
    return Reply(status=status, headers={"Location": asked.query["to"]})


async def _status(_server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """The status of the query, with its `retry` as Retry-After."""
    headers = {"Retry-After": asked.query["retry"]} if "retry" in asked.query else {}
    return Reply(b'{"secret": "stack trace"}', int(asked.query["code"]), headers)


async def _token(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """OAuth 2 client credentials (RFC 6749, 4.4); the client is `app` with `secret`."""
    form = dict(parse_qsl(asked.body.decode()))
    basic = asked.headers.get("authorization") == "Basic YXBwOnNlY3JldA=="
    known = basic or (form.get("client_id"), form.get("client_secret")) == ("app", "secret")
    if not known or form.get("grant_type") != "client_credentials":
        return json_reply({"error": "invalid_client"}, 401)
    server.tokens += 1
    life = float(asked.query.get("life", 3600))
    token = f"token-{server.tokens}"
    return json_reply({"access_token": token, "token_type": "Bearer", "expires_in": life})


async def _guarded(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` for whoever has the last token."""
    if asked.headers.get("authorization") != f"Bearer token-{server.tokens}" or not server.tokens:
        return Reply(b"{}", 401)
    return Reply(_encoded(server.data))


async def _signed(server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """`data` for whom `accept` accepts."""
    return Reply(_encoded(server.data)) if server.accept(asked) else Reply(b"{}", 403)


async def _echo(_server: HttpServer, asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """What was asked."""
    return json_reply(
        {
            "method": asked.method,
            "target": asked.target,
            "headers": asked.headers,
            "body": asked.body.decode("utf-8", "replace"),
        }
    )


async def _sse(server: HttpServer, _asked: Asked, writer: asyncio.StreamWriter) -> None:
    """The events so far, then whatever `feed` is given."""
    writer.write(head_of(200, {"Content-Type": "text/event-stream"}))
    for event in server.events:
        writer.write(event)
    await writer.drain()
    await server.listen(writer)


def _encoded(data: Any) -> bytes:
    return data if isinstance(data, bytes) else msgspec.json.encode(data)


BEHAVIOURS: dict[str, Handler] = {
    "/data": _data,
    "/xml": _xml,
    "/etag": _etag,
    "/modified": _modified,
    "/pages": _pages,
    "/next": _next,
    "/html": _html,
    "/type": _type,
    "/coded": _coded,
    "/bomb": _bomb,
    "/huge": _huge,
    "/drip": _drip,
    "/cut": _cut,
    "/silent": _silent,
    "/redirect": _redirect,
    "/status": _status,
    "/token": _token,
    "/guarded": _guarded,
    "/signed": _signed,
    "/echo": _echo,
    "/sse": _sse,
}
