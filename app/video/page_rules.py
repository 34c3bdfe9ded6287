"""What an embedded web page may reach: its own address, the hosts that the city names, no other.

Three walls stand behind each other (docs/decisions/0010-video-wall.md): the page's own content
policy, made here; the interceptor of its profile, which asks `allows`; and Chromium's resolver,
which knows the hosts of `reachable` alone.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from app.config import PageConfig

LOCAL = ("localhost", "127.0.0.1", "::1")
PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
INLINE = ("data", "blob", "about")
"""Made by the page itself; nothing is fetched for them."""


class PageRules:
    """Of one page of a city."""

    def __init__(self, page: PageConfig) -> None:
        parts = urlsplit(page.url)
        self.host = parts.hostname or ""
        self.origin = _origin(parts.scheme, self.host, parts.port)
        self._home = (parts.path or "/", parts.query)
        self.is_plain = parts.scheme == "http"
        self.may_open = not self.is_plain or page.allow_plain or self.host in LOCAL
        self._schemes = ("http", "https", "ws", "wss") if self.is_plain else ("https", "wss")
        self._places = {self.host: {parts.port or PORTS[parts.scheme]}}
        for named in page.hosts:
            host, _, port = named.partition(":")
            ports = {int(port)} if port else {PORTS[scheme] for scheme in self._schemes}
            self._places.setdefault(host, set()).update(ports)

    def allows(self, address: str) -> bool:
        """Whether the page may ask for an address; what it makes itself costs nobody anything."""
        try:
            parts = urlsplit(address)
            scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        except ValueError:
            return False
        if scheme in INLINE:
            return True
        return scheme in self._schemes and (port or PORTS[scheme]) in self._places.get(host, ())

    def is_own(self, address: str) -> bool:
        """Whether an address is of the page's own origin, where its secret may go."""
        try:
            parts = urlsplit(address)
            return _origin(parts.scheme, parts.hostname or "", parts.port) == self.origin
        except ValueError:
            return False

    def is_home(self, address: str) -> bool:
        """Whether an address is the one that was to be shown, whatever follows its `#`."""
        parts = urlsplit(address)
        return self.is_own(address) and (parts.path or "/", parts.query) == self._home

    @property
    def policy(self) -> str:
        """The same as rules of the page's documents (Content Security Policy, level 3). They hold
        for where a redirect leads, too; an interceptor hears of that when it is too late."""
        sources = " ".join(
            f"{scheme}://{host}:{port}"
            for host, ports in sorted(self._places.items())
            for port in sorted(ports)
            for scheme in self._schemes
        )
        return "; ".join(
            (
                f"default-src {sources} data: blob: 'unsafe-inline' 'unsafe-eval'",
                f"frame-src {sources} data: blob:",
                f"worker-src {sources} blob:",
                "object-src 'none'",
                f"base-uri {sources}",
                f"form-action {sources}",
            )
        )


def reachable(pages: Iterable[PageConfig]) -> tuple[str, ...]:
    """All hosts that pages of a city may reach, without ports, sorted."""
    found = set()
    for page in pages:
        if page.enabled:
            found.add(urlsplit(page.url).hostname or "")
            found.update(host.partition(":")[0] for host in page.hosts)
    return tuple(sorted(found - {""}))


def _origin(scheme: str, host: str, port: int | None) -> str:
    scheme = scheme.lower()
    return f"{scheme}://{host}:{port or PORTS.get(scheme, 0)}"
