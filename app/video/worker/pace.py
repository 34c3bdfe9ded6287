"""Time of a stream against time of the clock: when a picture is due, how far a stream is behind."""

MAX_AHEAD_S = 10.0
"""A clock that jumps further than this was set anew."""
MAX_BEHIND_S = 1.0
DRIFT = 2e-4
"""A camera's clock may be so much slower than ours without being late."""


class Pace:
    """When pictures of a file, a recording or HLS are due: these come faster than they are to be
    seen. Seconds of `time.monotonic()` against seconds of the stream."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = max(0.0, speed)
        self._begin: tuple[float, float] | None = None

    @property
    def stands(self) -> bool:
        """Whether the stream is to stand still."""
        return self._speed == 0

    @property
    def plain(self) -> bool:
        """Whether it runs at the speed of the clock."""
        return self._speed == 1

    def due(self, pts: float, now: float) -> float:
        """When the picture of this time is to be seen. Where the source ran dry or the machine was
        too slow for more than a second, its clock begins anew instead of running to catch up."""
        if self._begin is None:
            self._begin = (now, pts)
        at = self._begin[0] + (pts - self._begin[1]) / (self._speed or 1.0)
        if not -MAX_BEHIND_S < at - now < MAX_AHEAD_S / (self._speed or 1.0):
            self._begin = (now, pts)
            return now
        return at


class Lag:
    """How far a live stream is behind: by how much a packet came later than it would have, had it
    been as quick as the quickest. A camera's clock that is slow by DRIFT does not count."""

    def __init__(self) -> None:
        self._best: float | None = None
        self._at = 0.0
        self.seconds = 0.0

    def take(self, pts: float, now: float) -> float:
        """The lag in seconds after a packet of this time came."""
        ahead = pts - now
        if self._best is not None:
            self._best -= DRIFT * (now - self._at)
        if self._best is None or ahead > self._best or self._best - ahead > MAX_AHEAD_S:
            self._best = ahead
        self._at = now
        self.seconds = self._best - ahead
        return self.seconds


class Clock:
    """The time of a stream in seconds. Packets without a time follow the one before, and a file
    that begins anew goes on where it ended."""

    def __init__(self, tick: float = 0.0) -> None:
        self.tick = tick
        self.step = 0.04  # seconds from one packet to the next, smoothed
        self._first: float | None = None
        self._last: float | None = None
        self._shift = 0.0
        self._joins = False

    @property
    def moved(self) -> bool:
        """Whether any packet came since it was made or began again."""
        return self._first is not None

    @property
    def rate(self) -> float:
        """Packets per second by the stream's own time."""
        return 1.0 / self.step if self._last is not None else 0.0

    def take(self, stamp: int | None) -> float:
        """The moment of a packet."""
        if stamp is None:
            moment = (self._last or 0.0) + self.step
        else:
            if self._joins and self._last is not None:
                self._shift = self._last + self.step - stamp * self.tick
            self._joins = False
            moment = stamp * self.tick + self._shift
        if self._first is None:
            self._first = moment
        elif self._last is not None and 0 < moment - self._last < 1:
            self.step += 0.1 * (moment - self._last - self.step)
        self._last = moment
        return moment

    def of(self, stamp: int | None) -> float:
        """The moment of a picture."""
        return stamp * self.tick + self._shift if stamp is not None else self._last or 0.0

    def again(self) -> None:
        """The file begins anew: its first packet follows its last."""
        self._joins = True
        self._first = None
