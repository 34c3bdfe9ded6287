"""One way out per event loop, trust set, proxy and network plane, shared by all feeds that take it.

A client and a TLS context cost 0.8 MB each (docs/decisions/0007-every-feed.md), so 500 feeds of one
kind have one. It keeps no cookies, follows no redirects, knows no
credentials and takes nothing from the environment: all that belongs to one feed and one request.
"""

import importlib.util
import logging
import sys
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from app.config import FeedConfig
from app.feeds._base import Surroundings
from app.feeds._tls import client_context

_KEPT = 8
"""Idle connections of all feeds together that ask seldom: each request looks at each of them."""
_KEPT_S = 75.0
_OWN = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
    "User-Agent": "chengmai",
}

# Their lines hold whole addresses and head lines, and those hold keys.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


# httpcore looks for this module, which is not installed here, on the disk with each request.
if importlib.util.find_spec("sniffio") is None:
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


def way_of(config: FeedConfig, around: Surroundings) -> "Way":
    """What a feed's requests go out by; from within the running loop."""
    key = ("http", config.tls, config.proxy, config.source_address)
    return around.shared.once(key, lambda: Way(config), Way.aclose)


class Way(httpx.AsyncHTTPTransport):
    """One trust set, proxy and network plane. Without httpx's client: what that does for a request
    (cookies, redirects, authentication, hooks) is done by nobody or in our own words: with the
    pools below it was a quarter of what a poll cost.

    Its pools are ours: also a way through a proxy starts at one plane's address, which httpx and
    httpcore forget. A line that asks often has a pool with its own connection, because each request
    looks at every connection of its pool; the others share one.
    """

    def __init__(self, config: FeedConfig) -> None:
        context = client_context(config.tls)
        super().__init__(verify=context, trust_env=False)
        how: dict[str, Any] = {
            "ssl_context": context,
            "max_connections": None,  # a feed has one or two; none waits for another's
            "keepalive_expiry": _KEPT_S,
            "network_backend": _Plane(config.source_address),
        }
        self._pool = _Pools(config.proxy, how)  # type: ignore[assignment]

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer's head, with its body still to come; close it. Raises httpx's errors."""
        response = await self.handle_async_request(request)
        response.request = request
        return response


def request_of(
    method: str, url: httpx.URL, headers: dict[str, str], body: bytes, extensions: dict[str, Any]
) -> httpx.Request:
    """A request as feeds send it; raises UnicodeError for a header that is none."""
    given = {name.lower() for name in headers}
    every = [(name, text) for name, text in _OWN.items() if name.lower() not in given]
    return httpx.Request(
        method, url, headers=[*every, *headers.items()], content=body or None, extensions=extensions
    )


def line_of(config: FeedConfig) -> str:
    """The name of a line that keeps a connection of its own; empty for one that asks seldom."""
    return config.id if config.expected_period_s < _KEPT_S else ""


class _Pools:
    """A pool for each line that asks often, and one for all others."""

    def __init__(self, proxy: str, how: dict[str, Any]) -> None:
        self._proxy = proxy
        self._how = how
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        line = request.extensions.get("line", "")
        pool = self._pools.get(line)
        if pool is None:
            pool = self._pools[line] = self._make(1 if line else _KEPT)
        return await pool.handle_async_request(request)

    def _make(self, kept: int) -> httpcore.AsyncConnectionPool:
        if self._proxy:
            return httpcore.AsyncHTTPProxy(self._proxy, max_keepalive_connections=kept, **self._how)
        return httpcore.AsyncConnectionPool(max_keepalive_connections=kept, **self._how)

    async def aclose(self) -> None:
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.aclose()


class _Plane(httpcore.AnyIOBackend):
    """Opens every connection from one address of this machine, if one is given."""

    def __init__(self, source_address: str) -> None:
        self._source_address = source_address or None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """See httpcore."""
        return await super().connect_tcp(
            host, port, timeout, local_address or self._source_address, socket_options
        )
