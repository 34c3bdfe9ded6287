"""Let go of the place that was marked on a map, and of what was clicked."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, changed, require_map
from app.live.map_state import SHARED


class ClearArea(Command, verb="clear-area"):
    """`clear-area [MAP]`."""

    subject: ClassVar[str] = "map"
    is_navigation: ClassVar[bool] = True

    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a map."""
        require_map(room, self.map)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Nothing is marked."""
        state = room.seat.maps[self.map]
        state.area = state.picked = None
        return changed(self.map)
