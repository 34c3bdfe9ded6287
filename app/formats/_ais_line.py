"""Lines of AIS receivers to whole messages: NMEA 0183 sentences, their parts and their times.

`!AIVDM,<parts>,<part>,<group>,<channel>,<payload>,<fill>*<sum>` (and AIVDO, BSVDM...; IEC 61162-1).
Before it may stand a tag block `\\c:<epoch>*<sum>\\` (NMEA 4.10), after it `,<epoch>` as the US
Coast Guard's receivers write it. Parts of one message have its group and channel in common; how
many are waited for, and how long, is bounded.
"""

import re
from collections import OrderedDict
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy

MAX_LINE = 1024
MAX_WAITING = 256
"""Messages of which parts are waited for."""
WAIT_MS = 30_000
"""How long the rest of a message is waited for."""
_MAX_PARTS = 9
_SENTENCE = re.compile(
    rb"!..VD[MO],([1-9]),([1-9]),(\d?),([^,]{0,2}),([0-W`-w]{0,400}),([0-5])\*([0-9A-Fa-f]{2})(.*)"
)
_AFTER = re.compile(rb"(?:,[^,]*)*,(\d{10})(?:\.\d*)?\s*")
_TIME = re.compile(rb"(?:^|,)c:(\d{10,13})(?:,|$)")
_OTHER = (b"#", b"$")  # comments, and sentences of instruments that are no AIS


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """A whole message: its sentences, and when it was heard (0: not stated)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    parts: tuple[bytes, ...]
    heard: Ms


class BadLine(ValueError):
    """A line that is no part of a message; the text is the reason's word."""


class _Waiting:
    """Parts of one message so far."""

    __slots__ = ("heard", "parts", "since", "total")

    def __init__(self, total: int, since: Ms) -> None:
        self.total = total
        self.since = since
        self.heard: Ms = 0
        self.parts: dict[int, bytes] = {}


class Assembler:
    """Puts parts together; `lost` counts the messages whose rest did not come."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[bytes, bytes, int], _Waiting] = OrderedDict()
        self.lost = 0

    def take(self, line: bytes, received: Ms) -> Sentence | None:
        """The message that a line completes, or None: a part, or a line that is no AIS. Raises
        BadLine."""
        if not line.strip() or line.startswith(_OTHER):
            return None
        if len(line) > MAX_LINE:
            raise BadLine("oversized")
        heard, rest = _tag_block(line)
        found = _SENTENCE.fullmatch(rest.strip())
        if found is None:
            raise BadLine("not_ais")
        total, part, group, channel, payload, _, stated, after = found.groups()
        sentence = rest.strip()[: found.start(7) + 2]
        if checksum(sentence[1:-3]) != int(stated, 16):
            raise BadLine("checksum")
        late = _AFTER.fullmatch(after)
        heard = heard or (int(late.group(1)) * 1000 if late else 0)
        if total == b"1":
            if not payload:
                return None  # what a receiver writes for a slot that it could not read
            return Sentence((sentence,), heard)
        return self._part((group, channel, int(total)), int(part), sentence, heard, received)

    def _part(
        self, slot: tuple[bytes, bytes, int], part: int, sentence: bytes, heard: Ms, received: Ms
    ) -> Sentence | None:
        total = slot[2]
        if total > _MAX_PARTS or part > total:
            raise BadLine("not_ais")
        waiting = self._waiting.get(slot)
        if waiting is None or part in waiting.parts or received - waiting.since > WAIT_MS:
            if waiting is not None:
                self.lost += 1
                del self._waiting[slot]
            waiting = self._waiting[slot] = _Waiting(total, received)
            self._forget(received)
        waiting.parts[part] = sentence
        waiting.heard = waiting.heard or heard
        if len(waiting.parts) < total:
            return None
        del self._waiting[slot]
        return Sentence(tuple(waiting.parts[number + 1] for number in range(total)), waiting.heard)

    def _forget(self, received: Ms) -> None:
        while self._waiting:
            oldest = next(iter(self._waiting.values()))
            if len(self._waiting) <= MAX_WAITING and received - oldest.since <= WAIT_MS:
                return
            self._waiting.popitem(last=False)
            self.lost += 1


def checksum(inside: bytes) -> int:
    """The exclusive or of the bytes between the first mark and the asterisk."""
    total = 0
    for byte in inside:
        total ^= byte
    return total


def _tag_block(line: bytes) -> tuple[Ms, bytes]:
    """The time of a tag block, and the line without it; a block with a wrong sum says nothing."""
    if not line.startswith(b"\\"):
        return 0, line
    block, mark, rest = line[1:].partition(b"\\")
    if not mark:
        raise BadLine("not_ais")
    fields, _, stated = block.rpartition(b"*")
    found = _TIME.search(fields)
    if found is None or stated.lower() != b"%02x" % checksum(fields):
        return 0, rest
    number = found.group(1)
    return (int(number) * 1000 if len(number) == 10 else int(number)), rest
