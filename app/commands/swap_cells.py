"""Let two cells of a video wall change places."""

from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import CellNumber, WallName, free_cell, require_wall, wall_changed


class SwapCells(Command, verb="swap-cells"):
    """`swap-cells 3 to=5`."""

    subject: ClassVar[str] = "cell"
    is_navigation: ClassVar[bool] = True

    cell: CellNumber
    to: CellNumber
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There are both, and nobody locked one."""
        wall = require_wall(room, self.wall)
        for number in (self.cell, self.to):
            free_cell(wall, number)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What stood in one stands in the other; an empty one may be among them."""
        wall, one, other = room.seat.videos[self.wall], self.cell - 1, self.to - 1
        ways = {one: other, other: one}
        cameras = {ways.get(cell, cell): name for cell, name in wall.look.cameras.items()}
        wall.change(msgspec.structs.replace(wall.look, cameras=cameras))
        return wall_changed(self.wall)
