"""Messages that a station sends in several frames (mode M3 of SL 651): one text, cut into parts."""

from collections import OrderedDict

import msgspec

from app.formats._sl651_frame import Frame

MAX_PARTS = 64
_MAX_BYTES = 262_144
_MAX_MESSAGES = 256


class _Message:
    """The parts of one message that are here."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.parts: dict[int, bytes] = {}

    @property
    def size(self) -> int:
        return sum(map(len, self.parts.values()))


class Parts:
    """Puts messages together, one at a time of each station and function."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, int], _Message] = OrderedDict()
        self.lost = False
        """Whether the last frame ended a message that was not whole."""

    def take(self, frame: Frame) -> Frame | None:
        """The whole message when its last part is here, None before; a frame that is no part
        as it is. A part that comes again takes the place of its former self."""
        self.lost = False
        number, total = frame.part
        if total <= 1:
            return frame
        key = (frame.station, frame.function)
        held = self._held.pop(key, None)
        if held is not None and (
            held.total != total or (number == 1 and held.parts.get(1, frame.body) != frame.body)
        ):
            held, self.lost = None, True
        held = held or _Message(total)
        if total > MAX_PARTS or not 1 <= number <= total:
            self.lost = True
            return None
        held.parts[number] = frame.body
        if held.size > _MAX_BYTES:
            self.lost = True
            return None
        if len(held.parts) == total:
            whole = b"".join(held.parts[index] for index in range(1, total + 1))
            return msgspec.structs.replace(frame, body=whole, part=(1, 1))
        self._held[key] = held
        if len(self._held) > _MAX_MESSAGES:
            self._held.popitem(last=False)
        return None
