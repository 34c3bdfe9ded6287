"""Take the cameras that a video platform lists now, with the ids that they go on under."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.camera_offers import PREFIX
from app.live.camera_rebinding import kept_anew, rebind_walls
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class TakeCameras(Command, verb="take-cameras"):
    """`take-cameras police-video digest=3f2a…`: what was read, and nothing that came since.
    `undo-cameras` takes it back."""

    subject: ClassVar[str] = "platform"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ops", "release"})

    platform: Annotated[Identity, PUBLIC]
    digest: Annotated[str, PUBLIC, msgspec.Meta(pattern="^[0-9a-f]{12}$")]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The platform lists other cameras, the same as those that were read."""
        offer = room.seat.videos.lists.offer(self.platform, self.digest)
        return kept_anew(room.seat, offer.rebound, ask.stamp)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Walls, rounds and cameras at hand are bound anew; the lists follow."""
        videos = room.seat.videos
        walls = rebind_walls(room.seat, videos.lists.offer(self.platform, self.digest).rebound)
        videos.keep(effects)
        masks = videos.masks.take(effects)
        videos.lists.orders.append(("take", self.platform))
        return ((Kind.SEAT, (*walls, *masks, f"{PREFIX}{self.platform}")),)
