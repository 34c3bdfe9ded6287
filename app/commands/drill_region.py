"""Go down into a district on a map, or up again: navigation."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.map_fit import fit
from app.live.map_orders import UP, MapName, Named, changed, home_of, require_map
from app.live.map_state import SHARED, MapState


class DrillRegion(Command, verb="drill-region"):
    """`drill-region 320812`, `drill-region up`: what is shown by districts is then shown by those
    of this one, and the map looks at it."""

    subject: ClassVar[str] = "region"
    is_navigation: ClassVar[bool] = True

    region: Named
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a district, or one above."""
        state, names = require_map(room, self.map), room.seat.maps.names
        if self.region != UP:
            names.region(self.region)
        elif not state.region:
            raise Refusal(message("mapwords.top"))
        return ()

    def _goal(self, room: Room, state: MapState) -> str:
        """The district to be in; empty is the whole city."""
        if self.region != UP:
            return self.region
        regions = room.seat.maps.names.regions
        here = regions.get(state.region)
        return here.parent if here is not None and here.parent in regions else ""

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The map is in it and looks at the whole of it."""
        maps = room.seat.maps
        state = maps[self.map]
        state.region = self._goal(room, state)
        found = maps.names.regions.get(state.region)
        if found is None:
            state.fly(home_of(room, self.map))
        elif found.box is not None:
            state.fly(fit(found.box, state.size, state.foot))
        return changed(self.map)
