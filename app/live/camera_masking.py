"""What the commands that draw and lift masks share: who may, which areas are meant."""

from typing import Annotated

import msgspec

from app.core.camera_mask import MOST_AREAS, MOST_TEXT, Areas, areas_text, read_areas
from app.core.decision import CameraMask, Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Changes, Room
from app.live.hub import Kind

DRAW = frozenset({"video", "operate", "ops", "unmask"})
"""Who may cover something: more is hidden, nothing is shown."""
UNMASK = "unmask"
"""The right to see what others may not, and to let it be seen."""
AreasText = Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=MOST_TEXT)]


def may_unmask(room: Room, stamp: Stamp) -> bool:
    """Whether a person may see what others may not."""
    role = room.people.roles.get(stamp.role)
    return role is not None and UNMASK in role.rights


def areas_of(text: str) -> Areas:
    """The areas that were drawn; raises Refusal."""
    try:
        return read_areas(text)
    except ValueError as error:
        raise Refusal(message("videomask.area", text=text[:60])) from error


def masked_with(camera: str, areas: Areas, stamp: Stamp, *, back: bool = False) -> CameraMask:
    """The row by which these areas hold; raises Refusal for too many."""
    text = areas_text(areas)
    if len(areas) > MOST_AREAS or len(text) > MOST_TEXT:
        raise Refusal(message("videomask.too_many", most=MOST_AREAS))
    return CameraMask(camera, text, stamp.at, stamp.person, stamp.role, back)


def mask_changed(room: Room, effects: tuple[Effect, ...]) -> Changes:
    """The workers cover it, the windows draw its outline."""
    return ((Kind.SEAT, room.seat.videos.masks.take(effects)),)
