"""Let cameras that are reviewed together show again what they send now."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_orders import VIEW, WallName, require_wall, wall_changed


class EndReview(Command, verb="end-review"):
    """`end-review`, `end-review wall-1`."""

    subject: ClassVar[str] = "wall"
    access: ClassVar[frozenset[str]] = VIEW

    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Cameras are reviewed there."""
        if not require_wall(room, self.wall).look.review:
            raise Refusal(message("videopast.no_review"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Live."""
        room.seat.videos[self.wall].review({})
        return wall_changed(self.wall)
