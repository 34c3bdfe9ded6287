"""Empty a cell of a video wall, or all that are not locked."""

from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import CellNumber, WallName, free_cell, require_wall, wall_changed


class ClearCell(Command, verb="clear-cell"):
    """`clear-cell 3`; `clear-cell 0` empties the wall."""

    subject: ClassVar[str] = "cell"
    is_navigation: ClassVar[bool] = True

    cell: CellNumber
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a cell, and nobody locked it."""
        wall = require_wall(room, self.wall)
        if self.cell:
            free_cell(wall, self.cell)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Nothing is asked of that camera any more."""
        wall = room.seat.videos[self.wall]
        gone = {self.cell - 1} if self.cell else set(wall.look.cameras) - wall.locked
        cameras = {cell: one for cell, one in wall.look.cameras.items() if cell not in gone}
        wall.change(msgspec.structs.replace(wall.look, cameras=cameras, enlarged=None, round=None))
        return wall_changed(self.wall)
