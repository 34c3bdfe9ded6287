"""Turn the sound of this seat off for some minutes; what is open stays on the board."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Command, Room
from app.live.hub import Kind
from app.live.seat import Mute

LONGEST_MINUTES = 10


class MuteSound(Command, verb="mute"):
    """`mute 10`; `mute 0` turns it on again. A red that comes after it sounds all the same."""

    subject: ClassVar[str] = "minutes"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack"})

    minutes: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_MINUTES)]

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The seat is silent until then."""
        until = stamp.at + self.minutes * 60_000
        room.seat.mute = Mute(stamp.at, until, stamp.person) if self.minutes else None
        return ((Kind.SEAT, ("sound",)),)
