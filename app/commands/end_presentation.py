"""End the presentation: every window is live and shows what it showed before."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class EndPresentation(Command, verb="end-presentation"):
    """`end-presentation`; also lets a frozen or dark window go on."""

    is_navigation: ClassVar[bool] = True

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Something is to be ended."""
        if not room.seat.presentation.is_on:
            raise Refusal(message("visit.none"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What stood before stands again; a rotation goes on."""
        room.seat.presentation.end(room.seat.stage, stamp.at)
        return ((Kind.SEAT, ("presentation", "scene")),)
