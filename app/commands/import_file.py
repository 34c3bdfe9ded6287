"""Bring a file onto the map: opens the card that reads it and asks for its coordinate system."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.map_import import IMPORT, ImportOrder, ImportStep
from app.live.map_orders import MapName, require_map
from app.live.map_state import SHARED
from app.live.seat import SeatKind


class ImportFile(Command, verb="import-file"):
    """`import-file`, `import-file /media/duty.shp`; nothing is on the map before `take-layer`."""

    subject: ClassVar[str] = "file"
    is_navigation: ClassVar[bool] = True

    file: Annotated[str, PUBLIC, msgspec.Meta(max_length=1000)] = ""
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """A wall takes no files."""
        require_map(room, self.map)
        if room.seat.kind is SeatKind.HALL:
            raise Refusal(message("mapintake.not_here"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows open the card."""
        order = ImportOrder(
            ImportStep.ASK, stamp.id, stamp.at, stamp.person, map=self.map, file=self.file
        )
        room.seat.imports.append(order)
        return ((Kind.SEAT, (IMPORT,)),)
