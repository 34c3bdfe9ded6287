"""`wall.toml`: what a hall's wall is made of, so that type is large enough and nothing is cut.

Found by `--wall-profile`, else in the data folder, else beside the city; without one the wall is
the reference of LANGUAGE.md (P1.25, furthest seat 10 m, no seams known).
"""

from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from app.city import City
from app.config import ConfigError, locate, parse_toml
from app.core.message import message
from app.core.privacy import Privacy
from widgets.theme import REFERENCE_WALL, WallProfile

FILE = "wall.toml"
Pixels = Annotated[int, msgspec.Meta(gt=0, le=65_536)]


class WallKind(StrEnum):
    """What the wall is built of."""

    LED = "led"  # cabinets without a visible edge
    LCD = "lcd"  # panels with a bezel each


class WallFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. Lengths are device pixels from the left and top edge unless they say mm or m.

    Seams are a grid of panels, or lists of their middles. `seam_px` is how wide one is, in pixels
    of the wall (a bezel of 1.75 mm at 0.5 mm pitch hides none, but the eye sees 4).
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    width: Pixels
    height: Pixels
    pitch_mm: Annotated[float, msgspec.Meta(gt=0, le=20)]
    farthest_m: Annotated[float, msgspec.Meta(gt=0, le=200)]
    kind: WallKind = WallKind.LED
    dpr: Annotated[float, msgspec.Meta(ge=1, le=4)] = 1.0
    panel_width: Pixels | None = None
    panel_height: Pixels | None = None
    seams_x: tuple[float, ...] = ()
    seams_y: tuple[float, ...] = ()
    seam_px: Annotated[float, msgspec.Meta(ge=0, le=200)] = 0.0


def read_profile(path: Path | None, data: Path, city: City) -> WallProfile:
    """The wall of this machine; raises ConfigError with file, line and key."""
    if path is None and (data / FILE).is_file():
        path = data / FILE
    if path is not None:
        return parse_profile(path.read_text(encoding="utf-8"), path.name)
    beside = resources.files("assets") / "cities" / city.name / FILE
    if beside.is_file():
        return parse_profile(beside.read_text(encoding="utf-8"), FILE)
    return REFERENCE_WALL


def parse_profile(text: str, file: str) -> WallProfile:
    """The wall of a file's text; raises ConfigError with file, line and key."""
    wall = parse_toml(text, WallFile, file)
    _check(wall, text, file)
    across = wall.seams_x or _grid(wall.width, wall.panel_width)
    down = wall.seams_y or _grid(wall.height, wall.panel_height)
    return WallProfile(
        pitch_mm=wall.pitch_mm,
        farthest_m=wall.farthest_m,
        dpr=wall.dpr,
        seams_x=tuple(at / wall.dpr for at in across),
        seams_y=tuple(at / wall.dpr for at in down),
        seam_px=wall.seam_px / wall.dpr,
        has_edges=wall.kind is WallKind.LCD,
    )


def _check(wall: WallFile, text: str, file: str) -> None:
    def wrong(key: str, reason: str) -> ConfigError:
        line = locate(text, key)
        return ConfigError(message("config.key", file=file, line=line, key=key, error=reason))

    sides = (
        ("x", wall.width, "panel_width", wall.panel_width, wall.seams_x),
        ("y", wall.height, "panel_height", wall.panel_height, wall.seams_y),
    )
    for axis, length, key, panel, seams in sides:
        if panel is not None and seams:
            raise wrong(f"seams_{axis}", f"either {key} or a list of seams")
        if panel is not None and length % panel:
            raise wrong(key, f"{length} is no multiple of {panel}")
        if list(seams) != sorted(set(seams)) or any(not 0 < at < length for at in seams):
            raise wrong(f"seams_{axis}", f"rising positions between 0 and {length}")


def _grid(length: int, panel: int | None) -> tuple[float, ...]:
    return tuple(float(at) for at in range(panel, length, panel)) if panel else ()
