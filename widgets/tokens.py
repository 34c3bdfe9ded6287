"""The shape of `themes/*.toml`; what every value is for stands in docs/howto-theme.md."""

from enum import StrEnum
from typing import ClassVar, Literal

import msgspec

from app.core.privacy import Privacy


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


STILL = Motion(value_bold_ms=0, panel_ms=0, scene_ms=0, map_flight_ms=0, blink_hz=0.0)
