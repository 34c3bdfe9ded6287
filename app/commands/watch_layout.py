"""Call a layout that was kept, with its cameras and its round: audited, as every call of one."""

from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import VIEW, LayoutName, WallName, require_wall, wall_changed


class WatchLayout(Command, verb="watch-layout"):
    """`watch-layout flood`: cells, cameras and round as they were kept. `video-layout flood` takes
    the cells alone."""

    subject: ClassVar[str] = "name"
    access: ClassVar[frozenset[str]] = VIEW

    name: LayoutName
    anyway: bool = False
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a layout with cameras that there are, nobody locked a cell of the wall,
        and this machine can carry it."""
        wall, plan = require_wall(room, self.wall), room.seat.plans.plan(self.name)
        if wall.locked:
            raise Refusal(message("videolayout.locked"))
        look = plan.look(room.seat.videos.cameras, ask.stamp.at)
        if not look.cameras and look.round is None:
            raise Refusal(message("videolayout.no_cameras", name=self.name))
        if not self.anyway:
            again = msgspec.structs.replace(self, anyway=True).text()
            room.seat.plans.require(self.wall, look, wall.look, again)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """They stand there."""
        videos = room.seat.videos
        wall = videos[self.wall]
        look = room.seat.plans.plan(self.name).look(videos.cameras, stamp.at)
        for camera in look.cameras.values():
            videos.look_at(camera)
        wall.change(look)
        wall.turn(stamp.at)
        return wall_changed(self.wall)
