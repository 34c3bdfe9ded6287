"""Mark a warning false, with the reason: it counts against the precision of what raised it."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import MAX_TEXT, Acknowledgement, Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live import warnings
from app.live.command import Ask, Changes, Command, Room


class MarkFalse(Command, verb="mark-false"):
    """`mark-false WARNING reason=…`; also for one that was acknowledged before."""

    subject: ClassVar[str] = "warning"
    access: ClassVar[frozenset[str]] = frozenset({"ack"})
    outside: ClassVar[str] = "warning"

    warning: Annotated[Identity, PUBLIC]
    reason: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The warning is open, there is a reason, and nobody marked it before."""
        stamp = ask.stamp
        found = warnings.open_warning(room.picture, self.warning, stamp.at)
        if not self.reason.strip():
            raise Refusal(message("warning.no_reason", title=found.title))
        before = room.picture.acknowledged.get(self.warning)
        if before is not None and before.false_alarm and warnings.holds(before, found):
            raise Refusal(message("warning.false_before", title=found.title, person=before.person))
        return (
            Acknowledgement(
                self.warning,
                stamp.at,
                stamp.person,
                stamp.role,
                false_alarm=True,
                reason=self.reason,
                level=found.level,
            ),
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The picture knows it as false."""
        return warnings.show(room.picture, effects)
