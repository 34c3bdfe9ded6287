"""Wear another theme on this seat: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class SetTheme(Command, verb="set-theme"):
    """`set-theme light`; a scene that names a theme of its own keeps it."""

    subject: ClassVar[str] = "theme"
    is_navigation: ClassVar[bool] = True

    theme: Annotated[str, PUBLIC]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """This seat may wear it."""
        if self.theme not in room.seat.themes:
            known = " ".join(room.seat.themes) or "-"
            raise Refusal(message("hands.no_theme", theme=self.theme[:40], known=known))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The seat wears it."""
        room.seat.theme = self.theme
        return ((Kind.SEAT, ("looks",)),)
