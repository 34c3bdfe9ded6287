"""Plan work on a feed or a link (计划检修): its alarms of ours are silent then, its age is not."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

from app.core.clock import from_datetime
from app.core.decision import MAX_TEXT, Effect, Maintenance, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity, Ms
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind

MINUTE_MS = 60_000
LONGEST_MINUTES = 7 * 24 * 60
FARTHEST_MS = 90 * 24 * 3_600_000


class PlanMaintenance(Command, verb="plan-maintenance"):
    """`plan-maintenance TARGET minutes=90 [since=2026-11-21T22:00+08:00] [reason=…]`; without
    `since` it begins now."""

    subject: ClassVar[str] = "target"
    access: ClassVar[frozenset[str]] = frozenset({"ack", "release"})

    target: Annotated[Identity, PUBLIC]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_MINUTES)]
    since: Annotated[str, PUBLIC, msgspec.Meta(max_length=40)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The target exists, and the window is not over or years away."""
        picture, stamp = room.picture, ask.stamp
        if self.target not in picture.feeds and self.target not in picture.links:
            raise Refusal(message("causes.no_target", target=self.target))
        since = self._since(stamp.at)
        until = since + self.minutes * MINUTE_MS
        if until <= stamp.at or since > stamp.at + FARTHEST_MS:
            raise Refusal(message("causes.window"))
        return (
            Maintenance(
                stamp.id,
                self.target,
                since,
                until,
                stamp.at,
                stamp.person,
                stamp.role,
                self.reason,
            ),
        )

    def _since(self, now: Ms) -> Ms:
        if not self.since:
            return now
        try:
            return from_datetime(datetime.fromisoformat(self.since))
        except ValueError as error:
            raise Refusal(message("causes.since", text=self.since)) from error

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every desk shows the window."""
        planned = [effect for effect in effects if isinstance(effect, Maintenance)]
        room.picture.maintenance.update((window.id, window) for window in planned)
        return ((Kind.OUTAGE, tuple(window.target for window in planned)),)
