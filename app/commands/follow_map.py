"""Let the maps of a window follow the seat's shared one again: navigation."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import changed
from app.live.map_state import SHARED
from app.live.stage import MAIN


class FollowMap(Command, verb="follow-map"):
    """`follow-map wall-1`: a wall then moves with its desk."""

    subject: ClassVar[str] = "window"
    is_navigation: ClassVar[bool] = True

    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The window is there and went its own way."""
        room.seat.stage.require(self.window)
        if self.window not in room.seat.maps.apart:
            raise Refusal(message("mapwords.follows", window=self.window))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It shows what the shared map shows, also what comes."""
        room.seat.maps.apart.discard(self.window)
        return changed(self.window, SHARED)
