"""Keep how a video wall is divided, with its cameras and its round, under a name: audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN
from app.live.video_orders import LayoutName, WallName, require_wall
from app.live.video_plan import plan_of
from app.live.video_plans import MOST, PLANS, PlanOrder


class SaveLayout(Command, verb="save-layout"):
    """`save-layout flood`, `save-layout flood wall=wall-1`: a file of this machine, which
    `video-layout`, `watch-layout` and a scene's `layout` call."""

    subject: ClassVar[str] = "name"

    name: LayoutName
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a wall, and the layouts can still be found among each other."""
        require_wall(room, self.wall)
        known = room.seat.plans.known
        if self.name not in known and len(known) >= MOST:
            raise Refusal(message("videolayout.too_many_kept", most=MOST))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows write the file; it can be called when it is on the disk."""
        plan = plan_of(room.seat.videos[self.wall])
        room.seat.plans.orders.append(PlanOrder(self.name, plan))
        return ((Kind.SEAT, (PLANS,)),)
