"""Hear one camera of a video wall, or none: audited, because somebody listens to a place."""

from typing import ClassVar

from app.core.decision import Effect, Stamp, Viewing
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN
from app.live.video_orders import VIEW, CellNumber, WallName, require_cell, require_wall


class HearCell(Command, verb="hear-cell"):
    """`hear-cell 3 [wall=…]`; `hear-cell 0`: silence. It ends by itself when the camera leaves its
    cell or is not seen, and never begins by itself."""

    subject: ClassVar[str] = "cell"
    access: ClassVar[frozenset[str]] = VIEW

    cell: CellNumber
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """A camera stands there; the audit names it."""
        if not self.cell:
            return ()
        wall, at = require_wall(room, self.wall), ask.stamp.at
        camera = wall.look.cameras.get(require_cell(wall, self.cell))
        if camera is None or wall.look.enlarged not in (None, self.cell - 1):
            raise Refusal(message("videosound.no_camera", number=self.cell))
        return (Viewing(camera, "sound", self.wall, at, at, 0),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows let it be heard."""
        cell = self.cell - 1 if self.cell else None
        return ((Kind.SEAT, tuple(room.seat.videos.hear(self.wall, cell))),)
