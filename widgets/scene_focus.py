"""What a scene is about, between the word of an address and the id of the selection."""

from collections.abc import Callable
from typing import Any

from app.core.keys import BadKey, parse, reading_key
from app.core.message import Refusal, message
from app.live.fleet import By
from widgets.context import Spine
from widgets.names import indicator_key
from widgets.scene import LoadedScene
from widgets.selection import Selection, Subject

_INDEX = "index."
_JOINED = "+"


def resolve(spine: Spine, scene: LoadedScene, focus: str) -> str:
    """The id to choose for the word of an address; raises Refusal where nothing is so called."""
    kind = scene.scene.focus
    if kind is None:
        raise Refusal(message("scene.no_focus", scene=scene.name, focus=focus))
    found = _RESOLVERS[kind](spine, focus)
    if not found:
        raise Refusal(message("scene.unknown_focus", scene=scene.name, focus=focus))
    return found


def chosen(spine: Spine, scene: LoadedScene, selection: Selection) -> str:
    """The word for what is chosen now; empty where nothing is, or the scene is about nothing."""
    kind = scene.scene.focus
    if kind is None or not selection[kind]:
        return ""
    id_ = selection[kind]
    if kind in (Subject.INDICATOR, Subject.INDEX):
        return _of_key(spine, id_, kind)
    if kind is Subject.PAIR:
        return _JOINED.join(_of_key(spine, key, kind) for key in id_.split())
    return _JOINED.join(id_.split())


def choose(scene: LoadedScene, selection: Selection, id_: str) -> None:
    """Choose it; an index is an indicator too, for the panels that draw its history."""
    kind = scene.scene.focus
    if kind is not None:
        selection.choose(kind, id_)
        if kind is Subject.INDEX:
            selection.choose(Subject.INDICATOR, id_)


def _of_key(spine: Spine, key: str, kind: Subject) -> str:
    try:
        parts = parse(key)
    except BadKey:
        return ""
    code = parts.code if kind is Subject.INDICATOR else parts.code.removeprefix(_INDEX)
    place = [] if parts.region == spine.city.config.code else [parts.region]
    if parts.qualifier:
        place = [parts.region, parts.qualifier]
    return "/".join([code, *place])


def _indicator(spine: Spine, focus: str) -> str:
    code, _, place = focus.partition("/")
    if code not in spine.catalog.quantities:
        return ""
    if place:
        return _known_key(spine, code, place)
    return indicator_key(spine, code) or reading_key(code, spine.city.config.code)


def _index(spine: Spine, focus: str) -> str:
    code, _, place = focus.partition("/")
    code = f"{_INDEX}{code.removeprefix(_INDEX)}"
    if code not in spine.catalog.quantities:
        return ""
    return _known_key(spine, code, place or spine.city.config.code)


def _pair(spine: Spine, focus: str) -> str:
    """Two of one kind or another; one with itself is no comparison."""
    keys = [_indicator(spine, word) or _index(spine, word) for word in focus.split(_JOINED)]
    is_pair = len(keys) == 2 and all(keys) and keys[0] != keys[1]
    return " ".join(keys) if is_pair else ""


def _known_key(spine: Spine, code: str, place: str) -> str:
    region = place.partition("/")[0]
    is_known = region == spine.city.config.code or region in spine.catalog.regions
    return f"reading/{code}/{place}" if is_known else ""


def _theme(spine: Spine, focus: str) -> str:
    themes = getattr(spine.city, "themes", ())
    return focus if any(theme.code == focus for theme in themes) else ""


def _region(spine: Spine, focus: str) -> str:
    return focus if focus in spine.catalog.regions else ""


def _districts(spine: Spine, focus: str) -> str:
    codes = focus.split(_JOINED)
    return " ".join(codes) if all(code in spine.catalog.regions for code in codes) else ""


def _bureau(spine: Spine, focus: str) -> str:
    return focus if focus in spine.catalog.bureaus else ""


def _warning(spine: Spine, focus: str) -> str:
    return focus if focus in spine.picture.warnings else ""


def _event(spine: Spine, focus: str) -> str:
    return focus if focus in spine.picture.events else ""


def _feed(spine: Spine, focus: str) -> str:
    known = focus in spine.picture.feeds or any(f.id == focus for f in spine.city.config.feed)
    return focus if known else ""


def _devices(spine: Spine, focus: str) -> str:
    """A kind by its code alone; `bureau:water`, `region:320812`, `domain:气象`."""
    by, mark, code = focus.rpartition(":")
    if mark:
        return focus if by in tuple(By) and code else ""
    kinds = getattr(spine.city, "device_kinds", ())
    return f"{By.KIND}:{focus}" if any(kind.code == focus for kind in kinds) else ""


def _device(spine: Spine, focus: str) -> str:
    devices = getattr(spine.city, "devices", ())
    return focus if any(device.id == focus for device in devices) else ""


_RESOLVERS: dict[Subject, Callable[[Any, str], str]] = {
    Subject.INDICATOR: _indicator,
    Subject.WARNING: _warning,
    Subject.EVENT: _event,
    Subject.BUREAU: _bureau,
    Subject.INDEX: _index,
    Subject.THEME: _theme,
    Subject.REGION: _region,
    Subject.DISTRICTS: _districts,
    Subject.PAIR: _pair,
    Subject.FEED: _feed,
    Subject.DEVICES: _devices,
    Subject.DEVICE: _device,
}
