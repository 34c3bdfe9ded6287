"""What the commands that save a picture or a clip share: a reason, then an order."""

from typing import Annotated

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import World
from app.live.camera_masking import may_unmask
from app.live.command import Ask, Changes, Room
from app.live.footage import FOOTAGE, FootageForm, FootageOrder
from app.live.hub import Kind
from app.live.video_mark import mark_text

SAVE = frozenset({"video", "operate", "approve"})
"""Who may take pictures out of the house."""
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


def require_reason(room: Room, ask: Ask, camera: str, reason: str) -> tuple[Effect, ...]:
    """There is such a camera, and somebody said why; raises Refusal."""
    room.seat.videos.cameras.camera(camera)
    if not reason.strip():
        raise Refusal(message("videohand.ask.reason_missing"))
    if ask.is_replay or room.picture.world is World.REPLAY:
        raise Refusal(message("videohand.replay"))
    return ()


def order_of(
    room: Room, stamp: Stamp, camera: str, form: FootageForm, reason: str, seconds: int = 0
) -> FootageOrder:
    """What is to be made; with who looks, where the seat marks its pictures."""
    seat = room.seat
    worn = seat.videos.mark.worn(seat.kind)
    text = mark_text(stamp.person, stamp.seat, stamp.at, seat.maps.names.zone) if worn else ""
    unmasked = may_unmask(room, stamp)
    return FootageOrder(stamp, camera, form, reason, seconds, unmasked, text)


def ordered(room: Room, order: FootageOrder) -> Changes:
    """The windows have it made."""
    room.seat.footage.append(order)
    return ((Kind.SEAT, (FOOTAGE,)),)
