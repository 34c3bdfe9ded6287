"""A small HTTP/1.1 server for the demonstration's video: requests within limits, answers of known
length, and streams that end with their connection."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

log = logging.getLogger(__name__)

MAX_LINE = 8192
MAX_HEADERS = 64
MAX_BODY = 64 * 1024
MAX_CONNECTIONS = 512


class Ask(NamedTuple):
    """One request; names of headers are lower case, a form in the body is part of the query."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Page(NamedTuple):
    """One answer."""

    body: bytes
    type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - never written


Handler = Callable[[Ask, asyncio.StreamWriter], Awaitable[Page | None]]
"""Gives an answer, or writes one itself until its reader goes and gives None."""


class WebServer:
    """Listens on loopback unless it is told to listen elsewhere."""

    def __init__(self, handler: Handler, host: str = "127.0.0.1") -> None:
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.host = host
        self.port = 0

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://{self.host}:{self.port}"

    async def start(self, port: int = 0) -> int:
        """Listen; gives the port. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, self.host, port, limit=MAX_LINE)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def stop(self) -> None:
        """Cut all connections and give up the port; it may be started again."""
        if self._server is None:
            return
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while len(self._tasks) <= MAX_CONNECTIONS and await self._once(reader, writer):
                await writer.drain()
        except asyncio.CancelledError:
            return  # the server stops; asyncio would log a cancelled handler as an error
        except (ConnectionError, asyncio.IncompleteReadError):
            log.debug("an HTTP connection is gone")
        except (ValueError, asyncio.LimitOverrunError):
            writer.write(_head(Page(b"", status=400)))
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        ask = await _read(reader)
        if ask is None:
            return False
        page = await self._handler(ask, writer)
        if page is None:
            return False
        writer.write(_head(page) + page.body)
        return ask.headers.get("connection", "").lower() != "close"


async def _read(reader: asyncio.StreamReader) -> Ask | None:
    """The next request; None at the end. Raises ValueError, LimitOverrunError."""
    try:
        first = await reader.readuntil(b"\r\n")
    except asyncio.IncompleteReadError:
        return None
    parts = first.decode("latin1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        _bad("not HTTP")
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = (await reader.readuntil(b"\r\n")).decode("latin1").strip()
        if not line:
            break
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    else:
        _bad("too many headers")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY:
        _bad("too long")
    body = await reader.readexactly(int(length))
    url = urlsplit(parts[1])
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        query |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return Ask(parts[0], unquote(url.path), query, headers)


def _bad(words: str) -> NoReturn:
    raise ValueError(words)


def _head(page: Page) -> bytes:
    lines = [f"HTTP/1.1 {page.status} -", f"Content-Type: {page.type}"]
    lines += [f"Content-Length: {len(page.body)}", "Cache-Control: no-cache"]
    lines += [f"{name}: {value}" for name, value in page.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def stream_head(kind: str) -> bytes:
    """The head of an answer that ends with its connection."""
    return f"HTTP/1.1 200 -\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()
