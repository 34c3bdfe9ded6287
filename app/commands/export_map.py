"""A map as it is now as a file: a page for any browser, a picture up to a wall's size, on paper;
audited as every copy is."""

from typing import Annotated

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.export import MAP, MOST_HEIGHT, MOST_WIDTH, ExportOrder, MapForm
from app.live.hub import Kind
from app.live.map_orders import MapName, require_map
from app.live.map_state import SHARED


class ExportMap(Command, verb="export-map"):
    """`export-map form=html`, `export-map form=png width=15360 height=4320`."""

    form: MapForm = MapForm.HTML
    width: Annotated[int, msgspec.Meta(ge=320, le=MOST_WIDTH)] = 3840
    height: Annotated[int, msgspec.Meta(ge=240, le=MOST_HEIGHT)] = 2160
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a map."""
        require_map(room, self.map)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows make the file."""
        order = ExportOrder(
            stamp.id, stamp.at, stamp.person, stamp.seat, MAP, self.form,
            map=self.map, width=self.width, height=self.height,
        )  # fmt: skip
        room.seat.exports.append(order)
        return ((Kind.SEAT, ("export",)),)
