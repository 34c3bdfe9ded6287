"""Show a named view of the map again: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

import msgspec

from app.core.corners import corners_of
from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, changed, require_map
from app.live.map_state import SHARED, MapPlace
from app.live.view_text import layers_of


class GoView(Command, verb="go-bookmark"):
    """`go-bookmark NAME [map=…]`."""

    subject: ClassVar[str] = "name"
    is_navigation: ClassVar[bool] = True

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is one."""
        require_map(room, self.map)
        if self.name.strip() not in room.picture.map.bookmarks:
            raise Refusal(message("maptool.no_view", name=self.name))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The map flies there and shows what it showed."""
        kept = room.picture.map.bookmarks[self.name.strip()]
        state = room.seat.maps[self.map]
        ((lon, lat),) = corners_of(kept.place, 1, 1)
        state.fly(MapPlace(lon, lat, kept.zoom))
        state.layers = layers_of(kept.layers)
        state.plate, state.base = kept.plate, kept.base
        return changed(self.map)
