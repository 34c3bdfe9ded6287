"""Show recordings of several cameras on one time line (同步回看): audited with all of them."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.map_moment import PATTERN, moment_of
from app.live.stage import MAIN
from app.live.video_layout import MAX_CELLS
from app.live.video_orders import VIEW, WallName, require_wall, wall_changed
from app.live.video_past import stretch

MINUTE = 60_000
PAST = PATTERN.replace("now|", "", 1)
SECONDS_AGO = r"^-[0-9]{1,3}s$"


class ReviewCameras(Command, verb="review-cameras"):
    """`review-cameras "police-video:… police-video:…" at=14:03`: they stand in cells of that wall,
    and play the same moment; `at=-25s` is so many seconds ago."""

    subject: ClassVar[str] = "cameras"
    access: ClassVar[frozenset[str]] = VIEW

    cameras: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=MAX_CELLS * 121)]
    at: Annotated[str, PUBLIC, msgspec.Meta(pattern=f"{PAST}|{SECONDS_AGO}")]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60
    wall: WallName = MAIN

    @property
    def named(self) -> tuple[str, ...]:
        """The cameras, each once."""
        return tuple(dict.fromkeys(self.cameras.split()))

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """They are there, and stand on that wall."""
        wall = require_wall(room, self.wall)
        shown = frozenset(wall.look.cameras.values())
        for camera in self.named:
            room.seat.videos.cameras.camera(camera)
            if camera not in shown:
                raise Refusal(message("videohand.play_where"))
        self._begin(room, ask.stamp)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """From that moment on, all of them."""
        begin = self._begin(room, stamp)
        past = stretch(begin, min(begin + self.minutes * MINUTE, stamp.at))
        room.seat.videos[self.wall].review(dict.fromkeys(self.named, past))
        return wall_changed(self.wall)

    def _begin(self, room: Room, stamp: Stamp) -> int:
        if self.at.endswith("s"):
            return stamp.at - max(1, int(self.at[1:-1])) * 1000
        return moment_of(self.at, room.seat.maps.names.zone, stamp.at)
