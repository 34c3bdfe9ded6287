"""What the commands that look for cameras by place share."""

import re
from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.camera_search import MOST, SEARCH_KEY, CameraSearch
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.map_orders import place_of
from app.live.map_state import SHARED
from app.live.video_wall import VideoWall

PlaceWord = Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=160)]
"""`118.8,33.5` (longitude first, WGS-84 degrees), or the key of a thing with a place."""
Count = Annotated[int, msgspec.Meta(ge=1, le=MOST)]
Reach = Annotated[int, msgspec.Meta(ge=1, le=5000)]
_CORNER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9})?,-?[0-9]{1,3}(\.[0-9]{1,9})?")


def spot_of(room: Room, word: str) -> tuple[float, float, str]:
    """Longitude, latitude, and the key of what stands there; raises Refusal."""
    camera = room.seat.videos.cameras.cameras.get(word.removeprefix("camera:"))
    if camera is not None and word.startswith("camera:") and (camera.lon or camera.lat):
        return camera.lon, camera.lat, word
    if not _CORNER.fullmatch(word):
        place, _ = place_of(room, word, 0.0, SHARED)
        return place.lon, place.lat, word
    lon, lat = map(float, word.split(","))
    if abs(lon) > 180 or abs(lat) > 90:
        raise Refusal(message("mapwords.not_on_earth", to=word))
    return lon, lat, ""


def require_cameras(room: Room) -> None:
    """Raises Refusal where the seat knows no cameras."""
    if not room.seat.videos.cameras.cameras:
        raise Refusal(message("videolist.no_cameras"))


def look_for(room: Room, search: CameraSearch | None) -> Changes:
    """Lists of cameras show this from now on; None: all by their groups."""
    room.seat.videos.search = search
    return ((Kind.SEAT, (SEARCH_KEY,)),)


def free_cells(wall: VideoWall) -> list[int]:
    """The cells that several cameras may take: empty ones first, then the last that show one."""
    taken, cells = wall.look.cameras, wall.taking_turns
    empty = [cell for cell in cells if cell not in taken]
    return empty + [cell for cell in reversed(cells) if cell in taken]


class PlaceCommand(Command):
    """The base of the commands that list the cameras of a place."""

    subject: ClassVar[str] = "place"
    is_navigation: ClassVar[bool] = True

    place: PlaceWord

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a place, and there are cameras."""
        require_cameras(room)
        spot_of(room, self.place)
        return ()
