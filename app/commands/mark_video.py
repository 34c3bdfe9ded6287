"""Write who looks over the pictures of cameras (用户水印), or no longer: audited."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.presentation import Switch
from app.live.video_mark import MARK
from app.live.video_orders import VIEW


class MarkVideo(Command, verb="mark-video"):
    """`mark-video on`, `mark-video off`: of this seat and its walls until the program ends. What
    the city's video.toml asks for stays on."""

    subject: ClassVar[str] = "state"
    access: ClassVar[frozenset[str]] = VIEW

    state: Switch

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The seat may be without it."""
        seat = room.seat
        if self.state is Switch.OFF and seat.videos.mark.required(seat.kind):
            raise Refusal(message("videomask.mark_required"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows draw it, or do not."""
        room.seat.videos.mark.on = self.state is Switch.ON
        return ((Kind.SEAT, (MARK,)),)
