"""Watch a place no longer; a geofence of the city's file stays ended on this seat."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class EndFence(Command, verb="end-fence"):
    """`end-fence FENCE`."""

    subject: ClassVar[str] = "fence"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack"})

    fence: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=60)]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is watched."""
        stamp = ask.stamp
        for fence in room.picture.map.watched(stamp.at):
            if fence.id == self.fence:
                ended = msgspec.structs.replace(
                    fence, ended=True, at=stamp.at, person=stamp.person, role=stamp.role
                )
                return (ended,)
        raise Refusal(message("maptool.no_fence", id=self.fence))

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its warnings end, and no more come."""
        return ((Kind.MAP, room.picture.map.apply(effects)),)
