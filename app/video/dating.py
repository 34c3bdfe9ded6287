"""Which moment of a recording a picture is of.

A platform says neither: it is asked for a moment, answers, and sends. What comes in after its
answer is of that moment on; what came before is of the one before. From there the stream's clock
tells how far it ran, and two kinds of servers are about: one keeps the recording's clock (at double
speed two seconds of it pass in one), another stamps packets as they leave. Which one it is shows
while it runs; until then the time of arrival decides. A platform begins at a key frame, so that a
moment may be wrong by the camera's distance between two of them.
"""

import math

from app.core.model import Ms

LEARN_S = 1.5
"""So long a recording runs at another speed than 1 before its clock is believed."""
SOON_S = 5.0
JUMP_S = 10.0
"""More than so far ahead of what can have come, a clock was set."""


class Dating:
    """One playing of one stream. `pts` are seconds of the stream, `arrived` those of
    `time.monotonic()`, moments those of the recording."""

    def __init__(self) -> None:
        self.speed = 1.0
        self._at: Ms = 0  # of the base
        self._since = 0.0  # what arrived before is of another moment
        self._base: tuple[float, float] | None = None  # pts and arrived of the first picture
        self._last: tuple[float, float] | None = None
        self._before: Ms = 0  # the moment that was seen before the last change
        self._zero: Ms | None = None
        self._keeps: bool | None = None  # whether the clock is the recording's; None: not known

    def waits(self, now: float) -> bool:
        """Whether the first picture of a moment is still to come, and may come any time."""
        due = self._zero is None and self._base is None and self.speed > 0
        return due and 0 <= now - self._since < SOON_S

    def begin(self, at: Ms, speed: float, now: float) -> None:
        """What arrives from now on is of this moment on."""
        self._before = self.moment
        self._at, self.speed, self._since = at, speed, now
        self._base = self._last = self._zero = self._keeps = None

    def go_on(self, speed: float, now: float) -> None:
        """From where it is at another speed; 0 stands still."""
        here = self._at if self._base is None and self._zero is None else self.moment
        if self._zero is not None or speed == self.speed:
            self.speed = speed
        elif speed == 0:
            self._before, self._at, self.speed = self.moment or here, here, 0.0
            self._base = self._keeps = None
        else:
            self.begin(here, speed, now)

    def fix(self, zero: Ms, speed: float) -> None:
        """Second 0 of the stream is of this moment, as in a file of ours."""
        self.begin(zero, speed, 0.0)
        self._zero = zero

    def look(self, pts: float, arrived: float) -> None:
        """A picture is there."""
        if self._zero is not None:
            self._last = (pts, arrived)
            return
        if self.speed == 0 or arrived < self._since:
            return  # still of what was before
        if self._base is None or self._jumped(pts, arrived):
            if self._base is not None:
                self._at = self.moment
            self._base = (pts, arrived)
            self._keeps = None
        self._last = (pts, arrived)
        self._learn()

    @property
    def moment(self) -> Ms:
        """Of the newest picture; 0 before the first. While the first of another moment is waited
        for it is that of the picture that still stands."""
        if self._last is None or (self._base is None and self._zero is None):
            return self._at if self.speed == 0 else self._before
        pts, arrived = self._last
        if self._zero is not None:
            return self._zero + round(pts * 1000)
        assert self._base is not None
        if self.speed == 1 or self._keeps is True:
            return self._at + round((pts - self._base[0]) * 1000)
        passed = pts - self._base[0] if self._keeps is False else arrived - self._base[1]
        return self._at + round(passed * self.speed * 1000)

    def _jumped(self, pts: float, arrived: float) -> bool:
        assert self._base is not None and self._last is not None
        most = (arrived - self._base[1]) * max(1.0, self.speed) + JUMP_S
        return pts < self._last[0] - 1.0 or pts - self._base[0] > most

    def _learn(self) -> None:
        """Whether the stream's clock ran as fast as ours or as the recording."""
        assert self._base is not None and self._last is not None
        passed = self._last[1] - self._base[1]
        if self._keeps is not None or self.speed == 1 or passed < LEARN_S:
            return
        ran = (self._last[0] - self._base[0]) / passed
        if ran > 0:
            self._keeps = abs(math.log(ran / self.speed)) < abs(math.log(ran))
