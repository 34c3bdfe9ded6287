"""The planned work is done, or will not be: its window ends now."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Maintenance, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class EndMaintenance(Command, verb="end-maintenance"):
    """`end-maintenance TARGET`: every window of that feed or link that is not over."""

    subject: ClassVar[str] = "target"
    access: ClassVar[frozenset[str]] = frozenset({"ack", "release"})

    target: Annotated[Identity, PUBLIC]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is one."""
        stamp = ask.stamp
        left = [
            window
            for window in room.picture.maintenance.values()
            if window.target == self.target and window.until > stamp.at
        ]
        if not left:
            raise Refusal(message("causes.no_window", target=self.target))
        return tuple(
            msgspec.structs.replace(
                window, until=stamp.at, at=stamp.at, person=stamp.person, role=stamp.role
            )
            for window in left
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its alarms are heard again."""
        ended = [effect for effect in effects if isinstance(effect, Maintenance)]
        room.picture.maintenance.update((window.id, window) for window in ended)
        return ((Kind.OUTAGE, tuple(window.target for window in ended)),)
