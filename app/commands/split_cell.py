"""Make several cells of one of a video wall."""

from typing import Annotated

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Changes, Room
from app.live.video_layout import MAX_CELLS, LayoutError, divided
from app.live.video_orders import CellCommand, open_cell, relaid, wall_changed
from app.live.video_wall import VideoWall

Parts = Annotated[int, msgspec.Meta(ge=0, le=8)]


class SplitCell(CellCommand, verb="split-cell"):
    """`split-cell 1`: into the cells that it was merged of, or two by two; `split-cell 1 columns=3
    rows=1`. Its camera stays in the first."""

    columns: Parts = 0
    rows: Parts = 0

    def check(self, wall: VideoWall) -> None:
        """There is such a cell, nobody locked it, and there is room for more."""
        open_cell(wall, self.cell)
        if (self.columns or self.rows) and max(1, self.columns) * max(1, self.rows) == 1:
            raise Refusal(message("videolayout.one_part"))
        try:
            divided(wall.layout, self.cell - 1, self.columns, self.rows)
        except LayoutError as error:
            raise Refusal(message("videolayout.too_fine", most=MAX_CELLS)) from error

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The others stand where they stood."""
        wall = room.seat.videos[self.wall]
        change = divided(wall.layout, self.cell - 1, self.columns, self.rows)
        relaid(wall, wall.look, change)
        return wall_changed(self.wall)
