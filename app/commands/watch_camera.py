"""Show a camera in a cell: audited, because somebody looks at a place."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import (
    VIEW,
    CameraId,
    CellNumber,
    WallName,
    free_cell,
    put,
    require_wall,
    wall_changed,
)


class WatchCamera(Command, verb="watch-camera"):
    """`watch-camera police-video:320812… cell=3`; without a cell in the first that is free."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = VIEW

    camera: CameraId
    cell: CellNumber = 0
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera and such a cell, and nobody locked it."""
        room.seat.videos.cameras.camera(self.camera)
        free_cell(require_wall(room, self.wall), self.cell)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It stands there."""
        wall = room.seat.videos[self.wall]
        room.seat.videos.look_at(self.camera)
        put(wall, free_cell(wall, self.cell), self.camera)
        return wall_changed(self.wall)
