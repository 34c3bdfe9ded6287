"""Let the cameras of a video wall stand still again."""

from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import WallName, require_wall, wall_changed


class StopRound(Command, verb="stop-round"):
    """`stop-round`, `stop-round wall-1`."""

    subject: ClassVar[str] = "wall"
    is_navigation: ClassVar[bool] = True

    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """A round is running there."""
        if require_wall(room, self.wall).look.round is None:
            raise Refusal(message("videowall.no_round"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What stands there stays."""
        wall = room.seat.videos[self.wall]
        wall.look = msgspec.structs.replace(wall.look, round=None)
        return wall_changed(self.wall)
