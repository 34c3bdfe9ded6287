"""Divide a video wall into as many cells."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_layout import MAX_CELLS
from app.live.video_orders import WallName, require_wall, wall_changed


class VideoLayout(Command, verb="video-layout"):
    """`video-layout 9`. What stood in cells that are no more is kept until the wall changes."""

    subject: ClassVar[str] = "count"
    is_navigation: ClassVar[bool] = True

    count: Annotated[int, msgspec.Meta(ge=1, le=MAX_CELLS)]
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a wall, and it can be carried by this machine."""
        require_wall(room, self.wall)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The same cameras stand in the new cells."""
        wall = room.seat.videos[self.wall]
        look = msgspec.structs.replace(wall.look, count=self.count, layout=None, enlarged=None)
        wall.change(look)
        return wall_changed(self.wall)
