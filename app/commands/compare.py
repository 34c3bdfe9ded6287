"""Set two indicators, two indices, or one of them in two districts side by side: navigation."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind

SCENE = "compare"
_NAMED = Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")]


class Compare(Command, verb="compare"):
    """`compare event.hotline_calls second=event.police_calls`; a district stands after a slash:
    `compare air.pm25/320812 second=air.pm25/320803`. One alone waits for the second."""

    subject: ClassVar[str] = "first"
    is_navigation: ClassVar[bool] = True

    first: _NAMED
    second: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:/@-]{0,200}$")] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """They are two, and the seat has where to show them."""
        if self.first == self.second:
            raise Refusal(message("detail.compare.same"))
        if self.second and room.seat.scenes and SCENE not in room.seat.scenes:
            known = " ".join(room.seat.scenes)
            raise Refusal(message("scene.unknown", scene=SCENE, known=known))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The seat holds them, and shows them where there are two."""
        room.seat.compared = (self.first, self.second) if self.second else (self.first,)
        if self.second:
            room.seat.scene = SCENE
        return ((Kind.SEAT, ("compared", "scene")),)
