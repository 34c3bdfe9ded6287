"""Put a feed on trial (试运行): what it brings is shown on desks only, and counts for nothing."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import MAX_TEXT, Admission, Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class HoldFeed(Command, verb="hold-feed"):
    """`hold-feed FEED [reason=…]`; what it brought before stays and grows old, as its age says."""

    subject: ClassVar[str] = "feed"
    access: ClassVar[frozenset[str]] = frozenset({"release"})

    feed: Annotated[Identity, PUBLIC]
    reason: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is a feed, and not on trial."""
        picture, stamp = room.picture, ask.stamp
        if self.feed not in picture.feeds:
            raise Refusal(message("causes.no_target", target=self.feed))
        if self.feed in picture.trial.feeds:
            raise Refusal(message("causes.on_trial", feed=self.feed))
        return (Admission(self.feed, False, stamp.at, stamp.person, stamp.role, self.reason),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Its values no longer change on the walls."""
        room.picture.trial.feeds.add(self.feed)
        return ((Kind.OUTAGE, (self.feed,)),)
