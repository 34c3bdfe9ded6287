"""Cameras that are looked for by place, on the map: where, which were found, how many.

Every map of a window that takes orders shows what its seat looks for, and nothing once it ends; a
wall that only shows does not. What stands on the map is what the lists show, by the same search.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from app.core import wording
from app.core.camera_view import facing, opening
from app.core.directory import Camera
from app.gis.frames import encode_json
from app.live.camera_ground import Near
from app.live.camera_search import By, CameraSearch
from app.live.map_state import MapArea
from widgets.context import Context
from widgets.panels._camera_places import CameraPlaces, metres_text

DIGITS = 6  # of a degree: a decimetre
VEILED = ("event:", "warning:")
"""What stands elsewhere on the maps of visitors (`app.live.visit`): its true place is not drawn."""


def sought_words(
    search: CameraSearch,
    area: MapArea | None,
    found: Near,
    cameras: list[Camera],
    caption: str,
    *,
    marked: bool = False,
) -> dict[str, Any]:
    """What the page draws (`assets/web/map/sought.js`): around a place the circle as far as the
    farthest, or as one looks, else the area; WGS-84 degrees, metres. `cameras` are those that were
    found; `marked`: the area stands on this map already."""
    reach = float(search.reach_m) if search.by is By.FACING else max(found.metres, default=0.0)
    is_area = search.by is By.AREA
    fans = []
    if search.by is By.FACING:
        fans = [_fan(camera, reach) for camera in cameras]
    return {
        "caption": caption,
        "circle": None if is_area else [search.lon, search.lat, reach],
        "area": area if is_area else None,
        "marked": marked,
        "fans": [fan for fan in fans if fan is not None],
        "found": [[round(one.lon, DIGITS), round(one.lat, DIGITS)] for one in cameras],
    }


def _fan(camera: Camera, reach_m: float) -> list[float] | None:
    heading, angle = facing(camera), opening(camera)
    if heading is None or angle is None:
        return None
    return [round(camera.lon, DIGITS), round(camera.lat, DIGITS), heading, angle, reach_m]


class SoughtOnMap:
    """Of one map panel: `follow` at every refresh; `send` takes a frame for its page, `map_name`
    says which map that shows."""

    def __init__(
        self,
        context: Context,
        ask: Callable[[Coroutine[Any, Any, None]], object],
        send: Callable[[bytes], object],
        map_name: Callable[[], str],
    ) -> None:
        self._context, self._send, self._map = context, send, map_name
        self.places = CameraPlaces(context, ask, self._tell)
        self._told: dict[str, Any] = {"caption": ""}

    @property
    def words(self) -> str:
        """What is looked for, and how many were found; empty where nothing is."""
        return str(self._told["caption"])

    def follow(self) -> None:
        """Look for what the seat looks for; take away what it does not look for any more."""
        self.places.follow(self._context.spine.seat.videos.cameras, "")
        if self._context.spine.seat.videos.search is None:
            self._tell()

    def _tell(self) -> None:
        told = self._words()
        if told != self._told:
            self._told = told
            self._send(encode_json("sought", told))

    def _words(self) -> dict[str, Any]:
        search, area, found = self.places.search, self.places.area, self.places.found
        nothing: dict[str, Any] = {"caption": ""}
        if search is None or (search.by is By.AREA and area is None):
            return nothing
        if self._context.veil is not None and search.about.startswith(VEILED):
            return nothing
        known = self._context.spine.seat.videos.cameras.cameras
        cameras = [known[id_] for id_ in found.ids if id_ in known]
        marked = search.by is By.AREA and search.map == self._map()
        return sought_words(
            search, area, found, cameras, self._caption(search, found), marked=marked
        )

    def _caption(self, search: CameraSearch, found: Near) -> str:
        """How many; where, the map shows."""
        say, number = self._context.text, wording.number(len(found.ids))
        words = [say(f"videolist.sought.{search.by.value}", n=number)]
        if search.by is By.NEAR and found.metres:
            words.append(say("videolist.farthest", far=metres_text(max(found.metres))))
        if told := self.places.untold():
            words.append(told)
        return say("panels.comma").join(words)
