"""Take another tool on a map: navigation, so neither saved nor audited."""

from enum import StrEnum
from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, changed, require_map
from app.live.map_state import SHARED


class Tool(StrEnum):
    """What a hand on the map does."""

    HAND = "hand"
    CIRCLE = "circle"
    BOX = "box"
    POLYGON = "polygon"
    LASSO = "lasso"
    MEASURE = "measure"
    MARKUP = "markup"


class MapTool(Command, verb="map-tool"):
    """`map-tool lasso`, `map-tool hand`."""

    subject: ClassVar[str] = "tool"
    is_navigation: ClassVar[bool] = True

    tool: Tool
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a map."""
        require_map(room, self.map)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The next stroke is of that tool."""
        state = room.seat.maps[self.map]
        state.tool = "" if self.tool is Tool.HAND else self.tool.value
        return changed(self.map)
