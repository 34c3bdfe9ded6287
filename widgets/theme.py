"""Colours, type and measures of one seat, loaded once from `themes/*.toml`.

Painters take a `Theme` and nothing else decides how a thing looks. Lengths in a painter are in
desk pixels at 100 % and go through `Theme.px`; text sizes are named by `Role`.
The files and what every value is for: docs/howto-theme.md.
"""

import math
from collections.abc import Mapping
from importlib import resources
from string import Template
from typing import ClassVar

import msgspec
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from app.config import ConfigError, load_toml
from app.core.message import message
from app.core.model import Level
from app.core.privacy import Privacy
from widgets.fonts import CAP_RATIO, FALLBACK_FAMILIES, FAMILY, LINE_HEIGHT, Fonts, load_fonts
from widgets.paint.cache import Stamps
from widgets.paint.ledger import Ledger
from widgets.tokens import STILL, Motion, Palette, Role, Surface, ThemeFile

__all__ = [
    "CAP_RATIO",
    "REFERENCE_WALL",
    "Role",
    "Theme",
    "ThemeFile",
    "WallProfile",
    "desk_scale",
    "load_theme",
    "read_theme",
    "stylesheet",
    "theme_names",
]
DESK_UNIT = 4  # px at 100 %; the grid that painters are drawn on


class WallProfile(msgspec.Struct, frozen=True):
    """A wall as the eye meets it: pixel pitch in mm, furthest seat in m, Qt's device ratio.

    Seams (their middles, in logical px from the wall's left and top, `seam_px` wide) are where its
    panels meet; `has_edges` says that the eye sees them (bezels of LCD, not cabinets of LED).
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    pitch_mm: float = 1.25
    farthest_m: float = 10.0
    dpr: float = 1.0
    seams_x: tuple[float, ...] = ()
    seams_y: tuple[float, ...] = ()
    seam_px: float = 0.0
    has_edges: bool = False

    def px(self, arcmin: float) -> float:
        """Font size in logical px whose digits are `arcmin` high at the furthest seat."""
        height_mm = 2 * self.farthest_m * 1000 * math.tan(math.radians(arcmin / 120))
        return height_mm / self.pitch_mm / CAP_RATIO / self.dpr


REFERENCE_WALL = WallProfile()


def desk_scale(width: int, height: int) -> float:
    """How much larger a desk is drawn on a screen of this many logical px.

    Twice the pixels of 1920 x 1080 in both directions are twice as dense on the screens that
    desks have, so 3840 x 2160 gives 2. In between the work area grows and the type does not,
    until a further half step fits: 2560 x 1440 stays 1, 2880 x 1620 is 1.5.
    """
    return max(1.0, math.floor(2 * min(width / 1920, height / 1080)) / 2)


class Theme(msgspec.Struct, frozen=True, eq=False):
    """Everything a painter may ask about looks. Compared and hashed by identity."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    kind: str
    light: bool
    scale: float
    canvas: QColor
    panel: QColor
    raised: QColor
    overlay: QColor
    line1: QColor
    line2: QColor
    text1: QColor
    text2: QColor
    text3: QColor
    text4: QColor
    accent: QColor
    accent_ink: QColor
    ink: QColor
    ref: QColor
    band: QColor
    line_now: QColor
    ok: QColor
    pending: QColor
    warning: Mapping[Level, QColor]
    warning_text: Mapping[Level, QColor]
    freshness: Mapping[str, QColor]
    series: tuple[QColor, ...]
    sequential: tuple[QColor, ...]
    diverging: tuple[QColor, ...]
    heat: tuple[QColor, ...]
    sizes: Mapping[Role, int]
    floor_px: float  # nothing is written smaller
    gutter: float
    seam_clear: float
    radius: float
    stroke: float
    chart_now: float
    chart_ref: float
    motion: Motion
    reduced: bool
    fonts: Fonts
    stamps: Stamps
    ledger: Ledger

    def px(self, length: float) -> float:
        """A length of the desk's design (px at 100 %) on this seat."""
        return length * self.scale

    def font(self, role: Role, bold: bool = False) -> QFont:
        """The font of a role, not hinted, so that widths equal the design at each size."""
        return self.fonts.font(role, bold)

    def metrics(self, role: Role, bold: bool = False) -> QFontMetricsF:
        """Measures of that font."""
        return self.fonts.metrics(role, bold)

    def width(self, text: str, role: Role, bold: bool = False) -> float:
        """How far a text reaches, in px."""
        return self.fonts.width(text, role, bold)

    def size(self, role: Role) -> int:
        """Font size in px."""
        return self.sizes[role]

    def line(self, role: Role) -> float:
        """Height of a line of text in px."""
        return self.sizes[role] * LINE_HEIGHT

    def cap(self, role: Role) -> float:
        """Height of a digit in px."""
        return self.sizes[role] * CAP_RATIO


def theme_names() -> list[str]:
    """The themes there are files for."""
    folder = resources.files("themes")
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def read_theme(name: str) -> ThemeFile:
    """One file as it stands; raises ConfigError with file, line and key."""
    return load_toml(resources.files("themes") / f"{name}.toml", ThemeFile)


def load_theme(
    name: str,
    *,
    light: bool = False,
    scale: float = 1.0,
    wall: WallProfile = REFERENCE_WALL,
    reduced: bool = False,
) -> Theme:
    """The theme of a seat. `scale` counts for desk and cockpit, `wall` for the hall's themes.

    `light` is honoured where the theme has a light ground. Needs a QGuiApplication.
    """
    load_fonts()
    file = read_theme(name)
    palette = file.light if light and file.light else file.dark or file.light
    if palette is None:
        raise ConfigError(message("config.key", file=f"{name}.toml", line=1, key="dark", error=""))
    sizes, ratio = _sizes(file, scale, wall)
    floor, ledger = file.type.floor, Ledger()
    return Theme(
        name=name,
        kind=file.kind,
        light=palette is file.light,
        scale=file.space.unit / DESK_UNIT * ratio,
        **_colours(palette),
        sizes=sizes,
        floor_px=floor * scale if file.type.unit == "px" else wall.px(floor),
        gutter=file.space.gutter * ratio,
        seam_clear=file.space.seam_clear * ratio,
        radius=file.space.radius * ratio,
        stroke=max(1.0, file.space.stroke * ratio),
        chart_now=file.space.chart_now * ratio,
        chart_ref=max(1.0, file.space.chart_ref * ratio),
        motion=STILL if reduced else file.motion,
        reduced=reduced,
        fonts=Fonts(sizes),
        stamps=Stamps(ledger),
        ledger=ledger,
    )


def _sizes(file: ThemeFile, scale: float, wall: WallProfile) -> tuple[dict[Role, int], float]:
    """Font sizes in px, and the factor for all other lengths of the file."""
    if file.type.unit == "px":
        return {role: round(getattr(file.type, role) * scale) for role in Role}, scale
    sizes = {role: round(wall.px(getattr(file.type, role))) for role in Role}
    return sizes, wall.px(file.type.caption) / REFERENCE_WALL.px(file.type.caption)


def _colours(palette: Palette) -> dict[str, object]:
    plain = msgspec.structs.asdict
    found: dict[str, object] = {k: QColor(v) for k, v in plain(palette.surface).items()}
    for name in ("warning", "warning_text"):
        levels = plain(getattr(palette, name))
        found[name] = {Level(level): QColor(value) for level, value in levels.items()}
    found["freshness"] = {k: QColor(v) for k, v in plain(palette.freshness).items()}
    for name, values in plain(palette.data).items():
        found[name] = tuple(QColor(value) for value in values)
    return found


def stylesheet(theme: Theme) -> str:
    """QSS for the few real widgets (inputs, dialogs, scroll bars); painters never read it."""
    template = Template((resources.files("themes") / "base.qss").read_text(encoding="utf-8"))
    gaps: dict[str, str] = {
        name: value.name()
        for name in Surface.__struct_fields__
        if isinstance(value := getattr(theme, name), QColor)
    }
    lengths = {
        "radius": theme.radius,
        "stroke": theme.stroke,
        "pad": theme.px(8),
        "bar": theme.px(12),
        "half_bar": theme.px(7),
        "body_px": theme.size(Role.BODY),
        "caption_px": theme.size(Role.CAPTION),
    }
    gaps |= {name: str(round(length)) for name, length in lengths.items()}
    families = ", ".join(f'"{name}"' for name in (FAMILY, *FALLBACK_FAMILIES))
    return template.substitute(gaps, families=families)
