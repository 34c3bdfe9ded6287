"""Pick one thing of a layer: its card opens on every view of that map."""

from typing import Annotated, ClassVar

import msgspec

from app.core.corners import corners_of
from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, changed, require_map
from app.live.map_state import SHARED, Picked

Word = Annotated[str, PUBLIC, msgspec.Meta(max_length=200)]


class Pick(Command, verb="pick"):
    """`pick ID layer=… place=118.8,33.5 [map=…]`; without an id nothing is picked any more."""

    subject: ClassVar[str] = "thing"
    is_navigation: ClassVar[bool] = True

    thing: Word = ""
    layer: Word = ""
    place: Word = ""
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is of a layer and stands somewhere."""
        require_map(room, self.map)
        if self.thing:
            if not self.layer:
                raise Refusal(message("maptool.no_layer"))
            corners_of(self.place, 1, 1)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its card is open, or none is."""
        state = room.seat.maps[self.map]
        state.picked = None
        if self.thing:
            ((lon, lat),) = corners_of(self.place, 1, 1)
            state.picked = Picked(self.layer, self.thing, lon, lat)
        return changed(self.map)
