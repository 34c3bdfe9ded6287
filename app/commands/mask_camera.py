"""Cover a part of a camera's picture for everybody (隐私遮挡): audited; holds over restarts."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.camera_masking import DRAW, AreasText, areas_of, mask_changed, masked_with
from app.live.command import Ask, Changes, Command, Room
from app.live.video_orders import CameraId


class MaskCamera(Command, verb="mask-camera"):
    """`mask-camera police-video:320812… area='0.1,0.2 0.4,0.5'`: two corners of a rectangle or a
    polygon, in shares of the picture; `;` between several. They are added to those there are."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = DRAW

    camera: CameraId
    area: AreasText

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera, and the areas hide something."""
        videos = room.seat.videos
        videos.cameras.camera(self.camera)
        areas = videos.masks.drawn(self.camera) + areas_of(self.area)
        return (masked_with(self.camera, areas, ask.stamp),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Nobody sees it any more."""
        return mask_changed(room, effects)
