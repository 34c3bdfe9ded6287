"""Watch a place: a warning where what moves enters it, leaves it or stays too long (电子围栏)."""

from typing import Annotated, ClassVar

import msgspec

from app.core.corners import corners_text
from app.core.decision import Effect, Stamp
from app.core.map_decision import AreaForm, Fence, FenceRule
from app.core.message import Refusal, message
from app.core.model import Level
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.map_area import CornersText, Radius, drawn_area
from app.live.map_orders import changed

LAYER = "geofence"
MOST = 200
MINUTE_MS = 60_000
Words = Annotated[str, PUBLIC, msgspec.Meta(max_length=400)]


class Watch(Command, verb="fence"):
    """`fence NAME corners=118.8,33.5 form=circle radius=1200 [rule=enter] [level=yellow] [layers=…]
    [kinds=…] [dwell=seconds] [minutes=…]`; `region=321302` instead of corners is a district."""

    subject: ClassVar[str] = "name"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ack"})

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    corners: CornersText = ""
    form: AreaForm = AreaForm.POLYGON
    radius: Radius = 0
    region: Annotated[str, PUBLIC, msgspec.Meta(max_length=12)] = ""
    rule: FenceRule = FenceRule.ENTER
    level: Level = Level.YELLOW
    layers: Words = ""
    kinds: Words = ""
    dwell: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    minutes: Annotated[int, msgspec.Meta(ge=0, le=90 * 24 * 60)] = 0

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is a place, it has a name, and it can speak."""
        stamp, book = ask.stamp, room.picture.map
        if not self.name.strip():
            raise Refusal(message("maptool.no_name"))
        if self.level is Level.NONE:
            raise Refusal(message("maptool.no_level"))
        if (self.rule is FenceRule.DWELL) != (self.dwell > 0):
            raise Refusal(message("maptool.no_dwell"))
        if len(book.watched(stamp.at)) >= MOST:
            raise Refusal(message("maptool.too_many_fences", n=MOST))
        return (
            Fence(
                id=stamp.id,
                name=self.name.strip(),
                rule=self.rule,
                level=self.level,
                form=self.form,
                corners=self._corners(room),
                radius_m=self.radius,
                region=self.region,
                layers=" ".join(self.layers.split()),
                kinds=" ".join(self.kinds.split()),
                dwell_s=self.dwell,
                until=stamp.at + self.minutes * MINUTE_MS if self.minutes else 0,
                at=stamp.at,
                person=stamp.person,
                role=stamp.role,
            ),
        )

    def _corners(self, room: Room) -> str:
        if not self.region:
            return corners_text(drawn_area(self.form, self.corners, self.radius).corners)
        if self.corners or self.radius:
            raise Refusal(message("maptool.one_place"))
        room.seat.maps.names.region(self.region)
        return ""

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is watched from the next positions on."""
        keys = room.picture.map.apply(effects)
        maps = room.seat.maps.put_on(LAYER)
        return ((Kind.MAP, keys), *(changed(*maps) if maps else ()))
