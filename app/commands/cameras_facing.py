"""List the cameras that look at a place."""

from app.core.decision import Effect, Stamp
from app.live.camera_orders import PlaceCommand, Reach, look_for, spot_of
from app.live.camera_search import FACING_REACH_M, MOST, By, CameraSearch
from app.live.command import Changes, Room


class CamerasFacing(PlaceCommand, verb="cameras-facing"):
    """`cameras-facing 118.8,33.5 reach=100`, `cameras-facing event:a:1`: by direction and angle;
    houses are not known, and of cameras without a known direction so many are told."""

    reach: Reach = FACING_REACH_M

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every list of cameras of this seat shows them."""
        lon, lat, about = spot_of(room, self.place)
        search = CameraSearch(By.FACING, lon, lat, MOST, self.reach, about=about, at=stamp.at)
        return look_for(room, search)
