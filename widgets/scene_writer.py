"""A scene as tidy TOML, in the order of docs/howto-scene.md; comments of the old text are kept.

`parse_scene(write_scene(scene))` gives the same scene. Where a text is given, whatever did not
change stands as it stood; a text that cannot be followed line by line is written anew.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.config import ConfigError
from widgets.scene import PanelSpec, Scene, ScreenSpec, parse_scene

SCENE_KEYS = ("name_zh", "name_en", "order", "theme", "focus", "rotate", "dwell_s")
SCREEN_KEYS = (
    *("id", "index", "min_width", "min_height", "span"),
    *("columns", "rows", "gutter", "margin"),
)
PANEL_KEYS = (
    *("kind", "screen", "edge", "size"),
    *("column", "row", "columns", "rows", "drawer_below", "options"),
)
_HEAD = re.compile(r"\s*\[\[(screen|panel)\]\]\s*(#.*)?")
_PAIR = re.compile(
    r"""(?P<key>[A-Za-z_]+)\s*=\s*(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^"'\[{#\s]+)(?P<rest>\s*(?:\#.*)?)"""
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED = {127: "\\u007F"}


def write_scene(scene: Scene, before: str = "") -> str:
    """The text of a scene; with `before` the changes only, in that text."""
    if before:
        try:
            text = _follow(scene, before)
            if parse_scene(text, "-", "-").scene == scene:
                return text
        except (ConfigError, msgspec.ValidationError, ValueError):
            pass  # a form that is not followed, such as a table inside a line
    blocks = [_pairs(_changed(scene), SCENE_KEYS)]
    default = (ScreenSpec(),)
    screens = scene.screen if scene.screen != default else ()
    blocks += [_block("screen", screen, SCREEN_KEYS) for screen in screens]
    blocks += [_block("panel", panel, PANEL_KEYS) for panel in scene.panel]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def value_text(value: Any) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {value_text(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return repr(value)


# ---- a new text


def _block(name: str, item: msgspec.Struct, keys: tuple[str, ...]) -> list[str]:
    return [f"[[{name}]]", *_pairs(_changed(item), keys)]


def _pairs(values: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    return [f"{key} = {value_text(values[key])}" for key in keys if key in values]


def _changed(item: msgspec.Struct) -> dict[str, Any]:
    """What differs from the defaults, and what has none; lengths without an idle `.0`."""
    found: dict[str, Any] = {}
    for spec in msgspec.structs.fields(item):
        value = getattr(item, spec.name)
        default = spec.default
        if spec.default_factory is not msgspec.NODEFAULT:
            default = spec.default_factory()
        if spec.name in ("panel", "screen") and not isinstance(value, str):
            continue
        if default is msgspec.NODEFAULT or value != default:
            found[spec.name] = value if spec.name == "options" else _tidy(value)
    return found


def _tidy(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_tidy(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else value_text(key)


# ---- the changes in a text there is


@dataclass
class _Part:
    """Lines of a table: `above` are remarks that stand by themselves, `own` those of the table."""

    name: str
    above: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join([*self.own, *self.lines])


def _follow(scene: Scene, before: str) -> str:
    parts = _parts(before)
    head, tail = parts[0], parts[-1]
    old = parse_scene(before, "-", "-").scene
    head.lines = _rewritten(head.lines, _changed(old), _changed(scene), SCENE_KEYS)
    screens = [part for part in parts if part.name == "screen"]
    if old.screen != scene.screen:
        raise ValueError("other screens")
    panels = [part for part in parts if part.name == "panel"]
    kept = _matched(old.panel, scene.panel)
    texts = [head.text, *("\n\n".join(filter(None, [_lines(p.above), p.text])) for p in screens)]
    remarks: list[str] = []
    gone = set(range(len(panels))) - {number for number in kept if number is not None}
    for number, panel in zip(kept, scene.panel, strict=True):
        if number is None:
            texts.append("\n".join(_block("panel", panel, PANEL_KEYS)))
            continue
        for lost in sorted(n for n in gone if n < number):
            remarks += panels[lost].above
            gone.remove(lost)
        part = panels[number]
        before_values = _changed(old.panel[number])
        part.lines = _rewritten(part.lines, before_values, _changed(panel), PANEL_KEYS)
        texts += [_lines([*remarks, *part.above]), part.text]
        remarks = []
    texts.append(_lines([*remarks, *(line for n in sorted(gone) for line in panels[n].above)]))
    texts.append(_lines(tail.above))
    return "\n\n".join(text for text in texts if text) + "\n"


def _lines(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")


def _parts(text: str) -> list[_Part]:
    """The head of the file, its screens and panels, and what stands after the last of them."""
    parts = [_Part("head")]
    for line in text.replace("\r\n", "\n").split("\n"):
        found = _HEAD.fullmatch(line)
        if found:
            part = _Part(found[1], *_remarks(parts[-1]))
            parts.append(part)
        parts[-1].lines.append(line)
    above, own = _remarks(parts[-1])
    parts.append(_Part("tail", [*above, *own]))
    for part in parts:
        part.lines = _lines(part.lines).split("\n") if part.lines else []
    return parts


def _remarks(part: _Part) -> tuple[list[str], list[str]]:
    """Take the remarks at the end of a part: those apart from what follows, those right above."""
    tail: list[str] = []
    while part.lines and (not part.lines[-1].strip() or part.lines[-1].lstrip().startswith("#")):
        tail.insert(0, part.lines.pop())
    cut = max((number for number, line in enumerate(tail, 1) if not line.strip()), default=0)
    return tail[:cut], tail[cut:]


def _matched(old: tuple[PanelSpec, ...], new: tuple[PanelSpec, ...]) -> list[int | None]:
    """Which old panel each new one was: the same one first, then one that only moved."""
    left = dict(enumerate(old))
    found: list[int | None] = [None] * len(new)
    for number, panel in enumerate(new):
        found[number] = next((n for n, other in left.items() if other == panel), None)
        left.pop(found[number], None)  # type: ignore[arg-type]
    for number, panel in enumerate(new):
        if found[number] is None:
            found[number] = next((n for n, o in left.items() if _stays(o) == _stays(panel)), None)
            left.pop(found[number], None)  # type: ignore[arg-type]
    return found


def _stays(panel: PanelSpec) -> tuple[str, str, dict[str, Any]]:
    """What a panel keeps when it is moved."""
    return panel.kind, panel.screen, panel.options


def _rewritten(
    lines: list[str],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    keys: tuple[str, ...],
) -> list[str]:
    """The lines with other values; raises ValueError for a value that is not on one line."""
    done = list(lines)
    for key in keys:
        if old.get(key) == new.get(key):
            continue
        at = next((n for n, line in enumerate(done) if _key_of(line) == key), None)
        text = f"{key} = {value_text(new[key])}" if key in new else ""
        if at is None:
            done.insert(_after(done, keys[: keys.index(key)]), text)
            continue
        found = _PAIR.fullmatch(done[at].strip())
        if found is None:
            raise ValueError(key)
        if text:
            done[at] = f"{text}{found['rest']}"
        elif found["rest"].strip():
            done[at] = found["rest"].strip()  # the value goes, the remark stays
        else:
            del done[at]
    return done


def _key_of(line: str) -> str:
    found = re.match(r"\s*([A-Za-z_]+)\s*=", line)
    return found[1] if found else ""


def _after(lines: list[str], keys: Iterable[str]) -> int:
    """Behind the last of the keys that come before; else behind the head of the table."""
    before = set(keys)
    places = [number for number, line in enumerate(lines) if _key_of(line) in before]
    table = next((n for n, line in enumerate(lines) if line.lstrip().startswith("[[")), -1)
    return max([*places, table]) + 1
