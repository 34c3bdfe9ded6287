"""Sign on: somebody takes the seat. The PIN comes beside the command and is in no text."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Presence, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.people import NUMBER_PATTERN
from app.live.seat import SignedOn


class SignOn(Command, verb="sign-on"):
    """`sign-on 0002`; whoever was signed on before is not any more, and the sound is on."""

    subject: ClassVar[str] = "number"
    needs_person: ClassVar[bool] = False

    number: Annotated[str, PUBLIC, msgspec.Meta(pattern=NUMBER_PATTERN)]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Number and PIN belong together; in a replay there is no PIN to ask for."""
        stamp = ask.stamp
        if ask.is_replay:
            role = await room.people.role_of(self.number)
        elif ask.secret is None:
            raise Refusal(message("people.pin_needed"))
        else:
            role = await room.people.verify(self.number, ask.secret)
        return (Presence(stamp.id, stamp.at, self.number, role, stamp.seat),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The seat is this person's."""
        (presence,) = effects
        assert isinstance(presence, Presence)
        room.seat.person = SignedOn(presence.person, presence.role, stamp.at)
        room.seat.mute = None  # the one who comes hears what is open
        return ((Kind.SEAT, ("person", "sound")),)
