"""A stream of bytes to the sink: cut into frames by the format, with a bound on what has no end."""

from collections.abc import Callable

from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.feeds._wire import READ_BYTES
from app.formats._base import Format, Payload

_SMALL_BYTES = 2 * READ_BYTES
"""Frames of so many bytes together are taken at once; more of them slice by slice."""


class Framing:
    """The frames of one connection."""

    def __init__(
        self,
        format_: Format,
        sink: Sink,
        max_bytes: int,
        overhear: Callable[[bytes], bool] = lambda _frame: False,
    ) -> None:
        """`overhear` is shown every frame; True keeps it for itself."""
        self._format = format_
        self._intake = Intake(format_, sink)
        self._sink = sink
        self._max = max_bytes
        self._overhear = overhear
        self._buffer = bytearray()

    async def take(self, data: bytes) -> None:
        """The next bytes of the stream."""
        received = self._sink.touch()
        self._buffer += data
        frames = self._format.cut(self._buffer)
        if len(self._buffer) > self._max:
            self._sink.reject("oversized", f"{len(self._buffer)} bytes")
            self._buffer.clear()
        await self._deliver(
            [Payload(frame, received) for frame in frames if not self._overhear(frame)]
        )

    async def whole(self, data: bytes) -> None:
        """A datagram: a payload, as it is."""
        await self._deliver([Payload(data, self._sink.touch())])

    async def _deliver(self, payloads: list[Payload]) -> None:
        if sum(len(payload.data) for payload in payloads) <= _SMALL_BYTES:
            if payloads:
                self._intake.take(*payloads)
            return
        for payload in payloads:
            await self._intake.take_slowly(payload)
