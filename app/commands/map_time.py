"""Let a map show a moment of the past, or only what is fresh: navigation."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_moment import NOW, PATTERN, moment_of
from app.live.map_orders import MapName, changed, require_map
from app.live.map_state import SHARED

AS_IS = -1
WEEK_MIN = 7 * 24 * 60


class MapTime(Command, verb="map-time"):
    """`map-time 14:00`, `map-time -90` (minutes ago), `map-time now`; `span=60` leaves only what
    was observed within so many minutes, `span=0` everything again."""

    subject: ClassVar[str] = "at"
    is_navigation: ClassVar[bool] = True

    at: Annotated[str, PUBLIC, msgspec.Meta(pattern=PATTERN)] = NOW
    span: Annotated[int, msgspec.Meta(ge=AS_IS, le=WEEK_MIN)] = AS_IS
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It was already."""
        require_map(room, self.map)
        moment_of(self.at, room.seat.maps.names.zone, ask.stamp.at)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The map shows that moment."""
        state = room.seat.maps[self.map]
        state.at = moment_of(self.at, room.seat.maps.names.zone, stamp.at)
        if self.span != AS_IS:
            state.span_ms = self.span * 60_000
        return changed(self.map)
