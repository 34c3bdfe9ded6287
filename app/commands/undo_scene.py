"""Bring back what a window showed before."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN


class UndoScene(Command, verb="undo-scene"):
    """`undo-scene [WINDOW]`: again and again, back to what stood there first.

    A monitor that was given a scene of its own goes back among the seat's monitors at last.
    """

    subject: ClassVar[str] = "window"
    is_navigation: ClassVar[bool] = True

    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Something stood there before."""
        stage = room.seat.stage
        stage.require(self.window)
        if stage.before(self.window) is None:
            raise Refusal(message("scene.nothing_before", window=self.window))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It stands there again."""
        stage = room.seat.stage
        stage.rotating.pop(self.window, None)
        stage.undo(self.window)
        return ((Kind.SEAT, ("scene",)),)
