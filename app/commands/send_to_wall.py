"""Show a camera on a wall of the hall that this desk drives: audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.video_orders import (
    CameraId,
    CellNumber,
    WallName,
    free_cell,
    put,
    require_wall,
    wall_changed,
)


class SendToWall(Command, verb="send-to-wall"):
    """`send-to-wall police-video:320812… cell=3`; without a wall to the first. Taken back with
    `undo-video wall=wall-1`."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = frozenset({"video", "wall", "operate"})

    camera: CameraId
    cell: CellNumber = 0
    wall: WallName = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is a wall, and a cell on it that nobody locked."""
        room.seat.videos.cameras.camera(self.camera)
        if not self._name(room):
            raise Refusal(message("videowall.no_hall"))
        free_cell(require_wall(room, self._name(room)), self.cell)
        return ()

    def _name(self, room: Room) -> str:
        return self.wall or next(iter(room.seat.stage.walls), "")

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It stands there."""
        name = self._name(room)
        wall = room.seat.videos[name]
        room.seat.videos.look_at(self.camera)
        put(wall, free_cell(wall, self.cell), self.camera)
        return wall_changed(name)
