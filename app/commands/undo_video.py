"""Let a video wall show again what stood before."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import WallName, require_wall, wall_changed


class UndoVideo(Command, verb="undo-video"):
    """`undo-video`, `undo-video wall-1`."""

    subject: ClassVar[str] = "wall"
    is_navigation: ClassVar[bool] = True

    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Something stood there before."""
        if not require_wall(room, self.wall).can_undo:
            raise Refusal(message("videowall.nothing_before"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """As it was."""
        room.seat.videos[self.wall].undo()
        return wall_changed(self.wall)
