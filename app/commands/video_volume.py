"""How loud the camera is that is heard."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Command, Room
from app.live.hub import Kind

VOLUME = "video-volume"


class VideoVolume(Command, verb="video-volume"):
    """`video-volume 40`: percent; 0 is silence, and the tile goes on being heard."""

    subject: ClassVar[str] = "percent"
    is_navigation: ClassVar[bool] = True

    percent: Annotated[int, msgspec.Meta(ge=0, le=100)]

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """At once."""
        room.seat.videos.volume = self.percent
        return ((Kind.SEAT, (VOLUME,)),)
