"""How a server of tiles stands: judged from its answers, told in the legend, and how long it is
left alone after it failed."""

import statistics
from collections import deque

from app.core.clock import Clock
from app.core.message import Message
from app.core.model import Ms
from app.gis.tiles._base import BaseState

LATE_S = 2.0
"""An answer that usually takes longer is late."""
_FIRST_MS, _LONGEST_MS = 5_000, 60_000  # how long a lost server is left alone
_TRIES = 3  # failures in a row before it counts as lost
_SURE = frozenset(  # one such failure is enough: nobody is there
    {"feed.port_closed", "feed.no_way", "feed.no_name", "feed.unreachable", "feed.http_proxy"}
)
_REFUSED_MS = 60_000


class Standing:
    """Changed in the loop of the tiles, read from anywhere."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds: deque[float] = deque(maxlen=20)
        self._bad: deque[bool] = deque(maxlen=20)
        self._shown: deque[Ms] = deque(maxlen=64)
        self._failures = 0
        self._answered: Ms = 0
        self._failed: Ms = 0
        self._again: Ms = 0
        self._refused = False
        self._reason: Message | None = None

    def answered(self, seconds: float, *, good: bool) -> None:
        """It answered; not `good`: with something that is no tile."""
        self._failures = 0
        self._failed = self._again = 0
        self._refused = False
        self._answered = self._clock.now()
        self._seconds.append(seconds)
        self._bad.append(not good)
        if good:
            self._reason = None

    def failed(self, reason: Message, after_s: float = 0.0) -> None:
        """It did not answer; `after_s`: it asked to be left alone so long."""
        now = self._clock.now()
        self._failures += _TRIES if reason.id in _SURE else 1
        self._failed = self._failed or now
        self._reason = reason
        if after_s:
            self._again = now + round(after_s * 1000)
        elif self._failures >= _TRIES:
            doublings = min(self._failures - _TRIES, 8)
            self._again = now + min(_FIRST_MS << doublings, _LONGEST_MS)

    def refused(self, reason: Message) -> None:
        """It does not let us in: asking on would only lock us out."""
        now = self._clock.now()
        self._refused = True
        self._failed = self._failed or now
        self._again = now + _REFUSED_MS
        self._reason = reason

    def doubted(self, reason: Message) -> None:
        """What it gave was no tile; the last such reason is told."""
        self._reason = reason

    def shown(self, at: Ms) -> None:
        """A tile of a moment was given to a map."""
        self._shown.append(at)

    @property
    def closed(self) -> Message | None:
        """Why it is not to be asked now; None where it may be."""
        return self._reason if self._clock.now() < self._again else None

    def state(self, *, caches: bool, note: Message | None = None) -> BaseState:
        """For the legend; `caches`: tiles were kept that can be shown without it."""
        shown = [at for at in tuple(self._shown) if at]
        oldest = min(shown, default=0)
        if self._refused:
            return BaseState("refused", self._failed, oldest, self._reason, note)
        if self._failed and (self._failures >= _TRIES or not self._answered):
            kept = caches and bool(shown)
            since = self._answered or self._failed
            health = "cached" if kept else "lost"
            return BaseState(health, since, oldest, self._reason, note)  # type: ignore[arg-type]
        if not self._answered:
            return BaseState("cached" if shown else "idle", oldest, oldest, None, note)
        seconds, bad = tuple(self._seconds), tuple(self._bad)
        slow = bool(seconds) and statistics.median(seconds) > LATE_S
        late = slow or bool(self._failed) or sum(bad) * 4 > len(bad)
        return BaseState("late" if late else "live", self._answered, oldest, self._reason, note)
