"""A WebSocket client that hands over all messages of one read together.

`websockets` gives messages one by one through a queue and a task switch, which costs more than
decoding them. Here the frames that one read from the socket completed are given to a callback at
once. Back-pressure is the reading itself: the next read comes after the callback returned.
Everything else (handshake, close, ping, limits on size) stays the library's.
"""

from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode

Deliver = Callable[[list[bytes | bytearray]], None]
MAX_FRAGMENTS = 4096
_TEXT, _BINARY, _CONT = Opcode.TEXT, Opcode.BINARY, Opcode.CONT


class BulkConnection(ClientConnection):
    """`connect(..., create_connection=BulkConnection)`, then `deliver_to`; never call `recv`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._frames: list[bytes | bytearray] = []
        self._parts: list[bytes | bytearray] = []
        self._deliver: Deliver | None = None
        self.failure: Exception | None = None

    def deliver_to(self, deliver: Deliver) -> None:
        """From now on messages go there; those that came with the handshake go at once."""
        self._deliver = deliver
        self._hand_over()

    def process_event(self, event: Any) -> None:
        """Keep data frames, leave the rest to the library."""
        if type(event) is Frame:
            opcode = event.opcode
            if opcode is _TEXT or opcode is _BINARY:
                if event.fin:
                    self._frames.append(event.data)  # type: ignore[arg-type]
                else:
                    self._parts = [event.data]  # type: ignore[list-item]
                return
            if opcode is _CONT:
                self._join(event)
                return
        super().process_event(event)

    def data_received(self, data: bytes) -> None:
        """One read from the socket."""
        super().data_received(data)
        if self._frames and self._deliver is not None:
            self._hand_over()

    def _hand_over(self) -> None:
        frames, self._frames = self._frames, []
        if frames and self._deliver is not None and self.failure is None:
            try:
                self._deliver(frames)
            except Exception as error:  # noqa: BLE001  (raised again by the feed's own coroutine)
                self.failure = error
                self.transport.abort()

    def _join(self, event: Frame) -> None:
        self._parts.append(event.data)  # type: ignore[arg-type]
        if event.fin:
            self._frames.append(b"".join(self._parts))
            self._parts = []
        elif len(self._parts) > MAX_FRAGMENTS:
            self._parts = []
            self.transport.abort()
