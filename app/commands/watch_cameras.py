"""Show several cameras at once: around an incident. Audited with every camera's id."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.camera_orders import free_cells
from app.live.command import Ask, Changes, Command, Room
from app.live.stage import MAIN
from app.live.video_layout import MAX_CELLS
from app.live.video_orders import VIEW, WallName, require_wall, wall_changed


class WatchCameras(Command, verb="watch-cameras"):
    """`watch-cameras 'police-video:1 police-video:2' [about=event:a:1 wall=…]`: into the cells that
    are free, then into the last that are not locked. A round of the wall ends."""

    subject: ClassVar[str] = "cameras"
    access: ClassVar[frozenset[str]] = VIEW

    cameras: Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=MAX_CELLS * 121)]
    about: Annotated[str, PUBLIC, msgspec.Meta(max_length=160)] = ""
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There are such cameras, and cells for all of them."""
        for camera in self._ids:
            room.seat.videos.cameras.camera(camera)
        cells = len(free_cells(require_wall(room, self.wall)))
        if len(self._ids) > cells:
            raise Refusal(message("videolist.too_few_cells", n=len(self._ids), cells=cells))
        return ()

    @property
    def _ids(self) -> list[str]:
        return list(dict.fromkeys(self.cameras.split()))

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """They stand there."""
        videos = room.seat.videos
        wall, ids = videos[self.wall], self._ids
        held = set(wall.look.cameras.values())
        fresh = [camera for camera in ids if camera not in held]
        keep = {cell for cell, camera in wall.look.cameras.items() if camera in ids}
        cells = [cell for cell in free_cells(wall) if cell not in keep][: len(fresh)]
        # The first that was named stands first on the wall.
        cameras = {**wall.look.cameras, **dict(zip(sorted(cells), fresh, strict=True))}
        for camera in reversed(ids):
            videos.look_at(camera)
            wall.play(camera, None)
        wall.change(msgspec.structs.replace(wall.look, cameras=cameras, round=None, enlarged=None))
        return wall_changed(self.wall)
