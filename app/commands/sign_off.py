"""Sign off: the seat is nobody's."""

from app.core.decision import Effect, Presence, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class SignOff(Command, verb="sign-off"):
    """`sign-off`; what is open goes on sounding."""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Always makes sense for somebody who is signed on."""
        return (Presence(ask.stamp.id, ask.stamp.at, "", "", ask.stamp.seat),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Nobody has the seat; the sound is on."""
        room.seat.person = None
        room.seat.mute = None
        return ((Kind.SEAT, ("person", "sound")),)
