"""Show a recording of a camera in place of the present (回放): audited as every look is."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_moment import PATTERN, moment_of
from app.live.stage import MAIN
from app.live.video_orders import VIEW, CameraId, WallName, require_wall, wall_changed
from app.live.video_past import sought, stretch

MINUTE = 60_000


class PlayRecording(Command, verb="play-recording"):
    """`play-recording police-video:320812… at=14:03`, `at=-10` (minutes ago), `at=now`: live."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = VIEW

    camera: CameraId
    at: Annotated[str, PUBLIC, msgspec.Meta(pattern=PATTERN)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The wall shows that camera, and it was already."""
        wall = require_wall(room, self.wall)
        room.seat.videos.cameras.camera(self.camera)
        if self.camera not in wall.look.cameras.values():
            raise Refusal(message("videohand.play_where"))
        moment_of(self.at, room.seat.maps.names.zone, ask.stamp.at)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its cells show that moment and what came after, never beyond now; within what is played
        it is sought, and cameras that are reviewed together stay together."""
        wall = room.seat.videos[self.wall]
        begin = moment_of(self.at, room.seat.maps.names.zone, stamp.at)
        end = min(begin + self.minutes * MINUTE, stamp.at)
        if not begin or end <= begin:
            wall.play(self.camera, None)
            return wall_changed(self.wall)
        for camera in wall.beside(self.camera):
            playing = wall.look.past.get(camera)
            within = playing is not None and playing.begin <= begin < playing.end
            found = stretch(begin, end)
            wall.play(camera, sought(playing, begin, stamp.at) if within and playing else found)
        return wall_changed(self.wall)
