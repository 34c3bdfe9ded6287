"""Empty a cell of a video wall, or all that are not locked."""

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Room
from app.live.video_orders import CellCommand, open_cell, wall_changed
from app.live.video_wall import VideoWall


class ClearCell(CellCommand, verb="clear-cell"):
    """`clear-cell 3`; `clear-cell 0` empties the wall."""

    def check(self, wall: VideoWall) -> None:
        """There is such a cell, and nobody locked it."""
        if self.cell:
            open_cell(wall, self.cell)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Nothing is asked of that camera any more."""
        wall = room.seat.videos[self.wall]
        gone = {self.cell - 1} if self.cell else set(wall.look.cameras) - wall.locked
        cameras = {cell: one for cell, one in wall.look.cameras.items() if cell not in gone}
        wall.change(msgspec.structs.replace(wall.look, cameras=cameras, enlarged=None, round=None))
        return wall_changed(self.wall)
