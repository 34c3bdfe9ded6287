"""Keep a view of the map under a name: place, zoom, layers, plate and base."""

from typing import Annotated, ClassVar

import msgspec

from app.core.corners import corners_text
from app.core.decision import Effect, Stamp
from app.core.map_decision import Bookmark
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.map_orders import MapName, require_map
from app.live.map_state import SHARED
from app.live.view_text import layers_text

MOST = 200


class KeepView(Command, verb="bookmark"):
    """`bookmark NAME [map=…]`; the same name again keeps what the map shows now."""

    subject: ClassVar[str] = "name"

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It has a name, and the list can still be read."""
        require_map(room, self.map)
        stamp, state, kept = ask.stamp, room.seat.maps[self.map], room.picture.map.bookmarks
        name = self.name.strip()
        if not name:
            raise Refusal(message("maptool.no_name"))
        if name not in kept and len(kept) >= MOST:
            raise Refusal(message("maptool.too_many_views", n=MOST))
        return (
            Bookmark(
                name=name,
                seat=stamp.seat,
                place=corners_text([(state.place.lon, state.place.lat)]),
                zoom=round(state.place.zoom, 3),
                layers=layers_text(state.layers),
                plate=state.plate,
                base=state.base,
                at=stamp.at,
                person=stamp.person,
                role=stamp.role,
            ),
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The list of views has it."""
        return ((Kind.MAP, room.picture.map.apply(effects)),)
