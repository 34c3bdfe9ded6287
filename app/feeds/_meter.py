"""How much a feed brings and how late: rate, delay and the bars of its cell."""

from collections import deque
from statistics import median

from app.core.health import SLOTS
from app.core.model import Ms

WINDOW_MS = 60_000
_DELAYS = 600
_DELAY_EVERY_MS = 5_000
"""The median of a minute is found so often: it sorts 600 delays, and there are 500 feeds."""


class Meter:
    """Counts in spans of one second (rate) and of one slot (bars); the caller tells the time."""

    def __init__(self, slot_ms: int) -> None:
        self.slot_ms = slot_ms
        self._seconds: deque[list[int]] = deque()  # [second, records]
        self._slots: deque[list[int]] = deque(maxlen=SLOTS)  # [slot, records]
        self._delays: deque[int] = deque(maxlen=_DELAYS)
        self._moments: deque[Ms] = deque(maxlen=_DELAYS)  # of each delay; no pairs (see Trace)
        self._median = (-_DELAY_EVERY_MS, 0.0)  # when it was found, and what it was

    def count(self, now: Ms, records: int) -> None:
        """So many records came in now."""
        _add(self._seconds, now // 1000, records)
        _add(self._slots, now // self.slot_ms, records)
        self._forget(now)

    def delayed(self, now: Ms, delay: int) -> None:
        """One record came in `delay` milliseconds after it was observed."""
        self._delays.append(delay)
        self._moments.append(now)

    def rate(self, now: Ms) -> float:
        """Records per second over the last minute."""
        self._forget(now)
        return sum(entry[1] for entry in self._seconds) / (WINDOW_MS / 1000)

    def delay(self, now: Ms) -> float:
        """Median delay of the last minute in milliseconds, at most so old as it is found; 0 where
        nothing came."""
        at, found = self._median
        if found and 0 <= now - at < _DELAY_EVERY_MS:
            return found
        both = zip(self._moments, self._delays, strict=True)
        recent = [delay for moment, delay in both if now - moment <= WINDOW_MS]
        found = float(median(recent)) if recent else 0.0
        self._median = now, found
        return found

    def slots(self, now: Ms) -> tuple[int, ...]:
        """Records in each of the last spans, oldest first, the running one last."""
        current = now // self.slot_ms
        found = {entry[0]: entry[1] for entry in self._slots}
        return tuple(found.get(current - back, 0) for back in range(SLOTS - 1, -1, -1))

    def _forget(self, now: Ms) -> None:
        oldest = (now - WINDOW_MS) // 1000
        while self._seconds and self._seconds[0][0] <= oldest:
            self._seconds.popleft()


def _add(spans: deque[list[int]], span: int, records: int) -> None:
    if spans and spans[-1][0] >= span:
        spans[-1][1] += records
    else:
        spans.append([span, records])
