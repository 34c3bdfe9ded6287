"""A layout with a name: how a wall is divided, which camera stands where, which round runs.

grid = [4, 4]                                  # columns, rows
cells = [[0, 0, 3, 3], [3, 0], [3, 1]]         # column, row, columns, rows; all of 1 x 1 without
cameras = ["police-video:3208…", "", "…"]      # by cell; "" stays empty
round = "kind:underpass"                       # a group that takes turns in what is left
dwell = 15                                     # seconds
"""

import json
import re
from typing import Annotated, ClassVar

import msgspec

from app.config import ConfigError, locate, parse_toml
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.video_layout import MAX_CELLS, Layout, LayoutError, Span, Tracks, grid, layout
from app.live.video_names import CameraNames
from app.live.video_wall import Look, Round, VideoWall

Name = Annotated[str, msgspec.Meta(max_length=120)]
Cells = Annotated[tuple[Span, ...], msgspec.Meta(max_length=MAX_CELLS)]
Cameras = Annotated[tuple[Name, ...], msgspec.Meta(max_length=MAX_CELLS)]
Seconds = Annotated[int, msgspec.Meta(ge=3, le=3600)]
RoundName = Annotated[str, msgspec.Meta(max_length=80)]


class WallPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file says; `divided` checks it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    grid: tuple[Tracks, Tracks]
    cells: Cells = ()
    cameras: Cameras = ()
    round: RoundName = ""
    dwell: Seconds = 15
    trouble: bool = True

    def divided(self) -> Layout:
        """Its layout; raises LayoutError."""
        made = layout(*self.grid, self.cells) if self.cells else grid(*self.grid)
        if len(self.cameras) > len(made.cells):
            raise LayoutError(-1, f"{len(self.cameras)} cameras for {len(made.cells)} cells")
        return made

    def look(self, names: CameraNames, now: Ms) -> Look:
        """What a wall shows by it, as far as there are such cameras and such a group."""
        found = {cell: id_ for cell, id_ in enumerate(self.cameras) if id_ in names.cameras}
        group = names.groups.get(self.round)
        tour = None
        if group is not None:
            tour = Round(self.round, group.cameras, self.dwell * 1000, self.trouble, since=now)
        made = self.divided()
        return Look(len(made.cells), made, found, round=tour)


def key_at_fault(error: LayoutError) -> str:
    """Which key of a plan a fault lies in."""
    if error.cell >= 0:
        return f"cells[{error.cell}]"
    return "cameras" if "cameras" in str(error) else "grid"


def parse_plan(text: str, file: str) -> WallPlan:
    """Check the text of a layout; raises ConfigError with file, line and key."""
    plan = parse_toml(text, WallPlan, file)
    try:
        plan.divided()
    except LayoutError as error:
        key = key_at_fault(error)
        line = locate(text, key) + _lines_to(text, error.cell)
        raise ConfigError(
            message("config.key", file=file, line=line, key=key, error=str(error))
        ) from error
    return plan


def _lines_to(text: str, cell: int) -> int:
    """How many lines below the first one of `cells` a cell stands."""
    if cell < 0:
        return 0
    begin = re.search(r"^\s*cells\s*=\s*\[", text, re.MULTILINE)
    rest = text[begin.start() :].lstrip() if begin else ""
    starts = [found.start(1) for found in re.finditer(r"[\[,]\s*(\[)", rest)]
    return rest[: starts[cell]].count("\n") if cell < len(starts) else 0


def plan_of(wall: VideoWall) -> WallPlan:
    """What a wall shows, to be kept; without the cameras that a round put there."""
    look, made, tour = wall.look, wall.layout, wall.look.round
    held = range(len(made.cells)) if tour is None else sorted(wall.locked)
    cameras = [look.cameras.get(cell, "") if cell in held else "" for cell in range(look.size)]
    while cameras and not cameras[-1]:
        cameras.pop()
    plan = WallPlan((made.columns, made.rows), made.cells, tuple(cameras))
    if tour is not None:
        seconds = max(3, min(3600, round(tour.dwell_ms / 1000)))
        plan = msgspec.structs.replace(plan, round=tour.name, dwell=seconds, trouble=tour.trouble)
    return plan


def plan_text(plan: WallPlan) -> str:
    """The plan as TOML; `parse_plan` gives the same again."""
    cells = ",\n".join(
        f"  [{cell.column}, {cell.row}, {cell.columns}, {cell.rows}]" for cell in plan.cells
    )
    lines = [f"grid = [{plan.grid[0]}, {plan.grid[1]}]"]
    if plan.cells:
        lines.append(f"cells = [\n{cells},\n]")
    if plan.cameras:
        names = ",\n".join(f"  {_quoted(name)}" for name in plan.cameras)
        lines.append(f"cameras = [\n{names},\n]")
    if plan.round:
        lines += [f"round = {_quoted(plan.round)}", f"dwell = {plan.dwell}"]
        lines += [] if plan.trouble else ["trouble = false"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, with the one character that TOML forbids and JSON allows."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
