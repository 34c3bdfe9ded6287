"""Forget a named view of the map."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class ForgetView(Command, verb="forget-bookmark"):
    """`forget-bookmark NAME`."""

    subject: ClassVar[str] = "name"

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is one."""
        kept, stamp = room.picture.map.bookmarks.get(self.name.strip()), ask.stamp
        if kept is None:
            raise Refusal(message("maptool.no_view", name=self.name))
        return (
            msgspec.structs.replace(
                kept, forgotten=True, at=stamp.at, person=stamp.person, role=stamp.role
            ),
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is in no list."""
        return ((Kind.MAP, room.picture.map.apply(effects)),)
