"""Keep a camera at hand no longer."""

from typing import ClassVar

from app.core.decision import Effect, KeptCamera, Stamp
from app.core.message import Refusal, message
from app.live.camera_offers import PREFIX
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.video_orders import VIEW, CameraId


class DropCamera(Command, verb="drop-camera"):
    """`drop-camera police-video:320812…`."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = VIEW

    camera: CameraId

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """It is kept; it need not be in any list any more."""
        stamp = ask.stamp
        if self.camera not in room.seat.videos.kept:
            raise Refusal(message("videolist.not_kept", camera=self.camera[:80]))
        dropped = KeptCamera(self.camera, room.seat.id, stamp.at, stamp.person, stamp.role, True)
        return (dropped,)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The list is without it."""
        room.seat.videos.keep(effects)
        return ((Kind.SEAT, (f"{PREFIX}kept",)),)
