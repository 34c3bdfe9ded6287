"""Take a layout of a video wall away that was kept: audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.video_orders import LayoutName
from app.live.video_plans import PLANS, PlanOrder


class DropLayout(Command, verb="drop-layout"):
    """`drop-layout flood`; walls that stand by it stay as they are."""

    subject: ClassVar[str] = "name"

    name: LayoutName

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a layout."""
        room.seat.plans.plan(self.name)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows delete the file."""
        room.seat.plans.orders.append(PlanOrder(self.name))
        return ((Kind.SEAT, (PLANS,)),)
