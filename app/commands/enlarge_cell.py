"""Let one camera fill the video wall, or all of them stand as before."""

from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import CellNumber, WallName, require_cell, require_wall, wall_changed


class EnlargeCell(Command, verb="enlarge-cell"):
    """`enlarge-cell 3`; `enlarge-cell 0` goes back to all."""

    subject: ClassVar[str] = "cell"
    is_navigation: ClassVar[bool] = True

    cell: CellNumber
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a cell."""
        wall = require_wall(room, self.wall)
        if self.cell:
            require_cell(wall, self.cell)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Not remembered for `undo-video`: it is taken back by itself."""
        wall = room.seat.videos[self.wall]
        enlarged = self.cell - 1 if self.cell else None
        wall.look = msgspec.structs.replace(wall.look, enlarged=enlarged)
        return wall_changed(self.wall)
