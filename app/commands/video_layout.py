"""Divide a video wall otherwise: into as many cells, a grid, or a layout that was kept."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import WallName, require_wall, wall_changed


class VideoLayout(Command, verb="video-layout"):
    """`video-layout 9`, `video-layout 3x2`, `video-layout flood`: the same cameras in other cells.
    What stood in cells that are no more is kept until the wall changes. What this machine cannot
    show with moving pictures is refused with what it can, unless `anyway=true`."""

    subject: ClassVar[str] = "layout"
    is_navigation: ClassVar[bool] = True

    layout: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    anyway: bool = False
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a wall and such a layout, and this machine can carry it."""
        wall = require_wall(room, self.wall)
        look = room.seat.plans.divided(wall.look, self.layout)
        if not self.anyway:
            again = msgspec.structs.replace(self, anyway=True).text()
            room.seat.plans.require(self.wall, look, wall.look, again, self._fewer)
        return ()

    def _fewer(self, count: int) -> str:
        return f"video-layout {count} wall={self.wall}"

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The same cameras stand in the new cells; a round fills what is free."""
        wall = room.seat.videos[self.wall]
        wall.change(room.seat.plans.divided(wall.look, self.layout))
        wall.turn(stamp.at)
        return wall_changed(self.wall)
