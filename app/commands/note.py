"""Write a line into the shift journal. Numbers of telephones and identity cards are masked."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import MAX_TEXT, Effect, Note, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class WriteNote(Command, verb="note"):
    """`note '3 号泵站已到人'`."""

    subject: ClassVar[str] = "line"
    access: ClassVar[frozenset[str]] = frozenset(
        {"operate", "ack", "approve", "ops", "video", "wall", "data"}
    )

    line: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is something to write."""
        stamp = ask.stamp
        if not self.line.strip():
            raise Refusal(message("note.empty"))
        return (Note(stamp.id, stamp.at, stamp.person, stamp.role, stamp.seat, self.line),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Whoever shows the journal reads it anew."""
        return ((Kind.JOURNAL, (stamp.id,)),)
