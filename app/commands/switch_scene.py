"""Show another scene on this seat: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class SwitchScene(Command, verb="switch-scene"):
    """`switch-scene duty`."""

    subject: ClassVar[str] = "scene"
    is_navigation: ClassVar[bool] = True

    scene: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The seat has such a scene."""
        known = room.seat.scenes
        if known and self.scene not in known:
            raise Refusal(message("scene.unknown", scene=self.scene, known=" ".join(known)))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The seat shows it."""
        room.seat.scene = self.scene
        return ((Kind.SEAT, ("scene",)),)
