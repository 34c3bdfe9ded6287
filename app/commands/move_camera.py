"""Turn a camera (云台): audited once when it begins, because others look through it too."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import World
from app.live.camera_masking import may_unmask
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.turning import TURNS, TurnOrder, Way
from app.live.video_orders import CameraId


class MoveCamera(Command, verb="move-camera"):
    """`move-camera police-video:320812… way=left`: a short step; from a panel for as long as the
    key is held."""

    subject: ClassVar[str] = "camera"
    access: ClassVar[frozenset[str]] = frozenset({"video", "operate"})

    camera: CameraId
    way: Way

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a camera; nothing leaves the room from a drill or a replay."""
        room.seat.videos.cameras.camera(self.camera)
        if ask.is_replay or room.picture.world in (World.DRILL, World.REPLAY):
            raise Refusal(message("videohand.no_turning"))
        if room.seat.videos.masks.of(self.camera) and not may_unmask(room, ask.stamp):
            # What must not be seen would come out from under its mask.
            raise Refusal(message("videomask.turn"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows have it turned."""
        room.seat.turns.append(TurnOrder(self.camera, self.way))
        return ((Kind.SEAT, (TURNS,)),)
