"""Keep what a cell of a video wall shows, or let it be changed again."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import CellNumber, WallName, require_cell, require_wall, wall_changed


class LockCell(Command, verb="lock-cell"):
    """`lock-cell 3`, `lock-cell 3 open=true`."""

    subject: ClassVar[str] = "cell"
    is_navigation: ClassVar[bool] = True

    cell: CellNumber
    open: bool = False
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a cell."""
        require_cell(require_wall(room, self.wall), self.cell)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Neither a round nor somebody else's camera takes it."""
        locked = room.seat.videos[self.wall].locked
        if self.open:
            locked.discard(self.cell - 1)
        else:
            locked.add(self.cell - 1)
        return wall_changed(self.wall)
