"""Set two indicators, two indices, or one of them in two districts side by side: navigation."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.address import Address
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN

SCENE = "compare"
PREFIX = "reading/"  # every key begins so; an address leaves it out
_NAMED = Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")]


class Compare(Command, verb="compare"):
    """`compare event.hotline_calls second=event.police_calls`; a district stands after a slash:
    `compare air.pm25/320812 second=air.pm25/320803`. One alone waits for the second.

    What is shown then has an address: `compare/air.pm25/320812+air.pm25/320803`.
    """

    subject: ClassVar[str] = "first"
    is_navigation: ClassVar[bool] = True

    first: _NAMED
    second: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:/@-]{0,200}$")] = ""

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """They are two, and the seat has where to show them."""
        if self.first == self.second:
            raise Refusal(message("detail.compare.same"))
        if self.second:
            room.seat.stage.require_address(MAIN, self._address())
        return ()

    def _address(self) -> Address:
        words = (name.removeprefix(PREFIX) for name in (self.first, self.second))
        return Address(SCENE, "+".join(words))

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Two are shown; one is held until the second is named."""
        seat = room.seat
        seat.compared = "" if self.second else self.first
        if self.second:
            seat.stage.rotating.pop(MAIN, None)
            seat.stage.show(MAIN, self._address().text())
        return ((Kind.SEAT, ("compared", "scene")),)
