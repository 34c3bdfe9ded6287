"""Show another scene in a window of this seat: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.address import MAX_CHARACTERS, parse_address
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN


class SwitchScene(Command, verb="switch-scene"):
    """`switch-scene theme/flood window=HDMI-1`; without a window on the seat's own monitors.

    A round of scenes in that window ends.
    """

    subject: ClassVar[str] = "scene"
    is_navigation: ClassVar[bool] = True

    scene: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=MAX_CHARACTERS)]
    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The window is there, has such a scene, and knows what it is to be about."""
        room.seat.stage.require_address(self.window, parse_address(self.scene))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The window shows it."""
        stage = room.seat.stage
        stage.rotating.pop(self.window, None)
        stage.show(self.window, parse_address(self.scene).text())
        return ((Kind.SEAT, ("scene",)),)
