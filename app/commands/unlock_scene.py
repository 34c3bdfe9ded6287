"""Let panels be moved."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.seat import SeatKind


class UnlockScene(Command, verb="unlock-scene"):
    """`unlock-scene`; a wall stays locked."""

    is_navigation: ClassVar[bool] = True

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """This is no wall."""
        if room.seat.kind is SeatKind.HALL:
            raise Refusal(message("scene.hall_locked"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Panels may be moved."""
        room.seat.stage.locked = False
        return ((Kind.SEAT, ("scene-lock",)),)
