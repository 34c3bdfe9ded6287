"""Set two times, layers or grounds of a map side by side (叠加对比): navigation."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_moment import NOW, PATTERN, moment_of
from app.live.map_orders import MapName, changed, require_map, viewer
from app.live.map_sides import compare
from app.live.map_state import SHARED, Comparison, LayerChoice


class Form(StrEnum):
    """How the two stand: a line to be drawn over one map, or two maps that move together."""

    SWIPE = "swipe"
    SIDE = "side"


class CompareMap(Command, verb="compare-map"):
    """`compare-map swipe at=-60`, `compare-map side layers="rain heat"`, `compare-map swipe
    base=img`; what is not named is the same on both sides."""

    subject: ClassVar[str] = "form"
    is_navigation: ClassVar[bool] = True

    form: Form = Form.SWIPE
    at: Annotated[str, PUBLIC, msgspec.Meta(pattern=PATTERN)] = NOW
    layers: Annotated[str, PUBLIC, msgspec.Meta(max_length=400)] = ""
    base: Annotated[str, PUBLIC, msgspec.Meta(max_length=80)] = ""
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The other side is another one, and all that it names is there."""
        state = require_map(room, self.map)
        names, seat = room.seat.maps.names, viewer(room, self.map)
        for layer in self.layers.split():
            names.layer(layer, seat)
        if self.base:
            names.base(self.base, seat)
        other = self._other(room, ask.stamp.at)
        if (other.at, other.layers, other.base) == (state.at, (), ""):
            raise Refusal(message("mapwords.same_sides"))
        return ()

    def _other(self, room: Room, now: int) -> Comparison:
        names = room.seat.maps.names
        choices = tuple(
            LayerChoice(layer, names.layers[layer].opacity) for layer in self.layers.split()
        )
        moment = moment_of(self.at, names.zone, now)
        return Comparison(self.form.value, moment, choices, self.base)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Two sides stand."""
        compare(room.seat.maps[self.map], self._other(room, stamp.at))
        return changed(self.map)
