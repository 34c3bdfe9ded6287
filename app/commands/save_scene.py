"""Keep an edited scene in a file of this machine; audited, since it is what a room sees."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN, SceneOrder


class SaveScene(Command, verb="save-scene"):
    """`save-scene [NAME] [title=…] [window=…]`: what stands in the window, as it was edited.

    Without a name under its own; with one as a new scene, called `title`.
    """

    subject: ClassVar[str] = "name"

    name: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,60})?$")] = ""
    title: Annotated[str, PUBLIC, msgspec.Meta(max_length=24)] = ""
    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The window is there, and a new name is new or that of an own file."""
        stage = room.seat.stage
        stage.require(self.window)
        taken = (*stage.scenes_of(self.window), *stage.rounds_of(self.window))
        if self.name in taken and self.name not in stage.own_of(self.window):
            raise Refusal(message("walls.save.taken", name=self.name))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows write the file."""
        order = SceneOrder(True, self.window, self.name, self.title)
        room.seat.stage.orders.append(order)
        return ((Kind.SEAT, ("scene-order",)),)
