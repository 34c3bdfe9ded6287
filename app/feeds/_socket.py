"""A WebSocket client that hands over all messages of one read together.

`websockets` gives messages one by one through a queue and a task switch, which costs more than
decoding them. Here the frames that one read from the socket completed are given to a callback at
once. Back-pressure is the reading itself: the next read comes after the callback returned.

Nearly all that comes is whole, unmasked text or data (RFC 6455, 5.2): such a frame is cut out here,
a third of the library's cost. Every other byte (control frames, fragments, compressed, too large,
malformed) goes to the library, whole frame by whole frame, and with it handshake, close, ping and
the limits on size.
"""

from collections.abc import Callable
from math import inf
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from app.feeds._turns import Turns

GATHERED_BYTES = 16_384
"""More than this waits for no turn: it is worth its own."""
Deliver = Callable[[list[bytes | bytearray]], None]
MAX_FRAGMENTS = 4096
_TEXT, _BINARY, _CONT = Opcode.TEXT, Opcode.BINARY, Opcode.CONT
_WHOLE_TEXT, _WHOLE_BINARY = 0x80 | Opcode.TEXT, 0x80 | Opcode.BINARY
_END_OF_ANSWER = b"\r\n\r\n"
_LENGTH_16, _LENGTH_64, _MASKED = 126, 127, 0x80


class BulkConnection(ClientConnection):
    """`connect(..., create_connection=BulkConnection)`, then `deliver_to`; never call `recv`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._frames: list[bytes | bytearray] = []
        self._parts: list[bytes | bytearray] = []
        self._deliver: Deliver | None = None
        self._begun = b""  # a frame whose end has not come
        self._owed = 0  # bytes of a frame that the library has begun
        self._turns = Turns()
        self._urgent = b""
        self._gathered: list[bytes] = []
        self._size = 0  # of what is gathered
        self._taken_at = -inf  # by the clock of the loop
        self.failure: Exception | None = None

    def gather(self, turns: Turns, urgent: bytes = b"") -> None:
        """Take what comes within a turn together (see `Turns`), but at once where it holds
        `urgent`, or is much."""
        self._turns, self._urgent = turns, urgent

    def deliver_to(self, deliver: Deliver) -> None:
        """From now on messages go there; those that came with the handshake go at once."""
        self._deliver = deliver
        if self._frames:
            self._taken_at = self.loop.time()
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
        every_s = self._turns.every_s
        if not every_s or self._deliver is None:
            self._take(data)
            return
        now = self.loop.time()
        urgent = self._urgent and self._urgent in data
        if urgent or self._size + len(data) > GATHERED_BYTES:
            self._gathered.append(data)
            self._take_gathered()
        elif self._gathered or now - self._taken_at < every_s:
            if not self._gathered:
                self._turns.wait(self._take_gathered)
            self._gathered.append(data)
            self._size += len(data)
        else:
            self._taken_at = now
            self._take(data)

    def eof_received(self) -> None:
        """What was said before the end comes before it."""
        self._take_gathered()
        super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """What was said before the end comes before it."""
        self._take_gathered()
        super().connection_lost(exc)

    def _take_gathered(self) -> None:
        """The turn ends; must not raise, for others wait for theirs."""
        gathered = self._gathered
        if not gathered:
            return
        data = b"".join(gathered) if len(gathered) > 1 else gathered[0]
        gathered.clear()
        self._size = 0
        self._taken_at = self.loop.time()
        try:
            self._take(data)
        except Exception as error:  # noqa: BLE001  (raised again by the feed's own coroutine)
            self.failure = self.failure or error
            self.transport.abort()

    def _take(self, data: bytes) -> None:
        state = self.protocol.state
        if state is State.CONNECTING:
            data = self._shake(data)
        if self.protocol.state is State.OPEN:
            self._cut(data)
        elif state is State.CONNECTING:
            if data:  # the body of a refusal
                super().data_received(data)
        else:
            begun, self._begun = self._begun, b""
            super().data_received(begun + data)
        if self._frames and self._deliver is not None:
            self._hand_over()

    def _shake(self, data: bytes) -> bytes:
        """The answer to the handshake goes to the library; gives what came after its end."""
        seen = self._begun + data
        end = seen.find(_END_OF_ANSWER)
        if end < 0:
            self._begun = seen[-len(_END_OF_ANSWER) + 1 :]
            super().data_received(data)
            return b""
        cut = end + len(_END_OF_ANSWER) - len(self._begun)
        self._begun = b""
        super().data_received(data[:cut])
        return data[cut:]

    def _cut(self, data: bytes) -> None:
        """Take whole frames of data; give the library everything else in order."""
        if self._owed:
            theirs, data = data[: self._owed], data[self._owed :]
            self._owed -= len(theirs)
            super().data_received(theirs)
        data = self._begun + data if self._begun else data
        at, size = 0, len(data)
        most = self.protocol.max_message_size
        while at < size:
            head, length = _head(data, at)
            if not head:
                break  # not even its length has come
            end = at + head + length
            plain = data[at] in (_WHOLE_TEXT, _WHOLE_BINARY) and not data[at + 1] & _MASKED
            if not plain or self._parts or (most is not None and length > most):
                super().data_received(data[at:end])
                self._owed = max(0, end - size)
            elif end <= size:
                self._frames.append(data[at + head : end])
            else:
                break
            at = end
            if self.protocol.state is not State.OPEN:
                break  # it closes: what follows is the library's to refuse
        self._begun = data[at:]

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


def _head(data: bytes, at: int) -> tuple[int, int]:
    """The length of a frame's head (with its mask) and of what follows it; (0, 0) where the head
    is not whole."""
    if at + 2 > len(data):
        return 0, 0
    second = data[at + 1]
    length, head = second & 0x7F, 2
    if length == _LENGTH_16:
        head = 4
    elif length == _LENGTH_64:
        head = 10
    if at + head > len(data):
        return 0, 0
    if head > 2:
        length = int.from_bytes(data[at + 2 : at + head], "big")
    return head + (4 if second & _MASKED else 0), length
