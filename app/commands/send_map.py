"""Let a wall's map show what the desk's shows: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_names import may_see
from app.live.map_orders import MapName, changed, require_map, viewer
from app.live.map_state import SHARED


class SendMap(Command, verb="send-map"):
    """`send-map wall-1`: place, layers, time and what is marked; without a window to the first
    wall. The wall then stands still again."""

    subject: ClassVar[str] = "window"
    is_navigation: ClassVar[bool] = True

    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = ""
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a wall, and it is another map than the one that is sent."""
        require_map(room, self.map)
        if not self.window and not room.seat.stage.walls:
            raise Refusal(message("mapwords.no_wall"))
        room.seat.stage.require(self._window(room))
        if self._window(room) == self.map:
            raise Refusal(message("mapwords.same_map"))
        return ()

    def _window(self, room: Room) -> str:
        return self.window or next(iter(room.seat.stage.walls), "")

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The wall shows it, without layers that are not for the wall."""
        maps, window = room.seat.maps, self._window(room)
        maps.apart.add(window)
        maps.copy(self.map, window)
        target, seat = maps[window], viewer(room, window)
        target.layers = tuple(
            choice
            for choice in target.layers
            if choice.id not in maps.names.layers or may_see(maps.names.layers[choice.id], seat)
        )
        target.fly(maps[self.map].place)
        return changed(window)
