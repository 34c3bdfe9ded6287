"""Let a map look at another place: navigation, so neither saved nor audited."""

import re
from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, changed, place_of, require_map
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, SHARED, MapPlace, Picked

_CORNER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?,-?[0-9]{1,3}(\.[0-9]{1,9})?")
MOST_LAT = 85.0
"""Web Mercator ends there."""


class FlyTo(Command, verb="fly-to"):
    """`fly-to 119.113,33.552 zoom=14`, `fly-to event:a:1`, `fly-to region:320812`, `fly-to home`;
    longitude comes first, degrees WGS-84/CGCS2000."""

    subject: ClassVar[str] = "to"
    is_navigation: ClassVar[bool] = True

    to: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=160)]
    zoom: Annotated[int, msgspec.Meta(ge=0, le=20)] = 0
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a place on the earth."""
        require_map(room, self.map)
        self._goal(room)
        return ()

    def _goal(self, room: Room) -> tuple[MapPlace, Picked | None]:
        zoom = max(float(self.zoom), MIN_ZOOM) if self.zoom else 0.0
        if not _CORNER.fullmatch(self.to):
            place, picked = place_of(room, self.to, zoom, self.map)
            return msgspec.structs.replace(place, zoom=zoom or place.zoom), picked
        lon, lat = map(float, self.to.split(","))
        if abs(lon) > 180 or abs(lat) > MOST_LAT:
            raise Refusal(message("mapwords.not_on_earth", to=self.to))
        keep = room.seat.maps[self.map].place.zoom
        return MapPlace(lon, lat, min(MAX_ZOOM, zoom or keep)), None

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It flies there; a thing that was named is ringed."""
        place, picked = self._goal(room)
        state = room.seat.maps[self.map]
        state.fly(place)
        if picked is not None:
            state.picked = picked
        return changed(self.map)
