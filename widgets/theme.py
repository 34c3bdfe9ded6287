"""Colours, type and measures of one seat, loaded once from `themes/*.toml`.

Painters take a `Theme` and nothing else decides how a thing looks. Lengths in a painter are in
desk pixels at 100 % and go through `Theme.px`; text sizes are named by `Role`.
The files and what every value is for: docs/howto-theme.md.
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from string import Template
from typing import ClassVar, Literal

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QStaticText

from app.config import ConfigError, load_toml
from app.core.message import message
from app.core.model import Level
from app.core.privacy import Privacy
from widgets.paint.cache import Stamps

CAP_RATIO = 0.733  # digit height / font size, measured for Noto Sans CJK (LANGUAGE.md section 3)
CJK_RATIO = 0.92
LINE_HEIGHT = 1.3
FAMILY = "Chengmai Sans"
FALLBACK_FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei")
FONT_FILES = ("ChengmaiSans-Regular.otf", "ChengmaiSans-Bold.otf")
DESK_UNIT = 4  # px at 100 %; the grid that painters are drawn on
_CACHED_TEXTS = 4096


class Role(StrEnum):
    """What a text is; its size follows. Nothing is drawn at a size between two roles."""

    CAPTION = "caption"
    BODY = "body"
    STORY = "story"
    TITLE = "title"
    VALUE = "value"
    HEADLINE = "headline"
    FIGURE = "figure"
    SCORE = "score"


class TypeScale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes by role, in pixels at 100 % or in minutes of arc of digit height."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    unit: Literal["px", "arcmin"]
    floor: float
    caption: float
    body: float
    story: float
    title: float
    value: float
    headline: float
    figure: float
    score: float


class Space(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Measures in pixels at 100 %, or of the reference wall."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    unit: float
    gutter: float
    seam_clear: float
    radius: float
    stroke: float
    chart_now: float
    chart_ref: float


class Motion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Durations in milliseconds; all 0 and no blink where motion is reduced."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    value_bold_ms: int
    panel_ms: int
    scene_ms: int
    map_flight_ms: int
    blink_hz: float


class Surface(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ground, lines, text and the few colours of a state; `#RRGGBB`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    canvas: str
    panel: str
    raised: str
    overlay: str
    line1: str
    line2: str
    text1: str
    text2: str
    text3: str
    text4: str
    accent: str
    accent_ink: str
    ink: str
    ref: str
    band: str
    line_now: str
    ok: str
    pending: str


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One colour for each warning level."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    red: str
    orange: str
    yellow: str
    blue: str


class FreshTints(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The third code of a state, after glyph and word."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    live: str
    late: str
    cached: str
    estimated: str
    replay: str
    demo: str


class DataColours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours of two and more measured things in one plot, and the ramps."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    series: list[str]
    sequential: list[str]
    diverging: list[str]
    heat: list[str]


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every colour of one theme on one kind of ground."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    surface: Surface
    warning: Levels
    warning_text: Levels
    freshness: FreshTints
    data: DataColours


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`themes/<name>.toml`; a theme has a dark palette, a light one, or both."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: Literal["hall", "desk", "cockpit"]
    type: TypeScale
    space: Space
    motion: Motion
    dark: Palette | None = None
    light: Palette | None = None


class WallProfile(msgspec.Struct, frozen=True):
    """A wall as the eye meets it: pixel pitch in mm, furthest seat in m, Qt's device ratio."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    pitch_mm: float = 1.25
    farthest_m: float = 10.0
    dpr: float = 1.0

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


class Fonts:
    """The fonts of one theme, with the widths and laid-out texts that painters ask for again."""

    def __init__(self, sizes: Mapping[Role, int]) -> None:
        self._sizes = sizes
        self._fonts: dict[tuple[Role, bool], QFont] = {}
        self._metrics: dict[tuple[Role, bool], QFontMetricsF] = {}
        self._ascents: dict[tuple[Role, bool], float] = {}
        self._widths: dict[tuple[str, Role, bool], float] = {}
        self._texts: dict[tuple[str, Role, bool], QStaticText] = {}

    def font(self, role: Role, bold: bool) -> QFont:
        """One QFont for each role and weight."""
        key = (role, bold)
        if key not in self._fonts:
            self._fonts[key] = make_font(self._sizes[role], bold)
        return self._fonts[key]

    def metrics(self, role: Role, bold: bool) -> QFontMetricsF:
        """The metrics of a role and weight."""
        key = (role, bold)
        if key not in self._metrics:
            self._metrics[key] = QFontMetricsF(self.font(role, bold))
        return self._metrics[key]

    def width(self, text: str, role: Role, bold: bool) -> float:
        """Advance of a text in px."""
        key = (text, role, bold)
        found = self._widths.get(key)
        if found is None:
            if len(self._widths) >= _CACHED_TEXTS:
                self._widths.clear()
            found = self._widths[key] = self.metrics(role, bold).horizontalAdvance(text)
        return found

    def ascent(self, role: Role, bold: bool) -> float:
        """From the top of a laid-out text to its baseline."""
        key = (role, bold)
        found = self._ascents.get(key)
        if found is None:
            found = self._ascents[key] = self.metrics(role, bold).ascent()
        return found

    def laid_out(self, text: str, role: Role, bold: bool) -> QStaticText:
        """A text shaped once; its origin is `ascent` above the baseline."""
        key = (text, role, bold)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= _CACHED_TEXTS:
                self._texts.clear()
            found = QStaticText(text)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            found.prepare(font=self.font(role, bold))
            self._texts[key] = found
        return found


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
    floor = file.type.floor
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
        stamps=Stamps(),
    )


STILL = Motion(value_bold_ms=0, panel_ms=0, scene_ms=0, map_flight_ms=0, blink_hz=0.0)


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


def make_font(px: int, bold: bool) -> QFont:
    """A font of the product's one family; never smaller than 1 px."""
    font = QFont([FAMILY, *FALLBACK_FAMILIES])
    font.setPixelSize(max(1, px))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the shipped fonts into Qt, once; gives their families. Without files: the system's."""
    folder = resources.files("assets") / "fonts"
    families: list[str] = []
    for name in FONT_FILES:
        path = folder / name
        if path.is_file():
            number = QFontDatabase.addApplicationFont(str(path))
            families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


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
        "body_px": theme.size(Role.BODY),
        "caption_px": theme.size(Role.CAPTION),
    }
    gaps |= {name: str(round(length)) for name, length in lengths.items()}
    families = ", ".join(f'"{name}"' for name in (FAMILY, *FALLBACK_FAMILIES))
    return template.substitute(gaps, families=families)
