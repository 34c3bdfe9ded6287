"""One HTTP request before it is sent, and one answer after it was taken."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

import httpx
import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Lost
from app.options import bad

Origin = tuple[str, str, int]
_OURS = ("authorization", "cookie", "host", "content-length", "transfer-encoding", "connection")
_PORTS = {"http": 80, "https": 443}


class Call(msgspec.Struct):
    """A request on its way out; credentials and signature are added to it last."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    method: str
    url: Annotated[httpx.URL, SECRET]
    headers: Annotated[dict[str, str], SECRET]
    body: bytes = b""


class Answer(msgspec.Struct, frozen=True):
    """What a server gave: `data` is uncompressed, `type` without parameters and in lower case,
    `url` the address as asked for, without credentials; the names in `headers` are lower case."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    status: int
    data: bytes
    type: str
    url: str
    headers: dict[str, str]


def address(url: str, params: dict[str, str] | None = None) -> httpx.URL:
    """The address with the parameters added to its own; raises Lost where it is none."""
    try:
        found = httpx.URL(url)
        if params:
            found = found.copy_merge_params(params)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Lost(message("feed.http_address", url=shown(url))) from error
    if found.scheme not in _PORTS or not found.host or found.userinfo:
        raise Lost(message("feed.http_address", url=shown(url)))
    return found


def check_addresses(config: FeedConfig, instead: str = "") -> None:
    """Raises ConfigError unless a feed's addresses are of HTTP, or of the simulator; `instead` says
    what to use for others."""
    for key, urls in (("url", (config.url,)), ("also", config.also)):
        if not all(url.startswith(("http://", "https://", "sim://")) for url in urls):
            raise bad(config.id, key, f"http:// or https://{instead}")


def check_headers(feed: str, headers: Iterable[str], *ours: str) -> None:
    """Raises ConfigError for a header of the settings that is not theirs to set; `ours` names, in
    lower case, more than those of every request."""
    for name in headers:
        if name.lower() in (*_OURS, *ours):
            raise bad(feed, f"options.headers.{name}", "not to be set here")


def origin(url: httpx.URL) -> Origin:
    """Scheme, host and port: what a credential is meant for."""
    return (url.scheme, url.host, url.port or _PORTS.get(url.scheme, 0))


def shown(url: str) -> str:
    """An address as it may be read by anybody: without user, parameters and fragment."""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"[:120]
