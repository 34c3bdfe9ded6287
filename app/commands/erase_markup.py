"""Take what was drawn off the map; that it stood there remains in the audit."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind

ALL = "all"


class EraseMarkup(Command, verb="erase-markup"):
    """`erase-markup ID`, or `erase-markup all`."""

    subject: ClassVar[str] = "markup"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack", "approve"})

    markup: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=40)]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is there."""
        drawn, stamp = room.picture.map.markup, ask.stamp
        gone = list(drawn.values()) if self.markup == ALL else [drawn.get(self.markup)]
        found = [item for item in gone if item is not None]
        if not found:
            raise Refusal(message("maptool.no_markup", id=self.markup))
        return tuple(
            msgspec.structs.replace(
                item, erased=True, at=stamp.at, person=stamp.person, role=stamp.role
            )
            for item in found
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is on no map."""
        return ((Kind.MAP, room.picture.map.apply(effects)),)
