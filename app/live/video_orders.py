"""What the commands of a video wall share: which wall and cell is meant, what is said after."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect
from app.core.message import Refusal, message
from app.core.privacy import PUBLIC
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind
from app.live.stage import MAIN
from app.live.video_layout import MAX_CELLS, Change
from app.live.video_wall import Look, VideoWall, video_key

WallName = Annotated[str, PUBLIC, msgspec.Meta(max_length=60)]
"""A wall by its name, which is its window's, or one that a panel gave itself."""
CameraId = Annotated[str, PUBLIC, msgspec.Meta(min_length=1, max_length=120)]
CellNumber = Annotated[int, msgspec.Meta(ge=0, le=MAX_CELLS)]
"""As it is counted on the screen, from 1; 0: the next that is free."""
LayoutName = Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
"""A layout that is kept; it begins with a letter, so that it is no count."""
VIEW = frozenset({"view", "video", "wall", "operate", "ops", "approve"})
"""Who may see a camera's picture; every call of one is audited."""


def require_wall(room: Room, name: str) -> VideoWall:
    """The wall of a name; raises Refusal where no window and no panel has it."""
    videos, stage = room.seat.videos, room.seat.stage
    if name not in videos.names() and name not in stage.windows:
        known = " ".join(dict.fromkeys([*videos.names(), *stage.walls])) or "-"
        raise Refusal(message("videowall.no_wall", name=name[:60], known=known))
    return videos[name or MAIN]


def require_cell(wall: VideoWall, number: int) -> int:
    """A cell from 0 by its number on the screen; raises Refusal where there is none of it."""
    if not 1 <= number <= wall.look.size:
        raise Refusal(message("videowall.no_cell", number=number, count=wall.look.size))
    return number - 1


def open_cell(wall: VideoWall, number: int) -> int:
    """A cell that nobody locked, likewise; raises Refusal."""
    cell = require_cell(wall, number)
    if cell in wall.locked:
        raise Refusal(message("videowall.locked", number=number))
    return cell


def free_cell(wall: VideoWall, number: int) -> int:
    """The cell that a camera is put into: the one that was named, else the first empty one, else
    the last that is not locked; raises Refusal."""
    if number:
        return open_cell(wall, number)
    open_cells = [cell for cell in range(wall.look.size) if cell not in wall.locked]
    if not open_cells:
        raise Refusal(message("videowall.all_locked"))
    empty = [cell for cell in open_cells if cell not in wall.look.cameras]
    return empty[0] if empty else open_cells[-1]


def put(wall: VideoWall, cell: int, camera: str) -> None:
    """Let a cell show a camera, as it is now."""
    wall.play(camera, None)
    cameras = {**wall.look.cameras, cell: camera}
    wall.change(msgspec.structs.replace(wall.look, cameras=cameras))


def relaid(wall: VideoWall, look: Look, change: Change) -> None:
    """Let the cameras of a look stand in the cells of another layout; those of cells that are no
    more go, until somebody takes the change back."""
    cameras = {new: look.cameras[old] for new, old in change.ways.items() if old in look.cameras}
    made = change.layout
    look = msgspec.structs.replace(
        look, count=len(made.cells), layout=made, cameras=cameras, enlarged=None
    )
    wall.change(look, change.ways)


def wall_changed(name: str) -> Changes:
    """This wall shows something else now."""
    return ((Kind.SEAT, (video_key(name or MAIN),)),)


class CellCommand(Command):
    """The base of the commands that change what stands in one cell of a wall."""

    subject: ClassVar[str] = "cell"
    is_navigation: ClassVar[bool] = True

    cell: CellNumber
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There is such a cell."""
        self.check(require_wall(room, self.wall))
        return ()

    def check(self, wall: VideoWall) -> None:
        """Raises Refusal where the wall has no such cell."""
        require_cell(wall, self.cell)


class CellPairCommand(Command):
    """The base of the commands that change what stands in two cells of a wall."""

    subject: ClassVar[str] = "cell"
    is_navigation: ClassVar[bool] = True

    cell: CellNumber
    to: CellNumber
    wall: WallName = MAIN

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """There are both."""
        self.check(require_wall(room, self.wall))
        return ()

    def check(self, wall: VideoWall) -> None:
        """Raises Refusal where the wall has not both cells, or somebody locked one."""
        for number in (self.cell, self.to):
            open_cell(wall, number)
