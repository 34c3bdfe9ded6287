"""Draw on the map for everybody (会商标绘): saved first, then on every map."""

from typing import Annotated, ClassVar

import msgspec

from app.core.corners import MAX_CORNERS, corners_of, corners_text
from app.core.decision import Effect, Stamp
from app.core.map_decision import MAX_LABEL, Ink, Markup, MarkupForm
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.map_area import CornersText
from app.live.map_orders import changed

LAYER = "markup"
MOST = 500
"""More than that on one map nobody reads."""
_LEAST = {MarkupForm.LINE: 2, MarkupForm.ARROW: 2, MarkupForm.AREA: 3}
_MOST = {MarkupForm.POINT: 1, MarkupForm.TEXT: 1}


class Draw(Command, verb="markup"):
    """`markup '118.8,33.5 118.9,33.6' form=arrow [label=…] [colour=accent]`."""

    subject: ClassVar[str] = "corners"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack", "approve"})

    corners: CornersText
    form: MarkupForm = MarkupForm.POINT
    label: Annotated[str, msgspec.Meta(max_length=MAX_LABEL)] = ""
    colour: Ink = Ink.ACCENT

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It can be drawn, and there is room on the map."""
        corners = corners_of(
            self.corners, _LEAST.get(self.form, 1), _MOST.get(self.form, MAX_CORNERS)
        )
        if len(set(corners)) < _LEAST.get(self.form, 1):
            raise Refusal(message("maptool.flat"))
        if self.form is MarkupForm.TEXT and not self.label.strip():
            raise Refusal(message("maptool.no_text"))
        if len(room.picture.map.markup) >= MOST:
            raise Refusal(message("maptool.too_much", n=MOST))
        stamp = ask.stamp
        return (
            Markup(
                stamp.id,
                self.form,
                corners_text(corners),
                stamp.at,
                stamp.person,
                stamp.role,
                self.label.strip(),
                self.colour,
            ),
        )

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is on every map."""
        keys = room.picture.map.apply(effects)
        maps = room.seat.maps.put_on(LAYER)
        return ((Kind.MAP, keys), *(changed(*maps) if maps else ()))
