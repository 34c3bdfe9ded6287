"""Turning of cameras: an accepted order begins it, the hand on the key keeps it up.

The service stops a camera that nobody repeats the order for (0.5 s), so that a window that closes
or hangs leaves none turning. What is typed without a hand is a step of `STEPS` ticks.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.core.message import Refusal, message
from app.live.seat import Seat
from app.live.turning import TURNS, Way
from app.video.platform import Ability, Move
from widgets.errands import Errands

log = logging.getLogger(__name__)

TICK_MS = 200
STEPS = 2
SPEED = 0.5
AXES = {
    Way.LEFT: (-1, 0, 0),
    Way.RIGHT: (1, 0, 0),
    Way.UP: (0, 1, 0),
    Way.DOWN: (0, -1, 0),
    Way.IN: (0, 0, 1),
    Way.OUT: (0, 0, -1),
}


@dataclass
class _Turn:
    """A camera that turns: ways that were accepted, with the ticks that are left without a hand."""

    ways: dict[Way, int] = field(default_factory=dict)


class Turning(QObject):
    """One per program. `service` gives the running video service; `trouble` carries a Message."""

    trouble = Signal(object)

    def __init__(self, seat: Seat, service: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self._service = service
        self._held: set[tuple[str, Way]] = set()
        self._turns: dict[str, _Turn] = {}
        self.errands = Errands(log, "a camera could not be turned")
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def cameras(self) -> frozenset[str]:
        """Those that turn now."""
        return frozenset(self._turns)

    # ---- the hand

    def hold(self, camera: str, way: Way) -> None:
        """A key is down."""
        self._held.add((camera, way))

    def release(self, camera: str, way: Way) -> None:
        """It is up again: the camera stops this way at once."""
        self._held.discard((camera, way))
        turn = self._turns.get(camera)
        if turn is not None and turn.ways.pop(way, None) is not None:
            self._send(camera)

    # ---- orders

    def on_seat(self, keys: frozenset[str]) -> None:
        """Begin what was accepted."""
        if TURNS not in keys:
            return
        orders = self._seat.turns
        while orders:
            order = orders.pop(0)
            self._turns.setdefault(order.camera, _Turn()).ways[order.way] = STEPS
            self._send(order.camera)
        if not self._timer.isActive():
            self._timer.start()

    async def stop(self) -> None:
        """Every camera stands still."""
        self._held.clear()
        for camera, turn in list(self._turns.items()):
            turn.ways.clear()
            self._send(camera)
        self._timer.stop()
        await self.errands.finish()

    def _tick(self) -> None:
        for camera, turn in list(self._turns.items()):
            for way, left in list(turn.ways.items()):
                if (camera, way) in self._held:
                    turn.ways[way] = 0  # it ends when the hand lets go
                elif left:
                    turn.ways[way] = left - 1
                else:
                    del turn.ways[way]
            self._send(camera)

    def _send(self, camera: str) -> None:
        """What the camera is to do for the next half second; without a way it stands."""
        ways = self._turns[camera].ways
        if not ways:
            del self._turns[camera]
            if not self._turns:
                self._timer.stop()
        self.errands.begin(self._move(camera, move_of(ways)))

    async def _move(self, camera: str, move: Move) -> None:
        service = self._service()
        if service is None:
            self._give_up(camera, message("videohand.no_turning_service"))
            return
        if move != Move() and Ability.PTZ not in service.abilities(camera):
            self._give_up(camera, message("videohand.cannot_turn"))
            return
        try:
            await service.move(camera, move)
        except Refusal as refusal:
            self._give_up(camera, refusal.reason)

    def _give_up(self, camera: str, reason: object) -> None:
        """It is told once; the key must be pressed anew."""
        self._turns.pop(camera, None)
        self._held = {held for held in self._held if held[0] != camera}
        self.trouble.emit(reason)


def move_of(ways: dict[Way, int]) -> Move:
    """The movement of several keys together; opposite ones stand still."""
    pan, tilt, zoom = (sum(AXES[way][axis] for way in ways) * SPEED for axis in range(3))
    return Move(pan, tilt, zoom)
