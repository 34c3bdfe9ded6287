"""Change how a layer lies on a map: navigation, so neither saved nor audited."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import ALL, MapName, Named, changed, require_map, require_shown
from app.live.map_state import SHARED, LayerChoice

AS_IS = -1


class Move(StrEnum):
    """Where a layer goes among those of its order."""

    STAY = "stay"
    UP = "up"
    DOWN = "down"


class SetLayer(Command, verb="set-layer"):
    """`set-layer buses opacity=60`, `set-layer cameras filter=学校`, `set-layer roads move=up`;
    `filter=*` shows all of it again. Opacity in percent."""

    subject: ClassVar[str] = "layer"
    is_navigation: ClassVar[bool] = True

    layer: Named
    opacity: Annotated[int, msgspec.Meta(ge=AS_IS, le=100)] = AS_IS
    filter: Annotated[str, PUBLIC, msgspec.Meta(max_length=200)] = ""
    move: Move = Move.STAY
    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is on."""
        require_shown(require_map(room, self.map), self.layer)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It lies otherwise."""
        state = room.seat.maps[self.map]
        choices = [self._set(one) if one.id == self.layer else one for one in state.layers]
        at = next(number for number, one in enumerate(choices) if one.id == self.layer)
        other = at + {Move.UP: 1, Move.DOWN: -1, Move.STAY: 0}[self.move]
        if 0 <= other < len(choices):
            choices[at], choices[other] = choices[other], choices[at]
        state.layers = tuple(choices)
        return changed(self.map)

    def _set(self, choice: LayerChoice) -> LayerChoice:
        if self.opacity != AS_IS:
            choice = msgspec.structs.replace(choice, opacity=self.opacity / 100)
        if self.filter:
            wanted = "" if self.filter == ALL else self.filter
            choice = msgspec.structs.replace(choice, filter=wanted)
        return choice
