"""Nothing but our own scheme is let out of a page; what tried is counted, and the last are kept by
their origin alone, so that no address with a key in it is written anywhere."""

from collections import Counter, deque
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from app.core.privacy import Privacy
from widgets.map.scheme import HOST, ORIGIN, SCHEME

KEPT = 50
_OURS_MADE_THERE = f"blob:{ORIGIN}/"


class Stopped(msgspec.Struct, frozen=True):
    """One address that was not reached: its origin, and who stopped it (`guard`, `page` or the rule
    of the page's CSP)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    origin: str
    by: str


class Ledger:
    """What was stopped: how often, and the last of it."""

    def __init__(self) -> None:
        self.allowed = 0
        self.stopped: Counter[str] = Counter()  # by who stopped it
        self.last: deque[Stopped] = deque(maxlen=KEPT)

    def stop(self, address: str, by: str) -> None:
        """Count one."""
        self.stopped[by] += 1
        self.last.append(Stopped(origin_of(address), by))

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.stopped.values())


class Guard(QWebEngineUrlRequestInterceptor):
    """Sees every request of a profile before it is made."""

    def __init__(self, ledger: Ledger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ledger = ledger

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Block what is not ours."""
        url = info.requestUrl()
        if url.scheme() == SCHEME and url.host() == HOST:
            self._ledger.allowed += 1
            return
        address = url.toString()
        if address.startswith(_OURS_MADE_THERE):
            self._ledger.allowed += 1
            return
        info.block(True)
        self._ledger.stop(address, "guard")


def origin_of(address: str) -> str:
    """`https://host:port` of an address, or its scheme alone; never a path, a query or a name."""
    try:
        parts = urlsplit(address[:2000])
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "?"
    if not parts.hostname:
        return f"{parts.scheme or address[:20]}:"
    return f"{parts.scheme}://{parts.hostname}{port}"
