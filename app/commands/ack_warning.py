"""Acknowledge a warning: somebody has seen it and takes it on."""

from typing import Annotated, ClassVar

from app.core.decision import Acknowledgement, Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live import warnings
from app.live.command import Ask, Changes, Command, Room


class AckWarning(Command, verb="ack-warning"):
    """`ack-warning WARNING`; it stops sounding until it becomes graver."""

    subject: ClassVar[str] = "warning"
    access: ClassVar[frozenset[str]] = frozenset({"ack"})
    outside: ClassVar[str] = "warning"

    warning: Annotated[Identity, PUBLIC]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The warning is open and nobody acknowledged it as it is now."""
        stamp = ask.stamp
        found = warnings.open_warning(room.picture, self.warning, stamp.at)
        before = room.picture.acknowledged.get(self.warning)
        if before is not None and warnings.holds(before, found):
            raise Refusal(
                message("warning.acknowledged_before", title=found.title, person=before.person)
            )
        return (
            Acknowledgement(self.warning, stamp.at, stamp.person, stamp.role, level=found.level),
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The picture knows it as acknowledged."""
        return warnings.show(room.picture, effects)
