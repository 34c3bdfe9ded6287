"""The read-only health endpoint: one JSON for a monitoring system, on GET, without secrets.

It stands on the WebSocket library's own way to answer plain HTTP before a handshake, so that no
second server runs.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from app.core.message import Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gather.server import Place

PATHS = ("/", "/health")


class FeedLine(msgspec.Struct, frozen=True):
    """One feed. `age_s` counts from the newest moment observed, None where nothing ever came;
    `rate` is records a second over the last minute; `endpoint` as in FeedHealth."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    feed: str
    state: str
    age_s: float | None
    rate: float
    endpoint: int = 0
    trouble: str = ""


class Health(msgspec.Struct, frozen=True):
    """The gatherer at a moment. `role`: first, standby, or active (a standby that asks the bureaus
    itself); `store` is the id of what troubles the store."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    role: str
    at: Ms
    version: str
    city: str
    city_version: str
    since: Ms
    seats: int
    sequence: int
    store: str
    feeds: list[FeedLine]


class HealthPort:
    """Answers with what `look` gives."""

    def __init__(self, look: Callable[[], Health]) -> None:
        self._look = look
        self._server: Server | None = None

    async def start(self, where: Place) -> int:
        """Listen; gives the port. Raises Refusal."""
        try:
            self._server = await serve(
                _nothing, where.host, where.port, process_request=self._answer, server_header=None
            )
        except OSError as error:
            text = error.strerror or type(error).__name__
            shown = f"{where.host}:{where.port}"
            raise Refusal(message("gatherer.listen", place=shown, error=text)) from error
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _answer(self, _connection: ServerConnection, request: Request) -> Response:
        if request.method != "GET":
            return _response(HTTPStatus.METHOD_NOT_ALLOWED, b"{}")
        if request.path.partition("?")[0] not in PATHS:
            return _response(HTTPStatus.NOT_FOUND, b"{}")
        return _response(HTTPStatus.OK, msgspec.json.encode(self._look()))


def _response(status: HTTPStatus, body: bytes) -> Response:
    headers = Headers(
        {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
    )
    return Response(status.value, status.phrase, headers, body)


async def _nothing(_connection: ServerConnection) -> None:
    """No WebSocket is ever opened here: every request was answered before."""
