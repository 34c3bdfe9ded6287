"""Save what a camera shows now as a picture: audited, with the reason, because it is evidence."""

from enum import StrEnum
from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.command import Ask, Changes, Command, Room
from app.live.footage import FootageForm
from app.live.footage_orders import SAVE, Reason, order_of, ordered, require_reason
from app.live.video_orders import CameraId


class PictureForm(StrEnum):
    """As what a picture leaves."""

    JPEG = "jpg"
    PNG = "png"


class SaveSnapshot(Command, verb="save-snapshot"):
    """`save-snapshot police-video:320812… reason=涵洞积水取证 [form=png]`, in the camera's size."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = SAVE

    camera: CameraId
    reason: Reason
    form: PictureForm = PictureForm.JPEG

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera, and a reason."""
        return require_reason(room, ask, self.camera, self.reason)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows have the file made."""
        form = FootageForm(self.form.value)
        return ordered(room, order_of(room, stamp, self.camera, form, self.reason))
