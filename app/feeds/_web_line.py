"""A WebSocket to somewhere else, opened in one way, its errors told in ours."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import (
    InvalidHandshake,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
    ProxyError,
    WebSocketException,
)

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Lost, Refused
from app.feeds._socket import BulkConnection
from app.feeds._tls import client_context


class Opening(msgspec.Struct, frozen=True):
    """How a WebSocket is opened; `ping_s` 0 sends no ping."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    open_s: float
    ping_s: float
    headers: Mapping[str, str] = {}
    protocols: tuple[str, ...] = ()


@asynccontextmanager
async def open_socket(
    url: str, config: FeedConfig, opening: Opening
) -> AsyncIterator[BulkConnection]:
    """Open it for the length of a block; nothing is ever unpacked from compressed frames. Raises
    Lost and Refused, also for what the block's own use of the socket raises."""
    more: dict[str, Any] = {}
    if config.source_address:
        more["local_addr"] = (config.source_address, 0)
    try:
        async with connect(
            url,
            create_connection=BulkConnection,
            compression=None,
            proxy=config.proxy or None,
            ssl=client_context(config.tls) if url.startswith("wss://") else None,
            open_timeout=opening.open_s,
            ping_interval=opening.ping_s or None,
            ping_timeout=opening.ping_s or None,
            close_timeout=2,
            max_size=config.limits.max_bytes,
            user_agent_header=None,
            additional_headers=dict(opening.headers),
            subprotocols=list(opening.protocols) or None,  # type: ignore[arg-type]
            **more,
        ) as socket:
            assert isinstance(socket, BulkConnection)
            yield socket
    except ssl.SSLCertVerificationError as error:
        raise Refused(message("feed.certificate", error=error.verify_message)) from error
    except InvalidStatus as error:
        status = error.response.status_code
        if status in (401, 403):
            raise Refused(message("feed.credentials")) from error
        raise Lost(message("feed.http_status", status=status)) from error
    except (InvalidURI, InvalidProxy) as error:  # its text may hold a credential
        raise Refused(message("feed.bad_address", feed=config.id)) from error
    except ProxyError as error:
        raise Lost(message("feed.http_proxy")) from error
    except (InvalidHandshake, WebSocketException) as error:
        raise Lost(message("feed.closed", error=type(error).__name__)) from error
