"""Keep what a cell of a video wall shows, or let it be changed again."""

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Room
from app.live.video_orders import CellCommand, wall_changed


class LockCell(CellCommand, verb="lock-cell"):
    """`lock-cell 3`, `lock-cell 3 open=true`."""

    open: bool = False

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Neither a round nor somebody else's camera takes it."""
        locked = room.seat.videos[self.wall].locked
        if self.open:
            locked.discard(self.cell - 1)
        else:
            locked.add(self.cell - 1)
        return wall_changed(self.wall)
