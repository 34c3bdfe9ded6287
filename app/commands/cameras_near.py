"""List the cameras that are nearest to a place."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.live.camera_orders import Count, PlaceWord, look_for, require_cameras, spot_of
from app.live.camera_search import NEAREST, By, CameraSearch
from app.live.command import Ask, Changes, Command, Room


class CamerasNear(Command, verb="cameras-near"):
    """`cameras-near 118.8,33.5 count=12`, `cameras-near event:a:1`: the nearest first, each with
    its distance and whether it looks there."""

    subject: ClassVar[str] = "place"
    is_navigation: ClassVar[bool] = True

    place: PlaceWord
    count: Count = NEAREST

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a place, and there are cameras."""
        require_cameras(room)
        spot_of(room, self.place)
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every list of cameras of this seat shows them."""
        lon, lat, about = spot_of(room, self.place)
        return look_for(room, CameraSearch(By.NEAR, lon, lat, self.count, about=about, at=stamp.at))
