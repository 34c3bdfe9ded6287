"""Release a fact for the cockpit: whoever leads the shift has read it and stands for it."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import MAX_TEXT, Effect, Release, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class ReleaseFact(Command, verb="release-fact"):
    """`release-fact FACT digest=… said=…`: this sentence and no other; when what it rests on
    changes it waits again."""

    subject: ClassVar[str] = "fact"
    access: ClassVar[frozenset[str]] = frozenset({"release"})

    fact: Annotated[str, PUBLIC, msgspec.Meta(max_length=300)]
    digest: Annotated[Identity, PUBLIC]
    said: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The sentence still says what was read, and nobody released it before."""
        stamp, briefing = ask.stamp, room.picture.briefing
        found = briefing.fact(self.fact)
        if found is None:
            raise Refusal(message("dash.release.gone"))
        if found.digest != self.digest:
            raise Refusal(message("dash.release.changed"))
        before = briefing.release_of(found)
        if before is not None:
            raise Refusal(message("dash.release.before", person=before.person))
        return (Release(self.fact, self.digest, stamp.at, stamp.person, stamp.role, self.said),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every cockpit shows it as released."""
        released = [effect for effect in effects if isinstance(effect, Release)]
        room.picture.briefing.released.update((item.fact, item) for item in released)
        return ((Kind.BRIEFING, tuple(item.fact for item in released)),)
