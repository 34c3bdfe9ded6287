"""Take a layer that was imported away again, with its file; audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.map_import import IMPORT, ImportOrder, ImportStep
from app.live.map_orders import Named


class RemoveLayer(Command, verb="remove-layer"):
    """`remove-layer own-duty`."""

    subject: ClassVar[str] = "layer"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "data"})

    layer: Named

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a layer, and it was imported."""
        if not room.seat.maps.names.layer(self.layer, "").imported:
            raise Refusal(message("mapintake.not_imported", name=self.layer))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows take it away."""
        order = ImportOrder(ImportStep.REMOVE, stamp.id, stamp.at, stamp.person, layer=self.layer)
        room.seat.imports.append(order)
        return ((Kind.SEAT, (IMPORT,)),)
