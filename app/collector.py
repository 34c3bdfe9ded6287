"""Keeps Python's collector of cycles from holding up the windows.

A whole collection walks everything that lives: with 500 feeds 90 ms, and by itself it comes every
few seconds, because what lives longest was frozen at the start and so seems little. Here the young
are collected as ever, those of the middle after three times that (after ten they were 5 ms), and
the whole when it is due: often and little, each time freezing what lived, the first time all that
the start left, and once a day with everything unfrozen, so that what was frozen and has died since
is freed. Measured by `bench feeds`.
"""

import asyncio
import gc

FIRST_S = 6.0
EVERY_S = 120.0
WHOLE_EVERY = 720
"""So many rounds, a day, between two that look at everything."""
YOUNG = 1_000
MIDDLE = 3
NEVER = 1_000_000_000


class Collector:
    """Of one process; `start` and `stop` in the main loop."""

    def __init__(self) -> None:
        self._before = gc.get_threshold()
        self._timer: asyncio.TimerHandle | None = None
        self._rounds = 0

    def start(self) -> None:
        """Take the collector over."""
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        self._timer = asyncio.get_running_loop().call_later(FIRST_S, self._settle)

    def stop(self) -> None:
        """Give it back as it was."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            gc.set_threshold(*self._before)
            gc.unfreeze()

    def _settle(self) -> None:
        """The start is over: what lives now is let be, dead or not, until the daily round."""
        gc.freeze()
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._round)

    def _round(self) -> None:
        self._rounds += 1
        if self._rounds % WHOLE_EVERY == 0:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._round)
