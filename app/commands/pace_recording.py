"""Let a recording run slower or faster, or stand still (倍速、暂停)."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.replay_orders import require_playing, require_speed
from app.live.stage import MAIN
from app.live.video_orders import VIEW, CameraId, WallName, require_wall, wall_changed
from app.live.video_past import Pace, paced


class PaceRecording(Command, verb="pace-recording"):
    """`pace-recording police-video:320812… pace=2`, `pace=0`: it stands still. Cameras that are
    reviewed together go together."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = VIEW

    camera: CameraId
    pace: Pace = Pace.REAL
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The wall plays a recording of it, and its platform can do that."""
        wall = require_wall(room, self.wall)
        require_playing(wall, self.camera)
        require_speed(room, wall, self.camera, self.pace.speed)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """From where it is."""
        wall = room.seat.videos[self.wall]
        for camera in wall.beside(self.camera):
            wall.play(camera, paced(wall.look.past[camera], self.pace.speed))
        return wall_changed(self.wall)
