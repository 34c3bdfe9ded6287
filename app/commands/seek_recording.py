"""Go to another moment of a recording that is played (跳转): audited as every look is."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_moment import PATTERN, moment_of
from app.live.replay_orders import require_playing, seen
from app.live.stage import MAIN
from app.live.video_orders import VIEW, CameraId, WallName, require_wall, wall_changed
from app.live.video_past import sought

SOMEWHERE = PATTERN.replace("(now|", "(|", 1)
DAY_S = 86_400


class SeekRecording(Command, verb="seek-recording"):
    """`seek-recording police-video:320812… at=14:03:20`, `by=-10`: seconds from what is seen.
    Cameras that are reviewed together go together."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = VIEW

    camera: CameraId
    at: Annotated[str, PUBLIC, msgspec.Meta(pattern=SOMEWHERE)] = ""
    by: Annotated[int, msgspec.Meta(ge=-DAY_S, le=DAY_S)] = 0
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The wall plays a recording of it, and it is said where to, one way."""
        require_playing(require_wall(room, self.wall), self.camera)
        if bool(self.at) == bool(self.by):
            raise Refusal(message("videopast.where"))
        if self.at:
            moment_of(self.at, room.seat.maps.names.zone, ask.stamp.at)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """There."""
        wall = room.seat.videos[self.wall]
        if self.at:
            to = moment_of(self.at, room.seat.maps.names.zone, stamp.at)
        else:
            to = seen(room, wall, self.camera) + self.by * 1000
        for camera in wall.beside(self.camera):
            wall.play(camera, sought(wall.look.past[camera], to, stamp.at))
        return wall_changed(self.wall)
