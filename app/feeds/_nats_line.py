"""One connection to a NATS server (nats-py) that never reconnects by itself, its errors in ours."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

from nats.aio.client import Client
from nats.errors import AuthorizationError, Error, SlowConsumerError

from app.config import FeedConfig
from app.core.message import message
from app.feeds._base import Lost, Refused
from app.feeds._nats_key import Key
from app.feeds._tls import client_context
from app.feeds._unreachable import unreachable

_DENIED = re.compile(r'permissions violation for (?:subscription|publish) to "?([^" ]+)', re.I)
_AUTHORIZATION = "authorization violation"
_PING_S = 20
_PINGS = 2
_CLOSE_S = 1.0


class _Careful(Client):
    """A client that says nothing of us over a line that should be encrypted and is not: the
    library follows what the server announces, and so whoever sits between."""

    def __init__(self, *, secure: bool, public: str) -> None:
        super().__init__()
        self._secure = secure
        self._public_nkey = public or None

    def _connect_command(self) -> bytes:
        if self._secure and not self._server_info.get("tls_required"):
            raise Refused(message("feed.nats_plain"))
        if self._server_info.get("tls_required"):
            # The library leaves out what asyncio does elsewhere: without it a fast server fills the
            # memory, and the end of the line is taken for half an end.
            writer = cast(Any, self._transport)._io_writer
            writer.transport.get_protocol().connection_made(writer.transport)
        return super()._connect_command()


class NatsLine:
    """What became of a connection, told by its callbacks."""

    def __init__(self) -> None:
        self.overflow = 0
        self.on_end: Callable[[], None] = lambda: None
        self._trouble: Lost | Refused | None = None
        self._last: Exception | None = None
        self._ended = asyncio.Event()

    async def closed(self) -> None:
        """From the library: the connection is over."""
        self._end()

    async def error(self, error: Exception) -> None:
        """From the library: something went wrong."""
        if isinstance(error, SlowConsumerError):
            self.overflow += 1
            return
        self._last = error
        denied = _DENIED.search(str(error))
        if denied is not None:
            self._trouble = Refused(message("feed.topic_refused", topic=denied.group(1)[:200]))
            self._end()

    @property
    def ended(self) -> bool:
        """Whether the connection is over."""
        return self._ended.is_set()

    def _end(self) -> None:
        self._ended.set()
        self.on_end()

    async def over(self) -> None:
        """Wait for the end; raises why."""
        await self._ended.wait()
        if self._trouble is not None:
            raise self._trouble
        raise _told(self._last)

    def why(self, error: Exception) -> Lost | Refused:
        """An error of connecting, in our words."""
        generic = type(error).__name__ == "NoServersError" and self._last is not None
        return _told(self._last if generic else error)


@asynccontextmanager
async def open_nats(
    url: str, config: FeedConfig, key: Key, *, name: str, open_s: float
) -> AsyncIterator[tuple[Client, NatsLine]]:
    """A connection for the length of a block. Raises Lost and Refused."""
    line = NatsLine()
    client = _Careful(secure=url.startswith("tls://"), public=key.public)
    options: dict[str, Any] = dict(key.options)
    try:
        async with asyncio.timeout(open_s):
            await client.connect(
                [url],
                error_cb=line.error,
                closed_cb=line.closed,
                name=name,
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=max(1, round(open_s)),
                ping_interval=_PING_S,
                max_outstanding_pings=_PINGS,
                tls=client_context(config.tls),
                **options,
            )
        yield client, line
    except (Error, OSError) as error:
        raise line.why(error) from error
    finally:
        with suppress(TimeoutError):  # after a handshake that failed it waits for ever
            async with asyncio.timeout(_CLOSE_S):
                await client.close()


def _told(error: Exception | None) -> Lost | Refused:
    text = str(error or "")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(message("feed.certificate", error=error.verify_message))
    if isinstance(error, ssl.SSLError):
        return Refused(message("feed.certificate", error=error.reason or "TLS"))
    if isinstance(error, AuthorizationError) or _AUTHORIZATION in text.lower():
        return Refused(message("feed.credentials"))
    if isinstance(error, TimeoutError):
        return Lost(message("feed.timeout"))
    if isinstance(error, OSError) and error.strerror:
        return Lost(unreachable(error))
    return Lost(message("feed.closed", error=text[:120] or type(error).__name__))
