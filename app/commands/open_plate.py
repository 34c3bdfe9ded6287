"""Open a plate on a map: its layers instead of those that are on. Navigation."""

from typing import ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.map_fit import fit
from app.live.map_names import MapNames, choices_of
from app.live.map_orders import MapName, Named, changed, require_map, viewer
from app.live.map_state import SHARED, MapPlace, MapState


class OpenPlate(Command, verb="open-plate"):
    """`open-plate city_overview`: layers, how far in, legend. Where the map looks stays; from the
    whole city it goes to the city's centre, because the middle of its outline may be fields."""

    subject: ClassVar[str] = "plate"
    is_navigation: ClassVar[bool] = True

    plate: Named
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a plate, and who looks at the map may open it."""
        require_map(room, self.map)
        room.seat.maps.names.plate(self.plate, viewer(room, self.map))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its layers are on; one of them that this viewer may not see is left out."""
        state, names = room.seat.maps[self.map], room.seat.maps.names
        plate, seat = names.plates[self.plate], viewer(room, self.map)
        state.layers = choices_of(names, plate, seat)
        state.plate, state.comparison = plate.id, None
        if plate.zoom and plate.zoom != state.place.zoom:
            state.fly(_place(names, state, plate.zoom))
        return changed(self.map)


def _place(names: MapNames, state: MapState, zoom: float) -> MapPlace:
    """Where a plate looks at its zoom."""
    if names.home is not None and names.centre is not None:
        whole = fit(names.home, state.size, state.foot).zoom
        if state.place.zoom <= whole < zoom:
            return MapPlace(*names.centre, zoom)
    return msgspec.structs.replace(state.place, zoom=zoom)
