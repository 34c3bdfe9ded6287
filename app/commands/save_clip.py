"""Save the last seconds of a camera as a film: audited, with the reason, because it is evidence."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.footage import MOST_SECONDS, FootageForm, FootageOrder
from app.live.footage_orders import SAVE, Reason, ordered, require_reason
from app.live.video_orders import CameraId


class SaveClip(Command, verb="save-clip"):
    """`save-clip police-video:320812… reason=涵洞积水取证`: from 30 s before to now, as it came."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = SAVE

    camera: CameraId
    reason: Reason
    seconds: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS)] = MOST_SECONDS

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera, and a reason."""
        return require_reason(room, ask, self.camera, self.reason)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows have the file made."""
        form = FootageForm.CLIP
        return ordered(room, FootageOrder(stamp, self.camera, form, self.reason, self.seconds))
