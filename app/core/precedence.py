"""Whose turn it is in one process: the windows go first.

All threads of Python share one lock, and it is not given out in turn. A thread that reads sockets
lets go of it at each read and has it back before one that sleeps for it is awake: beside a busy
ingest thread the windows were seen to wait 30 ms for it, and one picture asks for it a hundred
times. So whoever can wait asks here between two pieces of its work: it waits while the windows are
busy, and from time to time it lets go of the lock for long enough that they can say so
(docs/decisions/0009-windows-first.md).

Nothing of Qt is known here: a process without windows never says that it is busy, and nobody waits.
"""

import threading
from collections.abc import Callable
from time import monotonic, sleep

MOST_S = 0.01
"""The longest that one piece of work waits, however busy the windows are."""
LEAST_S = 0.0025
"""So long who has waited that much may work before it waits again: it is never starved."""
WORK_S = 0.001
"""After so much work the lock is let go of..."""
DOOR_S = 0.00005
"""...for so long: a thread that sleeps for it is awake by then."""


class Precedence:
    """`begin`, `busy` and `idle` are called by the one thread that goes first, `Courtesy` by any
    other."""

    def __init__(self) -> None:
        self._idle = threading.Condition()
        self._busy = False
        self._claimed = False
        self._begun: Callable[[], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether others are asked to wait now."""
        return self._busy

    @property
    def is_claimed(self) -> bool:
        """Whether there is anybody who goes first."""
        return self._claimed

    def listen(self, begun: Callable[[], None]) -> None:
        """`begun` is called where work begins, and sees to it that `idle` comes behind it."""
        self._begun = begun

    def begin(self) -> None:
        """A piece of work of the thread that goes first begins: it is busy until who listens says
        otherwise. Where nobody listens, nobody waits."""
        if self._begun is not None and not self._busy:
            self.busy()
            self._begun()

    def busy(self) -> None:
        """From now on others wait."""
        self._claimed = True
        self._busy = True

    def idle(self) -> None:
        """Others may go on."""
        if self._busy:
            with self._idle:
                self._busy = False
                self._idle.notify_all()

    def end(self) -> None:
        """Nobody goes first any more."""
        self._begun = None
        self._claimed = False
        self.idle()

    def wait(self, most_s: float) -> bool:
        """Wait until nobody is busy who goes first; False where that took too long."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._busy, most_s)


class Courtesy:
    """What one thread that gives way remembers: since when it works, and how long it may."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._since = 0.0
        self._free_until = 0.0

    def give_way(self) -> None:
        """Between two pieces of work: wait while the windows are busy, MOST_S at most."""
        precedence = self._precedence
        if not precedence.is_claimed:
            return
        now = monotonic()
        if not precedence.is_busy:
            if now - self._since < WORK_S:
                return
            sleep(DOOR_S)
        if precedence.is_busy and now >= self._free_until and not precedence.wait(MOST_S):
            self._free_until = monotonic() + LEAST_S
        self._since = monotonic()
