"""Move the panels of a window by hand, or leave that."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.seat import SeatKind
from app.live.stage import MAIN


class EditScene(Command, verb="edit-scene"):
    """`edit-scene [WINDOW] [done=true]`; a wall's window is edited from the desk that drives it."""

    subject: ClassVar[str] = "window"
    is_navigation: ClassVar[bool] = True

    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN
    done: bool = False

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """This is no wall, the layout is not locked, the window shows something of its own."""
        stage = room.seat.stage
        if room.seat.kind is SeatKind.HALL:
            raise Refusal(message("scene.hall_locked"))
        if stage.locked and not self.done:
            raise Refusal(message("walls.edit.locked"))
        if self.window not in stage.shown:
            known = " ".join(stage.shown)
            raise Refusal(message("scene.no_window", window=self.window, known=known))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its panels can be moved, until somebody has done with it."""
        stage = room.seat.stage
        if not self.done:
            stage.editing = self.window
            stage.rotating.pop(self.window, None)
        elif stage.editing == self.window:
            stage.editing = ""
        return ((Kind.SEAT, ("scene-edit",)),)
