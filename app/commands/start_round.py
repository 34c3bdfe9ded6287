"""Let the cameras of a group take turns on a video wall (轮巡): audited, as every call of one."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_layout import MAX_CELLS
from app.live.video_orders import VIEW, WallName, require_wall, wall_changed
from app.live.video_wall import Look, Round


class StartRound(Command, verb="start-round"):
    """`start-round kind:underpass dwell=15`; `region:320812`, `bureau:police`, `all`. Cells
    that are not locked take part; a camera in trouble comes first unless `trouble=false`. With
    `cells=9` the wall is divided so first. A round whose heaviest step this machine cannot show
    with moving pictures is refused with what it can, unless `anyway=true`."""

    subject: ClassVar[str] = "group"
    access: ClassVar[frozenset[str]] = VIEW

    group: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=80)]
    dwell: Annotated[int, msgspec.Meta(ge=3, le=3600)] = 15
    trouble: bool = True
    cells: Annotated[int, msgspec.Meta(ge=0, le=MAX_CELLS)] = 0
    anyway: bool = False
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a group and such a wall, and this machine can carry each of its steps."""
        wall = require_wall(room, self.wall)
        look = self._look(room, wall.look, ask.stamp)
        if not self.anyway:
            again = msgspec.structs.replace(self, anyway=True).text()
            room.seat.plans.require(self.wall, look, wall.look, again, self._fewer)
        return ()

    def _fewer(self, count: int) -> str:
        return msgspec.structs.replace(self, cells=count).text()

    def _look(self, room: Room, before: Look, stamp: Stamp) -> Look:
        look = room.seat.plans.divided(before, str(self.cells)) if self.cells else before
        cameras = room.seat.videos.cameras.group(self.group).cameras
        tour = Round(self.group, cameras, self.dwell * 1000, self.trouble, since=stamp.at)
        return msgspec.structs.replace(look, round=tour, enlarged=None, past={})

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The first of them stand there."""
        wall = room.seat.videos[self.wall]
        wall.change(self._look(room, wall.look, stamp))
        wall.turn(stamp.at)
        return wall_changed(self.wall)
