"""Begin a presentation: lead a window through the scenes of a script."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.address import parse_address
from app.live.calm import require_calm
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class Present(Command, verb="present"):
    """`present SCRIPT [window=…]`; without a window on the first wall the desk drives, else on the
    seat's own monitors. A rotation there waits until the end."""

    subject: ClassVar[str] = "script"
    is_navigation: ClassVar[bool] = True

    script: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")]
    window: Annotated[str, PUBLIC, msgspec.Meta(max_length=60)] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a script, each of its steps can be shown there, and no red waits."""
        stage, window = room.seat.stage, self._window(room)
        stage.require(window)
        scripts = room.seat.presentation.scripts_of(stage, window)
        if self.script not in scripts:
            known = " ".join(scripts) or "-"
            raise Refusal(message("visit.no_script", script=self.script, known=known))
        require_calm(room)
        for step in scripts[self.script].step:
            stage.require_address(window, parse_address(step.address))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The first step stands; the desk's own monitors show what to say."""
        seat = room.seat
        seat.presentation.begin(seat.stage, self.script, self._window(room), stamp.at)
        return ((Kind.SEAT, ("presentation", "scene")),)

    def _window(self, room: Room) -> str:
        return self.window or room.seat.presentation.audience(room.seat.stage)[0]
