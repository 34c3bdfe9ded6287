"""Let a window be dark."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.calm import require_calm
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.presentation import Cover, Switch


class Black(Command, verb="black"):
    """`black on|off [window=…]`; without a window all that are looked at: a desk's walls, else the
    seat's own monitors. A red warning brings it back."""

    subject: ClassVar[str] = "state"
    is_navigation: ClassVar[bool] = True

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
        """It is dark, or live."""
        seat = room.seat
        windows = (self.window,) if self.window else seat.presentation.audience(seat.stage)
        on = self.state is Switch.ON
        seat.presentation.cover(windows, Cover.BLACK, stamp.at, on=on)
        return ((Kind.SEAT, ("presentation",)),)
