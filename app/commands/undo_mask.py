"""Take the last change of a camera's mask back: audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.camera_masking import DRAW, mask_changed, masked_with, may_unmask
from app.live.command import Ask, Changes, Command, Room
from app.live.video_orders import CameraId


class UndoMask(Command, verb="undo-mask"):
    """`undo-mask police-video:320812…`: one's own last change, or anybody's with the right to see
    what is covered."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = DRAW

    camera: CameraId

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is a change, and it was this person's."""
        masks, stamp = room.seat.videos.masks, ask.stamp
        last = masks.last(self.camera)
        if last is None:
            raise Refusal(message("videomask.no_undo"))
        if last.person != stamp.person and not may_unmask(room, stamp):
            raise Refusal(message("videomask.undo_other"))
        return (masked_with(self.camera, masks.before(self.camera), stamp, back=True),)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """It is as it was before."""
        return mask_changed(room, effects)
