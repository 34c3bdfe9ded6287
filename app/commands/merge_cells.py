"""Make one cell of several of a video wall."""

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Changes, Room
from app.live.video_layout import merged, reach, within
from app.live.video_orders import CellPairCommand, open_cell, relaid, require_cell, wall_changed
from app.live.video_wall import VideoWall


class MergeCells(CellPairCommand, verb="merge-cells"):
    """`merge-cells 1 to=6`: both and what lies between them; the rectangle grows until it cuts no
    cell. The camera of the first stays."""

    def check(self, wall: VideoWall) -> None:
        """There are both, they are two, and nothing in the rectangle is locked."""
        one, other = (require_cell(wall, number) for number in (self.cell, self.to))
        gone = within(wall.layout, reach(wall.layout, one, other))
        if len(gone) < 2:
            raise Refusal(message("videolayout.one_cell", number=self.cell))
        for cell in gone:
            open_cell(wall, cell + 1)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """One large cell; where the first had no camera, it has the first that one had."""
        wall = room.seat.videos[self.wall]
        before, one, other = wall.layout, self.cell - 1, self.to - 1
        cameras = wall.look.cameras
        gone = within(before, reach(before, one, other))
        camera = next((cameras[cell] for cell in (one, *gone) if cell in cameras), "")
        held = {**cameras, one: camera} if camera else cameras
        relaid(wall, msgspec.structs.replace(wall.look, cameras=held), merged(before, one, other))
        return wall_changed(self.wall)
