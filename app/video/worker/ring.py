"""The last half minute of a stream, as it came: for a clip from before the alarm."""

import threading
from collections import deque
from itertools import chain
from typing import NamedTuple, TypeAlias

import av
from av.video.stream import VideoStream

Packet: TypeAlias = "av.Packet[VideoStream]"

MAX_BYTES = 64 << 20
"""Of one stream; beyond it the oldest groups go early."""


class Spell(NamedTuple):
    """What packets of one opening and one size have in common. `form` is a stream of a container
    of its own that is never written: it outlives the connection, and a clip is made after it."""

    codec: str
    width: int
    height: int
    form: VideoStream


class Kept(NamedTuple):
    """A packet, and when it came (seconds of `time.monotonic()`)."""

    arrived: float
    packet: Packet
    spell: Spell


class Ring:
    """Packets in groups that begin with a key frame; a group goes as a whole, so that what is kept
    can be decoded from its first packet. Any thread may read."""

    def __init__(self, seconds: float, max_bytes: int = MAX_BYTES) -> None:
        self.seconds = seconds
        self.bytes = 0
        self.spell: Spell | None = None
        """That of the newest packet, also when none is kept any more."""
        self._max = max_bytes
        self._groups: deque[list[Kept]] = deque()
        self._sizes: deque[int] = deque()
        self._lock = threading.Lock()

    def add(self, kept: Kept) -> None:
        """Keep a packet; what comes before the first key frame is of no use."""
        with self._lock:
            self.spell = kept.spell
            if kept.packet.is_keyframe:
                self._groups.append([])
                self._sizes.append(0)
            if not self._groups:
                return
            self._groups[-1].append(kept)
            self._sizes[-1] += kept.packet.size
            self.bytes += kept.packet.size
            self._trim(kept.arrived - self.seconds)

    def _trim(self, since: float) -> None:
        while self._groups and (
            self.bytes > self._max
            or (len(self._groups) > 1 and self._groups[1][0].arrived <= since)
        ):
            self._groups.popleft()
            self.bytes -= self._sizes.popleft()

    def renew(self, spell: Spell) -> None:
        """The newest group turned out to be of another size."""
        with self._lock:
            if self._groups:
                self._groups[-1] = [kept._replace(spell=spell) for kept in self._groups[-1]]

    def group(self) -> list[Kept]:
        """The newest key frame and what came after it."""
        with self._lock:
            return list(self._groups[-1]) if self._groups else []

    def since(self, moment: float) -> list[Kept]:
        """From the last key frame at or before a moment, or the oldest; of the newest codec and
        size only, because one clip can hold no other."""
        with self._lock:
            groups = list(self._groups)
        first = max(
            (at for at, group in enumerate(groups) if group[0].arrived <= moment), default=0
        )
        kept = list(chain.from_iterable(groups[first:]))
        if not kept:
            return []
        newest = kept[-1].spell[:3]
        begin = max((at + 1 for at, one in enumerate(kept) if one.spell[:3] != newest), default=0)
        return kept[begin:]

    def clear(self) -> None:
        """Keep nothing of what was."""
        with self._lock:
            self._groups.clear()
            self._sizes.clear()
            self.bytes = 0
