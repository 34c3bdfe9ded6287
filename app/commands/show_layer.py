"""Put a layer on a map: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, Named, changed, require_map, viewer
from app.live.map_state import SHARED, LayerChoice


class ShowLayer(Command, verb="show-layer"):
    """`show-layer buses`, `show-layer choropleth filter=event.hotline_calls`. One that is on
    already takes the new filter."""

    subject: ClassVar[str] = "layer"
    is_navigation: ClassVar[bool] = True

    layer: Named
    filter: Annotated[str, PUBLIC, msgspec.Meta(max_length=200)] = ""
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a layer, and who looks at the map may see it."""
        require_map(room, self.map)
        room.seat.maps.names.layer(self.layer, viewer(room, self.map))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It lies above the others of its order."""
        state = room.seat.maps[self.map]
        opacity = room.seat.maps.names.layers[self.layer].opacity
        before = state.choice(self.layer)
        if before is None:
            choice = LayerChoice(self.layer, opacity, self.filter)
            state.layers = (*state.layers, choice)
        elif self.filter:
            choice = msgspec.structs.replace(before, filter=self.filter)
            state.layers = tuple(choice if one is before else one for one in state.layers)
        state.plate = ""
        return changed(self.map)
