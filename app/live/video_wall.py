"""What the video walls of a seat show: cells with cameras, a layout, a round.

Read it; only commands write it. A change is published as `Kind.SEAT` with the key `video/<name>`.
A wall is named by the panel that shows it; the windows that follow the same name show the same.
"""

from typing import Annotated, ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy

PREFIX = "video/"
MAX_CELLS = 64
REMEMBERED = 20
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Cell(msgspec.Struct, frozen=True):
    """A place on a wall, in shares of its size."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    x: Part
    y: Part
    width: Part
    height: Part


class Round(msgspec.Struct, frozen=True):
    """轮巡: cameras that take turns in the free cells. `trouble` lets a camera in trouble come
    first. `at` is the first of those shown, `since` when they came."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    cameras: tuple[str, ...]
    dwell_ms: Ms = 15_000
    trouble: bool = True
    at: int = 0
    since: Ms = 0


class Look(msgspec.Struct, frozen=True):
    """All of what a wall shows, so that it can be gone back to. `count` cells of a plain grid, or
    `cells` by hand; `cameras` by the cell's number from 0."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    count: int = 4
    cells: tuple[Cell, ...] = ()
    cameras: dict[int, str] = {}
    enlarged: int | None = None
    round: Round | None = None


class VideoWall:
    """One wall; `locked` are cells that neither a round nor `send-to-wall` may take."""

    def __init__(self, look: Look | None = None) -> None:
        self.look = look or Look()
        self.locked: set[int] = set()
        self.sound: int | None = None  # the cell that is heard
        self._before: list[Look] = []

    def change(self, look: Look) -> None:
        """Show something else, and remember what stood before."""
        self._before = [*self._before, self.look][-REMEMBERED:]
        self.look = look

    def undo(self) -> bool:
        """Show again what stood before; False where nothing did."""
        if not self._before:
            return False
        self.look = self._before.pop()
        return True


class VideoWalls:
    """The walls of a seat by name; a name that is new begins empty."""

    def __init__(self) -> None:
        self._walls: dict[str, VideoWall] = {}

    def __getitem__(self, name: str) -> VideoWall:
        return self._walls.setdefault(name, VideoWall())

    def names(self) -> list[str]:
        """Those that there are."""
        return list(self._walls)


def video_key(name: str) -> str:
    """What the hub is told when a wall changed."""
    return f"{PREFIX}{name}"
