"""Save the last seconds of a camera as a film: audited, with the reason, because it is evidence."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.camera_masking import may_unmask
from app.live.command import Ask, Changes, Command, Room
from app.live.footage import MOST_SECONDS, FootageForm
from app.live.footage_orders import SAVE, Reason, order_of, ordered, require_reason
from app.live.video_orders import CameraId


class SaveClip(Command, verb="save-clip"):
    """`save-clip police-video:320812… reason=涵洞积水取证`: from 30 s before to now, as it came."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = SAVE

    camera: CameraId
    reason: Reason
    seconds: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS)] = MOST_SECONDS

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera, and a reason; a clip shows all that the camera sent."""
        masked = room.seat.videos.masks.of(self.camera)
        if masked and not may_unmask(room, ask.stamp):
            raise Refusal(message("videomask.clip"))
        return require_reason(room, ask, self.camera, self.reason)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows have the file made."""
        form = FootageForm.CLIP
        order = order_of(room, stamp, self.camera, form, self.reason, self.seconds)
        return ordered(room, order)
