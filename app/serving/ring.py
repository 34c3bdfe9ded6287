"""The frames that a server still holds for who asks for them again."""

from collections import deque
from typing import Any, ClassVar

import msgspec

from app.core import envelope
from app.core.model import Ms
from app.core.privacy import Privacy
from app.serving.told import Part


def encoded(frame: msgspec.Struct) -> bytes:
    """A frame as it goes over the line."""
    return msgspec.json.encode(frame)


def fields(part: Part) -> dict[str, Any]:
    """A part as fields of a frame of records."""
    found = {name: getattr(part.told, name) for name in part.told.__struct_fields__}
    return {**found, "source": part.source, "open": part.open}


class Frame(msgspec.Struct):
    """What was told at one moment, for every client."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    seq: int
    sent: Ms
    part: Part
    whole: bytes = b""  # as a client is told who was told the frame before it, made once

    def delta(self, part: Part, prev: int) -> bytes:
        """The frame for one client, of which `part` is what it wants."""
        if part is not self.part or prev != self.seq - 1:
            return self._encoded(part, prev)
        if not self.whole:
            self.whole = self._encoded(part, prev)
        return self.whole

    def _encoded(self, part: Part, prev: int) -> bytes:
        return encoded(envelope.Delta(seq=self.seq, prev=prev, sent=self.sent, **fields(part)))


class Ring:
    """The newest frames, bounded in frames and in records."""

    def __init__(self, max_frames: int, max_records: int) -> None:
        self._frames: deque[Frame] = deque()
        self._max_frames = max_frames
        self._max_records = max_records
        self._records = 0

    def add(self, frame: Frame) -> None:
        """Hold one more, let go of the oldest."""
        self._frames.append(frame)
        self._records += frame.part.told.size
        while len(self._frames) > self._max_frames or self._records > self._max_records:
            self._records -= self._frames.popleft().part.told.size

    def oldest(self, default: int) -> int:
        """The first number still held."""
        return self._frames[0].seq if self._frames else default

    def between(self, first: int, last: int) -> list[Frame]:
        """The frames held with first <= seq <= last; their numbers have no gaps."""
        if not self._frames:
            return []
        begin = max(0, first - self._frames[0].seq)
        end = max(begin, last - self._frames[0].seq + 1)
        return [self._frames[place] for place in range(begin, min(end, len(self._frames)))]
