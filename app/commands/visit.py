"""Visitors come into the room, or have left: what the wall shows of persons and cameras."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.presentation import Switch
from app.live.visit import Visit


class VisitMode(Command, verb="visit"):
    """`visit on [everywhere=true]`, `visit off`. It changes what may be seen, so it is audited,
    and it holds over a restart: the visitors are still there."""

    subject: ClassVar[str] = "state"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack", "wall"})

    state: Switch
    everywhere: bool = False

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is not so already."""
        visit = room.seat.visit
        if self.state is Switch.OFF and visit is None:
            raise Refusal(message("visit.off_already"))
        if self.state is Switch.ON and visit is not None and visit.everywhere is self.everywhere:
            raise Refusal(message("visit.on_already"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows hide, or show again."""
        on = self.state is Switch.ON
        room.seat.visit = Visit(stamp.at, stamp.person, self.everywhere) if on else None
        return ((Kind.SEAT, ("visit",)),)
