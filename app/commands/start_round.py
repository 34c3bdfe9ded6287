"""Let the cameras of a group take turns on a video wall (轮巡): audited, as every call of one."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import VIEW, WallName, require_wall, wall_changed
from app.live.video_wall import Round


class StartRound(Command, verb="start-round"):
    """`start-round kind:underpass dwell=15`; `region:320812`, `bureau:police`, `all`. Cells
    that are not locked take part; a camera in trouble comes first unless `trouble=false`."""

    subject: ClassVar[str] = "group"
    access: ClassVar[frozenset[str]] = VIEW

    group: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=80)]
    dwell: Annotated[int, msgspec.Meta(ge=3, le=3600)] = 15
    trouble: bool = True
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a group and such a wall."""
        require_wall(room, self.wall)
        room.seat.videos.cameras.group(self.group)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The first of them stand there."""
        videos = room.seat.videos
        cameras = videos.cameras.group(self.group).cameras
        wall = videos[self.wall]
        tour = Round(self.group, cameras, self.dwell * 1000, self.trouble, since=stamp.at)
        wall.change(msgspec.structs.replace(wall.look, round=tour, enlarged=None, past={}))
        wall.turn(stamp.at)
        return wall_changed(self.wall)
