"""Speak another language on this seat: navigation, so neither saved nor audited."""

from typing import Annotated, ClassVar

from app.core.decision import Effect, Stamp
from app.core.i18n import LANGUAGES
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class SetLanguage(Command, verb="set-language"):
    """`set-language en`."""

    subject: ClassVar[str] = "language"
    is_navigation: ClassVar[bool] = True

    language: Annotated[str, PUBLIC]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a language."""
        if self.language not in LANGUAGES:
            known = " ".join(LANGUAGES)
            raise Refusal(message("hands.no_language", language=self.language[:40], known=known))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The seat speaks it."""
        room.seat.language = self.language
        return ((Kind.SEAT, ("looks",)),)
