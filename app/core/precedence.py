"""Whose turn it is in one process: the windows go first.

All threads of Python share one lock. A thread that wants it back waits half a millisecond behind
one that is computing, and the windows give it up and want it back at each call into Qt: beside a
busy ingest thread a picture of 5 ms takes 30. So whoever can wait asks here between two pieces of
its work, and waits while the windows are busy (docs/decisions/0009-windows-first.md).

Nothing of Qt is known here: a process without windows never says that it is busy, and nobody waits.
"""

import threading
from time import monotonic

MOST_S = 0.01
"""The longest that one piece of work waits, however busy the windows are."""
LEAST_S = 0.002
"""So long who has waited that much may work before it waits again: it is never starved."""


class Precedence:
    """`busy` and `idle` are called by the one thread that goes first, `give_way` by any other."""

    def __init__(self) -> None:
        self._idle = threading.Condition()
        self._busy = False

    @property
    def is_busy(self) -> bool:
        """Whether others are asked to wait now."""
        return self._busy

    def busy(self) -> None:
        """From now on others wait."""
        self._busy = True

    def idle(self) -> None:
        """Others may go on."""
        if self._busy:
            with self._idle:
                self._busy = False
                self._idle.notify_all()

    def wait(self, most_s: float) -> bool:
        """Wait until nobody goes first; False where that took too long."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._busy, most_s)


class Courtesy:
    """What one thread that gives way remembers: how long it may work before it waits again."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._free_until = 0.0

    def give_way(self) -> None:
        """Between two pieces of work: wait while the windows are busy, MOST_S at most."""
        if not self._precedence.is_busy or monotonic() < self._free_until:
            return
        if not self._precedence.wait(MOST_S):
            self._free_until = monotonic() + LEAST_S
