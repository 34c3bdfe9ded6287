"""Turn a camera to a direction that it remembers (预置位): audited, because others look through it
too."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import World
from app.core.privacy import PUBLIC
from app.live.camera_masking import may_unmask
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.presets import PRESETS, PresetOrder
from app.live.video_orders import CameraId


class GoToPreset(Command, verb="go-to-preset"):
    """`go-to-preset police-video:320812… preset=2`: by the platform's own number of it."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = frozenset({"video", "operate"})

    camera: CameraId
    preset: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$")]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera, its platform can; nothing leaves the room from a drill or a
        replay, and nothing comes out from under a mask."""
        videos = room.seat.videos
        videos.cameras.camera(self.camera)
        if ask.is_replay or room.picture.world in (World.DRILL, World.REPLAY):
            raise Refusal(message("videohand.no_turning"))
        powers = videos.replays.powers.get(self.camera.partition(":")[0])
        if powers is not None and not powers.presets:
            raise Refusal(message("videopast.no_presets"))
        if videos.masks.of(self.camera) and not may_unmask(room, ask.stamp):
            raise Refusal(message("videomask.turn"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows have it turned."""
        room.seat.videos.presets.append(PresetOrder(self.camera, self.preset))
        return ((Kind.SEAT, (PRESETS,)),)
