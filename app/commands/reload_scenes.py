"""Read the scene files anew; a faulty one is reported and its last good version stays."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Command, Room
from app.live.hub import Kind


class ReloadScenes(Command, verb="reload-scenes"):
    """`reload-scenes`: what is shown now is shown in its new form."""

    is_navigation: ClassVar[bool] = True

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows read them."""
        room.seat.stage.reloads += 1
        return ((Kind.SEAT, ("scene-files",)),)
