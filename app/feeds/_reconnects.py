"""When a feed may try to connect: all feeds of a thread in one line, so that a network that comes
back is not met by five hundred handshakes at once.

Attempts after a loss are at least 1/18 s apart (so at most 18 in any second), first attempts of a
start 1/100 s; the first 20 of a start go at once. Who was asked for by a person goes before all
others, a start before those who try again, and each kind in the order of coming.
"""

import asyncio
from collections import deque
from enum import IntEnum

AGAIN_PER_S = 18.0
FIRST_PER_S = 100.0
FIRST_AT_ONCE = 20


class Turn(IntEnum):
    """Why somebody wants to connect, the most urgent first."""

    ASKED = 0  # by a person
    FIRST = 1
    AGAIN = 2


class Reconnects:
    """The line of one event loop."""

    def __init__(self, again_per_s: float = AGAIN_PER_S, first_per_s: float = FIRST_PER_S) -> None:
        self._gaps = {
            Turn.ASKED: 1 / again_per_s,
            Turn.FIRST: 1 / first_per_s,
            Turn.AGAIN: 1 / again_per_s,
        }
        self._lines: dict[Turn, deque[asyncio.Future[None]]] = {turn: deque() for turn in Turn}
        self._at_once = FIRST_AT_ONCE
        self._last = -1.0  # of the loop, when the last one went
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, turn: Turn) -> None:
        """Wait for one's turn; who is cancelled takes nobody's place."""
        loop = asyncio.get_running_loop()
        if turn is Turn.FIRST and self._at_once:
            self._at_once -= 1
            return
        mine = loop.create_future()
        self._lines[turn].append(mine)
        self._plan()
        await mine

    def _plan(self) -> None:
        """Call the next one when it is due; an earlier one that came since moves the call."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        turn = self._next()
        if turn is not None:
            self._timer = loop.call_at(self._last + self._gaps[turn], self._call)

    def _next(self) -> Turn | None:
        for turn, line in self._lines.items():
            while line and line[0].done():
                line.popleft()
            if line:
                return turn
        return None

    def _call(self) -> None:
        self._timer = None
        turn = self._next()
        if turn is not None:
            self._last = asyncio.get_running_loop().time()
            self._lines[turn].popleft().set_result(None)
            self._plan()
