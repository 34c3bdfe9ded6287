"""Let one camera fill the video wall, or all of them stand as before."""

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Room
from app.live.video_orders import CellCommand, wall_changed
from app.live.video_wall import VideoWall


class EnlargeCell(CellCommand, verb="enlarge-cell"):
    """`enlarge-cell 3`; `enlarge-cell 0` goes back to all."""

    def check(self, wall: VideoWall) -> None:
        """There is such a cell."""
        if self.cell:
            super().check(wall)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Not remembered for `undo-video`: it is taken back by itself."""
        wall = room.seat.videos[self.wall]
        enlarged = self.cell - 1 if self.cell else None
        wall.look = msgspec.structs.replace(wall.look, enlarged=enlarged)
        return wall_changed(self.wall)
