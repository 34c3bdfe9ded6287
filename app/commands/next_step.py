"""The next step of the presentation."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.presentation import require_running


class NextStep(Command, verb="next-step"):
    """`next-step`; a window that stood still or was dark is live again."""

    is_navigation: ClassVar[bool] = True

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is one."""
        running = require_running(room.seat.presentation)
        if not 0 <= running.at + 1 < len(running.script.step):
            raise Refusal(message("visit.last_step"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It stands."""
        room.seat.presentation.go(room.seat.stage, 1, stamp.at)
        return ((Kind.SEAT, ("presentation", "scene")),)
