"""List the cameras that are nearest to a place."""

from app.core.decision import Effect, Stamp
from app.live.camera_orders import Count, PlaceCommand, look_for, spot_of
from app.live.camera_search import NEAREST, By, CameraSearch
from app.live.command import Changes, Room


class CamerasNear(PlaceCommand, verb="cameras-near"):
    """`cameras-near 118.8,33.5 count=12`, `cameras-near event:a:1`: the nearest first, each with
    its distance and whether it looks there."""

    count: Count = NEAREST

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every list of cameras of this seat shows them."""
        lon, lat, about = spot_of(room, self.place)
        return look_for(room, CameraSearch(By.NEAR, lon, lat, self.count, about=about, at=stamp.at))
