"""Go through a round of scenes by itself; a person who switches the scene ends it."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN


class Rotate(Command, verb="rotate"):
    """`rotate ROUND [window=…]`: ROUND is a scene file with `rotate = [...]`."""

    subject: ClassVar[str] = "round"
    is_navigation: ClassVar[bool] = True

    round: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The window is there and has such a round."""
        stage = room.seat.stage
        stage.require(self.window)
        rounds = stage.rounds_of(self.window)
        if self.round not in rounds:
            known = " ".join(rounds) or "-"
            raise Refusal(message("scene.no_round", round=self.round, known=known))
        running = room.seat.presentation.running
        if running is not None and running.window == self.window:
            raise Refusal(message("visit.presenting"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its first scene stands, from now on."""
        stage = room.seat.stage
        begun = msgspec.structs.replace(stage.rounds_of(self.window)[self.round], since=stamp.at)
        stage.rotating[self.window] = begun
        stage.show(self.window, begun.address)
        return ((Kind.SEAT, ("scene",)),)
