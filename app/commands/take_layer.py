"""A file that was read becomes a layer, in the coordinates that a person declares; audited."""

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

Text = Annotated[str, msgspec.Meta(max_length=200)]
Column = Annotated[str, PUBLIC, msgspec.Meta(max_length=200)]


class TakeLayer(Command, verb="take-layer"):
    """`take-layer 防汛责任区 file=duty.shp digest=… crs=gcj02 [source=…]`: the digest (SHA-256)
    says which file was looked at; another is refused. `anyway`: although the known boundaries
    speak against the declared system; `wall`: walls may show it too."""

    subject: ClassVar[str] = "name"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "data"})

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    file: Text
    digest: Annotated[str, PUBLIC, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    crs: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=40)]
    source: Text = ""
    licence: Text = ""
    label: Column = ""
    by: Column = ""
    swap: bool = False
    anyway: bool = False
    wall: bool = False
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It has a name and a map to be on; what the file holds is looked at when it is taken."""
        require_map(room, self.map)
        if not self.name.strip():
            raise Refusal(message("maptool.no_name"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows take it."""
        order = ImportOrder(
            ImportStep.TAKE, stamp.id, stamp.at, stamp.person,
            map=self.map, file=self.file, digest=self.digest, name=self.name.strip(),
            crs=self.crs, source=self.source.strip(), licence=self.licence.strip(),
            label=self.label, by=self.by, swap=self.swap, anyway=self.anyway, wall=self.wall,
        )  # fmt: skip
        room.seat.imports.append(order)
        return ((Kind.SEAT, (IMPORT,)),)
