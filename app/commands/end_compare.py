"""One map again instead of two sides: navigation."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, changed, require_map
from app.live.map_sides import compare
from app.live.map_state import SHARED


class EndCompare(Command, verb="end-compare"):
    """`end-compare`."""

    subject: ClassVar[str] = "map"
    is_navigation: ClassVar[bool] = True

    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Two sides stand."""
        if require_map(room, self.map).comparison is None:
            raise Refusal(message("mapwords.no_sides"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What was on the first side stays."""
        compare(room.seat.maps[self.map], None)
        return changed(self.map)
