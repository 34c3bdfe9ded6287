"""What `freeze` and `black` share: a cover over the windows that are looked at."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.calm import require_calm
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.presentation import Cover, Switch


class Covering(Command):
    """`VERB on|off [window=…]`; without a window all that are looked at: a desk's walls, else the
    seat's own monitors. A red warning brings them back."""

    subject: ClassVar[str] = "state"
    is_navigation: ClassVar[bool] = True
    cover: ClassVar[Cover]

    state: Switch
    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The window is there, and no red warning waits."""
        if self.window:
            room.seat.stage.require(self.window)
        if self.state is Switch.ON:
            require_calm(room)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is covered, or live."""
        seat = room.seat
        windows = (self.window,) if self.window else seat.presentation.audience(seat.stage)
        seat.presentation.cover(windows, self.cover, stamp.at, on=self.state is Switch.ON)
        return ((Kind.SEAT, ("presentation",)),)
