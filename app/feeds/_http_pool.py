"""One HTTP client per event loop and way out, shared by all feeds that go that way.

A client and a TLS context cost 0.8 MB each (docs/decisions/0007-every-feed.md), so 500 feeds of one
trust set, proxy and network plane have one. It keeps no cookies, follows no redirects, knows no
credentials and takes nothing from the environment: all that belongs to one feed and one request.
"""

import importlib.util
import logging
import sys
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from app.config import FeedConfig
from app.feeds._base import Surroundings
from app.feeds._tls import client_context

_KEPT = 8
"""Idle connections of all feeds together: each request looks at each of them."""
_KEPT_S = 75.0

# Their lines hold whole addresses and head lines, and those hold keys.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


# httpcore looks for this module, which is not installed here, on the disk with each request.
if importlib.util.find_spec("sniffio") is None:
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


def client_of(config: FeedConfig, around: Surroundings) -> httpx.AsyncClient:
    """The client for a feed's way out; from within the running loop."""
    way = ("http", config.tls, config.proxy, config.source_address)
    return around.shared.once(way, lambda: _client(config), httpx.AsyncClient.aclose)


def _client(config: FeedConfig) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=_Transport(config),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": "chengmai", "Accept-Encoding": "gzip"},
    )


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own over a pool of ours: also a way through a proxy starts at one plane's address,
    which httpx and httpcore forget."""

    def __init__(self, config: FeedConfig) -> None:
        context = client_context(config.tls)
        super().__init__(verify=context, trust_env=False)
        how: dict[str, Any] = {
            "ssl_context": context,
            "max_connections": None,  # a feed has one or two; none waits for another's
            "max_keepalive_connections": _KEPT,
            "keepalive_expiry": _KEPT_S,
            "network_backend": _Plane(config.source_address),
        }
        if config.proxy:
            self._pool = httpcore.AsyncHTTPProxy(config.proxy, **how)
        else:
            self._pool = httpcore.AsyncConnectionPool(**how)


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
