"""Delete a scene file of this machine; the product's own scene of that name stands again."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN, SceneOrder


class DeleteScene(Command, verb="delete-scene"):
    """`delete-scene NAME [window=…]`: `window` says of which seat, a wall's being the hall's."""

    subject: ClassVar[str] = "name"

    name: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The file is this machine's."""
        stage = room.seat.stage
        stage.require(self.window)
        if self.name not in stage.own_of(self.window):
            known = " ".join(sorted(stage.own_of(self.window))) or "-"
            raise Refusal(message("walls.delete.not_own", name=self.name, known=known))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows delete it."""
        room.seat.stage.orders.append(SceneOrder(False, self.window, self.name))
        return ((Kind.SEAT, ("scene-order",)),)
