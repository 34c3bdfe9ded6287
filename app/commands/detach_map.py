"""Let the maps of a window go their own way: navigation."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import changed
from app.live.map_state import SHARED
from app.live.stage import MAIN


class DetachMap(Command, verb="detach-map"):
    """`detach-map HDMI-2`: its maps begin with what they show, and follow nobody."""

    subject: ClassVar[str] = "window"
    is_navigation: ClassVar[bool] = True

    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The window is there and follows."""
        room.seat.stage.require(self.window)
        if self.window in room.seat.maps.apart:
            raise Refusal(message("mapwords.apart", window=self.window))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It has a map of its own."""
        maps = room.seat.maps
        maps.apart.add(self.window)
        maps[self.window].fly(maps[SHARED].place)
        maps.copy(SHARED, self.window)
        return changed(self.window, SHARED)
