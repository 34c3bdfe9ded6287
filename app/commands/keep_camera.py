"""Keep a camera at hand (常用)."""

from typing import ClassVar

from app.core.decision import Effect, KeptCamera, Stamp
from app.core.message import Refusal, message
from app.live.camera_offers import PREFIX
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.video_orders import VIEW, CameraId

MOST = 500


class KeepCamera(Command, verb="keep-camera"):
    """`keep-camera police-video:320812…`; of this seat, over restarts."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = VIEW

    camera: CameraId

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera, and the list can still be read."""
        videos, stamp = room.seat.videos, ask.stamp
        videos.cameras.camera(self.camera)
        if len(videos.kept) >= MOST:
            raise Refusal(message("videolist.too_many_kept", most=MOST))
        return (KeptCamera(self.camera, room.seat.id, stamp.at, stamp.person, stamp.role),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The list has it."""
        room.seat.videos.keep(effects)
        return ((Kind.SEAT, (f"{PREFIX}kept",)),)
