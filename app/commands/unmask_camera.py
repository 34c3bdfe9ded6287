"""Let everybody see what was covered of a camera: audited, for those who may see it themselves."""

from typing import Annotated, ClassVar

import msgspec

from app.core.camera_mask import MOST_AREAS
from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.camera_masking import UNMASK, mask_changed, masked_with
from app.live.command import Ask, Changes, Command, Room
from app.live.video_orders import CameraId


class UnmaskCamera(Command, verb="unmask-camera"):
    """`unmask-camera police-video:320812… [area=2]`: the second of those drawn here, or all. What
    the city's masks.toml covers stays covered."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = frozenset({UNMASK})

    camera: CameraId
    area: Annotated[int, msgspec.Meta(ge=0, le=MOST_AREAS)] = 0

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Something was drawn."""
        masks = room.seat.videos.masks
        drawn = masks.drawn(self.camera)
        if not drawn:
            fixed = "videomask.fixed" if masks.of(self.camera) else "videomask.none"
            raise Refusal(message(fixed))
        if self.area > len(drawn):
            raise Refusal(message("videomask.no_area", number=self.area, count=len(drawn)))
        left = tuple(
            one for number, one in enumerate(drawn, 1) if self.area and number != self.area
        )
        return (masked_with(self.camera, left, ask.stamp),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is seen again."""
        return mask_changed(room, effects)
