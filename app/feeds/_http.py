"""HTTP as feeds ask: one line per feed over the shared client, bounded and suspicious.

Every HTTP request of a feed goes through here. Answers are what was promised or an error with a
name; nothing is taken from another host, no credential goes where the city's settings do not send
it, and what did not change is not taken again.
"""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, ClassVar

import httpx
import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Lost, Refused, Surroundings
from app.feeds._http_auth import AuthOptions, Identity
from app.feeds._http_body import Oversized, read_body
from app.feeds._http_call import Answer, Call, address, origin
from app.feeds._http_check import Expect, check_status, check_type
from app.feeds._http_pool import Way, line_of, request_of, way_of
from app.feeds._oauth import OAuthOptions
from app.feeds._signing import SignOptions
from app.feeds._tls import client_context
from app.feeds._unreachable import unreachable
from app.options import bad

__all__ = ["Answer", "Expect", "HttpLine", "Oversized"]

MAX_REDIRECTS = 3
_REMEMBERED = 256  # addresses of one feed
_BELIEVED_S = 3600.0  # after this long a server is asked for the whole again, changed or not
_MOVED = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})


class _Known(msgspec.Struct, frozen=True):
    """What a server said of the answer that we hold."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    etag: Annotated[str, SECRET]
    modified: str
    at: float  # of the loop's clock


class HttpLine:
    """One feed's requests. `homes` are further addresses of its settings to which its credential
    may go (`url` and `also` are known); `allow_plain` is read from its options. `open_s`, `read_s`
    and `answer_s` are the longest connecting, waiting for the next bytes, and whole answer.

    Made in the feed's construction; raises ConfigError for a proxy, a certificate, a signature or
    a token endpoint that cannot be used.
    """

    def __init__(
        self,
        config: FeedConfig,
        around: Surroundings,
        *,
        auth: AuthOptions | None = None,
        oauth: OAuthOptions | None = None,
        sign: SignOptions | None = None,
        homes: Iterable[str] = (),
        open_s: float = 10.0,
        answer_s: float = 60.0,
        read_s: float = 30.0,
    ) -> None:
        self._config = config
        self._around = around
        self._identity = Identity(
            config,
            around,
            auth=auth or AuthOptions(),
            oauth=oauth,
            sign=sign,
            homes=homes,
            post=self._post,
        )
        times = httpx.Timeout(read_s, connect=open_s)
        self._extensions = {"timeout": times.as_dict(), "line": line_of(config)}
        self._answer_s = answer_s
        self._known: OrderedDict[str, _Known] = OrderedDict()
        _check_way(config)

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        expect: Expect = "json",
        conditional: bool = True,
    ) -> Answer | None:
        """One whole answer, None where there is nothing new (304, 204).

        Raises Oversized, Lost or Refused. `conditional` says whether what did not change since the
        last time may be left out; call `forget` where an answer was taken and then not used.
        """
        call = Call(method, address(url, params), dict(headers or {}), body or b"")
        call.headers.setdefault("Accept", _ACCEPT[expect])
        asked = str(call.url) if conditional and method == "GET" else ""
        known = self._recall(asked)
        if known is not None:
            call.headers.update(_conditions(known))
        try:
            async with asyncio.timeout(self._answer_s):
                async with self.open(call) as response:
                    if response.status_code == 304 and known is not None:
                        return None
                    answer = await self._taken(response, str(call.url), expect)
        except TimeoutError as error:
            raise Lost(message("feed.timeout")) from error
        if answer is not None and asked:
            self._remember(asked, answer)
        return answer

    def forget(self) -> None:
        """What was taken was not used: ask for the whole again."""
        self._known.clear()

    @asynccontextmanager
    async def open(self, call: Call) -> AsyncIterator[httpx.Response]:
        """Send a request with the feed's credential, follow a move within the same host, and give
        the answer's head with its body still to come. Raises Lost and Refused, also from within the
        block. The caller bounds the time that the body may take."""
        async with self._opened(call, self._identity) as response:
            yield response

    # ---- one exchange

    @asynccontextmanager
    async def _opened(self, call: Call, identity: Identity | None) -> AsyncIterator[httpx.Response]:
        way = way_of(self._config, self._around)
        with _named_troubles():
            response = await self._follow(way, call, identity)
            try:
                yield response
            finally:
                await response.aclose()

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> bytes:
        """A form to a token endpoint; its credential is in it already."""
        call = Call("POST", address(url), {"Accept": _ACCEPT["json"], **headers}, body)
        self._identity.check_plain(call.url)
        async with self._opened(call, None) as response:
            answer = await self._taken(response, url, "json")
        return answer.data if answer is not None else b""

    async def _follow(self, way: Way, call: Call, identity: Identity | None) -> httpx.Response:
        renewed = False
        for _ in range(MAX_REDIRECTS + 2):
            response = await self._send(way, call, identity)
            status = response.status_code
            denied = status in (401, 403) and identity is not None and identity.denied()
            if denied and status == 401 and not renewed:
                renewed = True  # a token may be withdrawn before its time
                await response.aclose()
            elif status in _MOVED:
                await response.aclose()
                call.url = self._moved(call, response)
            else:
                return response
        raise Lost(message("feed.http_moved"))

    def _moved(self, call: Call, response: httpx.Response) -> httpx.URL:
        """Where an answer points to, if that is the same host and no less secret."""
        try:
            target = call.url.join(response.headers.get("location", ""))
        except httpx.InvalidURL as error:
            raise Lost(message("feed.http_moved")) from error
        same = origin(target) == origin(call.url)
        safer = call.url.scheme == "http" and target.scheme == "https"
        if target.userinfo or not (same or (safer and target.host == call.url.host)):
            raise Lost(message("feed.http_elsewhere", host=target.host[:100] or "-"))
        if call.method != "GET" and response.status_code not in _SAME_METHOD:
            raise Lost(message("feed.http_moved"))
        return self._identity.without_key(target)

    async def _send(self, way: Way, call: Call, identity: Identity | None) -> httpx.Response:
        final = Call(call.method, call.url, dict(call.headers), call.body)
        if identity is not None:
            await identity.put(final)
        try:
            request = request_of(
                final.method, final.url, final.headers, final.body, self._extensions
            )
        except UnicodeError as error:
            raise Refused(message("feed.http_header")) from error
        try:
            return await way.send(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if call.method != "GET":
                raise
        return await way.send(request)  # the kept connection had just been closed

    async def _taken(self, response: httpx.Response, url: str, expect: Expect) -> Answer | None:
        status = response.status_code
        check_status(status, response.headers.get("retry-after", ""))
        if status == 204:
            return None
        data = await read_body(response, self._config.limits.max_bytes)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        check_type(kind, data, expect)
        return Answer(status, data, kind, url, dict(response.headers))

    # ---- what is known

    def _recall(self, asked: str) -> _Known | None:
        known = self._known.get(asked)
        if known is None or asyncio.get_running_loop().time() - known.at > _BELIEVED_S:
            return None
        return known

    def _remember(self, asked: str, answer: Answer) -> None:
        etag = answer.headers.get("etag", "")[:500]
        modified = answer.headers.get("last-modified", "")[:100]
        self._known.pop(asked, None)
        sendable = all(text.isascii() and text.isprintable() for text in (etag, modified))
        if (etag or modified) and sendable:
            self._known[asked] = _Known(etag, modified, asyncio.get_running_loop().time())
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


_ACCEPT = {
    "json": "application/json, */*;q=0.5",
    "xml": "application/xml, */*;q=0.5",
    "any": "*/*",
}


def _conditions(known: _Known) -> dict[str, str]:
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in given.items() if value}


@contextmanager
def _named_troubles() -> Iterator[None]:
    """What httpx raises, as Lost or Refused."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Lost(message("feed.timeout")) from error
    except httpx.ProxyError as error:
        raise Lost(message("feed.http_proxy")) from error
    except httpx.ConnectError as error:
        raise _not_connected(error) from error
    except httpx.HTTPError as error:
        raise Lost(message("feed.closed", error=type(error).__name__)) from error


def _not_connected(error: BaseException) -> Lost | Refused:
    """Why a connection did not come up: a certificate lies some causes deep."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Refused(message("feed.certificate", error=cause.verify_message))
        if isinstance(cause, OSError) and cause.strerror:
            return Lost(unreachable(cause))
        cause = cause.__cause__ or cause.__context__
    return Lost(message("feed.unreachable", error=str(error)[:120] or "-"))


def _check_way(config: FeedConfig) -> None:
    client_context(config.tls)  # a certificate file that cannot be read is said at the start
    if not config.proxy:
        return
    try:
        proxy = httpx.URL(config.proxy)
    except httpx.InvalidURL as error:
        raise bad(config.id, "proxy", str(error)) from error
    if proxy.scheme not in ("http", "https") or not proxy.host or proxy.userinfo:
        raise bad(config.id, "proxy", "http://HOST:PORT, without a password")
