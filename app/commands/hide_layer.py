"""Take a layer off a map: navigation, so neither saved nor audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, Named, changed, require_map, require_shown
from app.live.map_state import SHARED


class HideLayer(Command, verb="hide-layer"):
    """`hide-layer buses`."""

    subject: ClassVar[str] = "layer"
    is_navigation: ClassVar[bool] = True

    layer: Named
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is on."""
        require_shown(require_map(room, self.map), self.layer)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is off."""
        state = room.seat.maps[self.map]
        state.layers = tuple(choice for choice in state.layers if choice.id != self.layer)
        state.plate = ""
        if state.picked is not None and state.picked.layer == self.layer:
            state.picked = None
        return changed(self.map)
