"""The sound of one stream in memory that its worker writes and a window reads: a ring of samples.

Two channels of 16 bits, native order. The first eight bytes count the samples (of both channels
together: one) that were ever written. Nobody waits for anybody: a reader that falls behind goes on
with what is new, and there is never more than `MOST_S` between the two.
"""

import threading
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy

CHANNELS = 2
SAMPLE = 2 * CHANNELS
HEADER = 64
RING_S = 2
BEGIN_S = 0.12
"""So far behind the newest sample a reader begins: what one late packet may cost."""
MOST_S = 0.6
LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000


class Sound(msgspec.Struct, frozen=True):
    """Where the sound of a view lies, `rate` samples a second."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    view: str
    segment: str
    rate: int


def sound_bytes(rate: int) -> int:
    """How large a segment is."""
    return HEADER + RING_S * rate * SAMPLE


class SoundWriter:
    """Raises ValueError for memory that is no ring of this rate. `silence` and `write` are called
    by different threads."""

    def __init__(self, memory: memoryview, rate: int) -> None:
        if not LOWEST_RATE <= rate <= HIGHEST_RATE or len(memory) < sound_bytes(rate):
            raise ValueError("sound")
        self._count = memory[:8].cast("q")
        self._ring = memory[HEADER : sound_bytes(rate)]
        self._lock = threading.Lock()
        self._silent = False

    def write(self, samples: memoryview | bytes) -> None:
        """Add samples; of more than fit into the ring the newest."""
        with self._lock:
            if self._silent:
                return
            size = len(self._ring)
            whole = len(samples) // SAMPLE
            samples = memoryview(samples)[: whole * SAMPLE][-size:]
            at = self._count[0] * SAMPLE % size
            first = min(len(samples), size - at)
            self._ring[at : at + first] = samples[:first]
            self._ring[: len(samples) - first] = samples[first:]
            self._count[0] += len(samples) // SAMPLE

    def silence(self) -> None:
        """Write nothing any more; when this returns, nobody does."""
        with self._lock:
            self._silent = True


class SoundReader:
    """One listener."""

    def __init__(self, memory: memoryview, rate: int) -> None:
        if len(memory) < sound_bytes(rate):
            raise ValueError("sound")
        self._count = memory[:8].cast("q")
        self._ring = memory[HEADER : sound_bytes(rate)]
        self._rate = rate
        self._at: int | None = None

    @property
    def written(self) -> int:
        """How many samples ever came."""
        return int(self._count[0])

    def read(self, most: int) -> bytes:
        """The next samples, `most` bytes at most; empty while there are too few to begin."""
        written = self.written
        if self._at is None:
            if written < BEGIN_S * self._rate:
                return b""
            self._at = written - round(BEGIN_S * self._rate)
        if not 0 <= written - self._at <= MOST_S * self._rate:
            self._at = max(0, written - round(BEGIN_S * self._rate))
        count = min(written - self._at, max(0, most) // SAMPLE)
        size = len(self._ring)
        begin = self._at * SAMPLE % size
        end = begin + count * SAMPLE
        found = bytes(self._ring[begin : min(end, size)]) + bytes(self._ring[: max(0, end - size)])
        self._at += count
        return found
