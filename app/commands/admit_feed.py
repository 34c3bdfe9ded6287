"""Admit a feed from its trial (试运行): from now on what it brings is the city's."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import MAX_TEXT, Admission, Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class AdmitFeed(Command, verb="admit-feed"):
    """`admit-feed FEED [reason=…]`; it holds over restarts, `hold-feed` takes it back."""

    subject: ClassVar[str] = "feed"
    access: ClassVar[frozenset[str]] = frozenset({"release"})

    feed: Annotated[Identity, PUBLIC]
    reason: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is on trial."""
        if self.feed not in room.picture.trial.feeds:
            raise Refusal(message("causes.not_on_trial", feed=self.feed))
        stamp = ask.stamp
        return (Admission(self.feed, True, stamp.at, stamp.person, stamp.role, self.reason),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What it brought last goes into the picture."""
        picture = room.picture
        readings, records = picture.trial.admit(self.feed)
        changed: list[str] = []
        for key, held in readings.items():
            changed += picture.apply_readings(self.feed, held.received, [(key, held.reading)])
        others = picture.apply_records(records)
        return (
            (Kind.OUTAGE, (self.feed,)),
            (Kind.READING, tuple(changed)),
            *((kind, tuple(ids)) for kind, ids in others.items()),
        )
