"""Keeps Python's collector of cycles from holding up the windows.

A whole collection walks everything that lives: with 500 feeds 90 ms, and by itself it comes every
few seconds, because what lives longest was frozen at the start and so seems little. Here the young
are collected as ever, those of the middle after three times that (after ten they were 5 ms), and
the whole when it is due: often and little, each time freezing what lived, the first time all that
the start left, and once a day with everything unfrozen, so that what was frozen and has died since
is freed. Measured by `bench feeds`.

Left to itself Python collects in whichever thread makes the next object. Where there are windows
that must not be. What dies in a cycle may be Qt's or Chromium's, which end the process without a
word when another thread deletes it (SIGTRAP; seen), and a thread of a feed would stand still with
the lock while a frame waits. `only_here` keeps it to one thread, which collects when it rests.
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
LEAST_EVERY_S = 1.0
"""So often at least the young are looked after, however busy the windows are."""


class Collector:
    """Of one process; `start` and `stop` in the main loop."""

    def __init__(self) -> None:
        self._before = gc.get_threshold()
        self._timer: asyncio.TimerHandle | None = None
        self._young: asyncio.TimerHandle | None = None
        self._only_here = False
        self._was_enabled = True
        self._rounds = 0

    def only_here(self) -> None:
        """From now on nothing is collected but by `tidy`, called in this thread where it rests, and
        by rounds in the main loop. Before anything of Qt is made; it holds until `stop`."""
        self._only_here, self._was_enabled = True, gc.isenabled()
        gc.disable()

    def start(self) -> None:
        """Take the collector over."""
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)
        self._timer = asyncio.get_running_loop().call_later(FIRST_S, self._settle)
        if self._only_here:
            self._tidy_later()

    def tidy(self) -> None:
        """Collect the young where enough of them came, and this thread is the one that does."""
        young, middle, _ = gc.get_count()
        if self._only_here and young >= YOUNG:
            gc.collect(1 if middle >= MIDDLE else 0)

    def stop(self) -> None:
        """Give it back as it was, when no other thread runs: the last round is here too."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            gc.set_threshold(*self._before)
            gc.unfreeze()
        if self._young is not None:
            self._young.cancel()
            self._young = None
        if self._only_here:
            self._only_here = False
            gc.collect()
            if self._was_enabled:
                gc.enable()

    def _tidy_later(self) -> None:
        self._young = asyncio.get_running_loop().call_later(LEAST_EVERY_S, self._tidy_later)
        self.tidy()

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
