"""Keep every panel where it stands."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Command, Room
from app.live.hub import Kind


class LockScene(Command, verb="lock-scene"):
    """`lock-scene`."""

    is_navigation: ClassVar[bool] = True

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Nothing is moved any more."""
        room.seat.stage.locked = True
        room.seat.stage.editing = ""
        return ((Kind.SEAT, ("scene-lock",)),)
