"""Mark a place on a map: what lies in it feeds lists and counts."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.map_decision import AreaForm
from app.live.command import Ask, Changes, Command, Room
from app.live.map_area import CornersText, Radius, drawn_area
from app.live.map_orders import MapName, changed, require_map
from app.live.map_state import SHARED


class SelectArea(Command, verb="select-area"):
    """`select-area '118.8,33.5' form=circle radius=1200 [map=…]`; a box has two corners, a polygon
    or a lasso three and more; degrees WGS-84, metres."""

    subject: ClassVar[str] = "corners"
    is_navigation: ClassVar[bool] = True

    corners: CornersText
    form: AreaForm = AreaForm.POLYGON
    radius: Radius = 0
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is a place, and there is such a map."""
        require_map(room, self.map)
        drawn_area(self.form, self.corners, self.radius)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every view of that map shows it."""
        state = room.seat.maps[self.map]
        state.area = drawn_area(self.form, self.corners, self.radius)
        state.tool = ""
        return changed(self.map)
