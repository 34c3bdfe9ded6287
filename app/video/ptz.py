"""Turning cameras, and stopping them when the hand is gone.

A camera turns until it is told to stop. Whoever holds the key repeats the order; where it was not
repeated for half a second (the window closed, the program hung, the mouse left), the camera is
stopped. The last order of a camera counts, and one is sent at a time: a stop is never overtaken.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.core.message import message
from app.video.platform import Move, PlatformError
from app.video.wire import Fault

HOLD_S = 0.5
ANSWER_S = 2.0
"""Longest that an order may take; a camera must not turn on while a platform thinks."""
STOP_WAITS_S = (0.2, 0.5, 1.0, 2.0)
"""Between the attempts to stop a camera that does not answer."""
STILL = Move()

log = logging.getLogger("chengmai.video")

Send = Callable[[str, Move], Awaitable[None]]


@dataclass
class _Hand:
    """One camera that is being turned."""

    wanted: Move
    until: float
    sent: Move = STILL
    stopped: int = 0  # attempts
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: PlatformError | None = None
    task: asyncio.Task[None] | None = None


class Ptz:
    """Lives in the video thread's loop; `send` asks the platform and raises PlatformError."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._hands: dict[str, _Hand] = {}

    @property
    def turning(self) -> frozenset[str]:
        """Cameras that were told to turn and not yet that they stop."""
        return frozenset(self._hands)

    async def move(self, camera: str, move: Move) -> None:
        """Turn for the next HOLD_S; repeat it to go on. Standing still is waited for. Raises
        PlatformError where the last order to this camera failed."""
        hand = self._hands.get(camera)
        until = asyncio.get_running_loop().time() + HOLD_S
        if hand is None:
            if move == STILL:
                return
            hand = self._hands[camera] = _Hand(move, until)
            hand.task = asyncio.create_task(self._turn(camera, hand), name=f"ptz {camera}")
        hand.wanted, hand.until = move, until
        hand.changed.set()
        if move == STILL and hand.task is not None:
            await asyncio.wait([hand.task])
        if hand.trouble is not None:
            trouble, hand.trouble = hand.trouble, None
            raise trouble

    async def close(self) -> None:
        """Stop every camera; returns when that was tried."""
        tasks = [hand.task for hand in self._hands.values() if hand.task is not None]
        for hand in self._hands.values():
            hand.wanted = STILL
            hand.changed.set()
        if tasks:
            await asyncio.wait(tasks)

    async def _turn(self, camera: str, hand: _Hand) -> None:
        loop = asyncio.get_running_loop()
        while True:
            hand.changed.clear()
            if hand.wanted != hand.sent:
                await self._tell(camera, hand, hand.wanted)
            elif hand.wanted != STILL:
                await _changed(hand, hand.until - loop.time())
            else:
                break
            if hand.wanted != STILL and loop.time() >= hand.until:
                hand.wanted = STILL
        del self._hands[camera]

    async def _tell(self, camera: str, hand: _Hand, move: Move) -> None:
        """Send one order. A stop that failed is tried again, in the same place."""
        trouble: PlatformError | None = None
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._send(camera, move)
        except TimeoutError:
            trouble = PlatformError(message("videostate.no_answer"), Fault.TIMEOUT)
        except PlatformError as error:
            trouble = error
        hand.trouble = trouble
        if move != STILL:
            hand.sent, hand.stopped = move, 0
        elif trouble is None or hand.stopped >= len(STOP_WAITS_S):
            hand.sent = STILL
            if trouble is not None:
                log.error("camera %s may still turn: %s", camera, trouble.reason)
        else:
            wait = STOP_WAITS_S[hand.stopped]
            hand.stopped += 1
            await _changed(hand, wait)


async def _changed(hand: _Hand, longest_s: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, longest_s)):
            await hand.changed.wait()
    except TimeoutError:
        return
