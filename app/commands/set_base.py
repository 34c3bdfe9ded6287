"""Draw a map on another ground: navigation, so neither saved nor audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, Named, changed, require_map, viewer
from app.live.map_state import SHARED


class SetBase(Command, verb="set-base"):
    """`set-base vec`."""

    subject: ClassVar[str] = "base"
    is_navigation: ClassVar[bool] = True

    base: Named
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a base."""
        require_map(room, self.map)
        room.seat.maps.names.base(self.base, viewer(room, self.map))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It lies under everything."""
        room.seat.maps[self.map].base = self.base
        return changed(self.map)
