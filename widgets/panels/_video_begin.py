"""What a scene begins a video wall with, where nobody chose any camera yet."""

from typing import Annotated

import msgspec

from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.live.seat import Seat
from app.live.video_layout import MAX_CELLS, LayoutError, Tracks
from app.live.video_plan import Cameras, Cells, RoundName, Seconds, WallPlan, key_at_fault
from app.live.video_wall import Look
from widgets.panels._base import PanelOptions
from widgets.panels._video import spread


class WallOptions(PanelOptions, frozen=True, forbid_unknown_fields=True):
    """`wall`: its name, else the window's. It begins with `count` cells; or with a `layout` (a
    count, `3x2`, the name of one that is kept, with its cameras and its round); or with `cells` on
    a `grid`. `cameras` by cell and a `round` with its `dwell` stand in them; without any, cameras
    at these `kinds` of places."""

    wall: str = ""
    count: Annotated[int, msgspec.Meta(ge=1, le=MAX_CELLS)] = 4
    kinds: tuple[str, ...] = ()
    layout: Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,60})?$")] = ""
    grid: tuple[Tracks, Tracks] | None = None
    cells: Cells = ()
    cameras: Cameras = ()
    round: RoundName = ""
    dwell: Seconds = 15

    def __post_init__(self) -> None:
        """Raises ValueError, with the key at fault as msgspec writes it."""
        if self.cells and self.grid is None:
            raise ValueError("cells stand on a grid = [columns, rows] - at `$.cells`")
        if self.grid is not None and self.layout:
            raise ValueError("either a layout or a grid - at `$.layout`")
        if self.grid is not None:
            try:
                self._plan(self.grid).divided()
            except LayoutError as error:
                raise ValueError(f"{error} - at `$.{key_at_fault(error)}`") from error

    def _plan(self, grid: tuple[int, int]) -> WallPlan:
        return WallPlan(grid, self.cells, self.cameras, self.round, self.dwell)

    @property
    def word(self) -> str:
        """What `video-layout` calls it; empty for cells of the scene's own."""
        return "" if self.grid is not None else self.layout or str(self.count)

    def first_look(self, seat: Seat, now: Ms) -> tuple[Look, Message | None]:
        """What the wall shows at first, and a sentence where the scene's layout is not to be had:
        then it is `count` cells."""
        said, look = None, Look(self.count)
        names, plans = seat.videos.cameras, seat.plans
        if self.grid is not None:
            look = self._plan(self.grid).look(names, now)
        else:
            try:
                look = plans.divided(look, self.word)
            except Refusal as refusal:
                said = refusal.reason
            if self.layout in plans.known:
                look = plans.known[self.layout].look(names, now)
            elif self.cameras[look.size :]:
                said = message("videolayout.cameras", n=len(self.cameras), count=look.size)
            elif self.cameras or self.round:
                found = self._plan((1, look.size)).look(names, now)
                look = msgspec.structs.replace(look, cameras=found.cameras, round=found.round)
        if not look.cameras and look.round is None:
            cameras = spread(names, self.kinds, look.size)
            look = msgspec.structs.replace(look, cameras=cameras)
        return look, said


def lighter(seat: Seat, wall: str, look: Look, word: str) -> tuple[Look, Message] | None:
    """A look with fewer cells where this machine cannot show all pictures moving, with what is
    said of it; None where it can, where nothing is known yet, or where fewer do not help."""
    cost = seat.plans.cost(wall, look)
    if cost is None or not cost.keys:
        return None
    fewer = seat.plans.fewer(wall, look)
    if not fewer:
        return None
    again = f"video-layout {word} anyway=true wall={wall}" if word else ""
    said = message(
        "videolayout.begun", n=look.size, fewer=fewer, keys=cost.keys, again=again,
        used=f"{cost.used:.1f}", allowed=f"{cost.allowed:.1f}",
    )  # fmt: skip
    return seat.plans.divided(look, str(fewer)), said
