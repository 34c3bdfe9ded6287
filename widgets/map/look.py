"""The theme for the page: colours by the names that layers use, sizes in pixels of this seat."""

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QColor

from app.core.model import Level
from app.gis.frames import encode_json
from widgets.context import Context
from widgets.fonts import CAP_RATIO
from widgets.theme import Theme, WallProfile
from widgets.tokens import Role, Surface

PLAIN = tuple(Surface.__struct_fields__)
DOT_ARCMIN, SHAPE_ARCMIN = 12.0, 20.0  # what widgets.wall_lint holds symbols to
LISTS = ("series", "sequential", "diverging", "heat")


def look_frame(context: Context, foot: Sequence[str] = ()) -> bytes:
    """The frame `look`: `css` are variables of the style sheet (`--text1`, `--warning-red`,
    `--caption`), `look` is what scripts read (`colours["warning.red"]`, `sizes.unit`). `foot` are
    the lines at the foot of the map."""
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
