"""List all cameras by their groups again."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.camera_orders import look_for
from app.live.command import Ask, Changes, Command, Room


class CamerasAll(Command, verb="cameras-all"):
    """`cameras-all` ends `cameras-near`, `cameras-facing` and `cameras-in`."""

    is_navigation: ClassVar[bool] = True

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Always."""
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Lists show their groups."""
        return look_for(room, None)
