"""The theme for the page: colours by the names that layers use, sizes in pixels of this seat."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.core.model import Level
from app.gis.frames import encode_json
from app.live.seat import SeatKind
from widgets.context import Context
from widgets.fonts import CAP_RATIO
from widgets.theme import Theme, WallProfile
from widgets.tokens import Role, Surface

PLAIN = tuple(Surface.__struct_fields__)
DOT_ARCMIN, SHAPE_ARCMIN = 12.0, 20.0  # what widgets.wall_lint holds symbols to
SEAM_CLEAR = 4.0  # as panels keep off them
LISTS = ("series", "sequential", "diverging", "heat")


class Seams(NamedTuple):
    """The middles of the seams in pixels of a page; no word of it comes nearer than `clear`."""

    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    clear: float = 0.0


NO_SEAMS = Seams()


def seams_of(context: Context, view: QWidget) -> Seams:
    """Where the wall's panels meet on a page that stands in its window; none at a desk, and none
    that the eye does not see."""
    wall, corner = context.profile, view.mapTo(view.window(), QPoint(0, 0))
    if context.seat != SeatKind.HALL or not wall.has_edges:
        return NO_SEAMS
    x = tuple(at - corner.x() for at in wall.seams_x if 0 < at - corner.x() < view.width())
    y = tuple(at - corner.y() for at in wall.seams_y if 0 < at - corner.y() < view.height())
    clear = wall.seam_px / 2 + context.theme.px(SEAM_CLEAR)
    return Seams(x, y, clear) if x or y else NO_SEAMS


def look_frame(context: Context, foot: Sequence[str] = (), seams: Seams = NO_SEAMS) -> bytes:
    """The frame `look`: `css` are variables of the style sheet (`--text1`, `--warning-red`,
    `--caption`), `look` is what scripts read (`colours["warning.red"]`, `sizes.unit`). `foot` are
    the lines at the foot of the map, `seams` those of the wall."""
    theme = context.theme
    named = colours(theme)
    measures = sizes(theme) | floors(theme, context.profile)
    css = {f"--{name.replace('.', '-')}": value for name, value in named.items()}
    css |= {f"--{name}": f"{round(value, 2):g}px" for name, value in measures.items()}
    look = {
        "colours": named,
        "sizes": measures,
        "language": context.translator.language,
        "sentences": sentences(context),
        "reduced": theme.reduced,
        "flight_ms": theme.motion.map_flight_ms,
        "seat": context.seat,
        "light": theme.light,
        "foot": list(foot),
        "seams": seams._asdict(),
    }
    return encode_json("look", {"css": css, "look": look})


def colours(theme: Theme) -> Mapping[str, str]:
    """Every token of the theme as `#rrggbb`; lists count from 1 (`series.1`)."""
    found = {name: getattr(theme, name) for name in PLAIN}
    found |= {f"warning.{level.value}": theme.warning[level] for level in Level if level.value}
    found |= {
        f"warning_text.{level.value}": theme.warning_text[level] for level in Level if level.value
    }
    found |= {f"freshness.{state}": colour for state, colour in theme.freshness.items()}
    for name in LISTS:
        found |= {f"{name}.{i}": colour for i, colour in enumerate(getattr(theme, name), 1)}
    return {name: _css(colour) for name, colour in found.items()}


def sizes(theme: Theme) -> dict[str, float]:
    """Pixels: `unit` of one design pixel, text by role, `stroke`, `floor` of text."""
    found: dict[str, float] = {role.value: theme.size(role) for role in Role}
    return found | {"unit": theme.px(1), "stroke": theme.stroke, "floor": theme.floor_px}


def floors(theme: Theme, wall: WallProfile) -> dict[str, float]:
    """The least pixels of a `dot` and a `shape` that the hall's farthest seat can tell (12 and 20
    minutes of arc); elsewhere there is none."""
    if theme.kind != "hall":
        return {}
    least = {"dot": DOT_ARCMIN, "shape": SHAPE_ARCMIN}
    return {name: wall.px(angle) * CAP_RATIO for name, angle in least.items()}


def sentences(context: Context) -> Mapping[str, str]:
    """What the page may write, in the window's language: every sentence `mappage.*`."""
    translator = context.translator
    return {
        id_.removeprefix("mappage."): translator.text(id_)
        for id_ in sorted(translator.ids)
        if id_.startswith("mappage.")
    }


def _css(colour: QColor) -> str:
    if colour.alpha() == 255:
        return colour.name()
    return f"rgba({colour.red()},{colour.green()},{colour.blue()},{colour.alphaF():.3f})"
