"""List the cameras in the area that is drawn on a map, or all of them again."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.camera_orders import look_for, require_cameras
from app.live.camera_search import By, CameraSearch
from app.live.command import Ask, Changes, Command, Room
from app.live.map_orders import MapName, require_map
from app.live.map_state import SHARED


class CamerasIn(Command, verb="cameras-in"):
    """`cameras-in` follows the circle, box, polygon or lasso of the shared map, `cameras-in wall-1`
    another's, as it is drawn anew."""

    subject: ClassVar[str] = "map"
    is_navigation: ClassVar[bool] = True

    map: MapName = SHARED

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """An area is drawn there, and there are cameras."""
        require_cameras(room)
        if require_map(room, self.map).area is None:
            raise Refusal(message("videolist.no_area"))
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Every list of cameras of this seat shows them."""
        return look_for(room, CameraSearch(By.AREA, map=self.map, at=stamp.at))
