"""Ask a video platform now which cameras it lists."""

from typing import Annotated, ClassVar

from app.core.decision import Effect, Stamp
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.camera_offers import PREFIX
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class ListCameras(Command, verb="list-cameras"):
    """`list-cameras police-video`; it is asked once a day without that."""

    subject: ClassVar[str] = "platform"
    is_navigation: ClassVar[bool] = True

    platform: Annotated[Identity, PUBLIC]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a platform."""
        room.seat.videos.lists.require(self.platform)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is asked in the background."""
        orders = room.seat.videos.lists.orders
        if ("list", self.platform) not in orders:
            orders.append(("list", self.platform))
        return ((Kind.SEAT, (f"{PREFIX}{self.platform}",)),)
