"""Test the sound of this seat, due at the start of each shift."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Command, Room
from app.live.hub import Kind
from app.live.seat import SoundTest


class CheckSound(Command, verb="test-sound"):
    """`test-sound` plays it; `test-sound heard=false` says that nothing was heard."""

    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack", "ops"})

    heard: bool = True

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The shell plays on `test-sound`; unheard, the test stays due."""
        room.seat.sound_test = SoundTest(stamp.at, stamp.person) if self.heard else None
        return ((Kind.SEAT, ("test-sound" if self.heard else "sound",)),)
