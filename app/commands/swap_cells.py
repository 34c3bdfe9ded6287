"""Let two cells of a video wall change places."""

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Room
from app.live.video_orders import CellPairCommand, wall_changed


class SwapCells(CellPairCommand, verb="swap-cells"):
    """`swap-cells 3 to=5`."""

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What stood in one stands in the other; an empty one may be among them."""
        wall, one, other = room.seat.videos[self.wall], self.cell - 1, self.to - 1
        ways = {one: other, other: one}
        cameras = {ways.get(cell, cell): name for cell, name in wall.look.cameras.items()}
        wall.change(msgspec.structs.replace(wall.look, cameras=cameras))
        return wall_changed(self.wall)
