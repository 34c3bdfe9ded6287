"""What a city does not show while visitors are in the room: the content of its `visit.toml`."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, ClassVar

import msgspec

from app.core.directory import Camera
from app.core.privacy import Privacy

NEAR = 4

Patterns = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=120)], ...],
    msgspec.Meta(max_length=2000),
]


class VisitRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes and ids, with `*` for any signs: kinds of events, models whose hints are, cameras (by
    their id, their point's or their Chinese name), indicators. What is of class `internal` is
    hidden without a word. `hidden_listed` are cameras that platforms list; what the file says of
    cameras counts for these too, and of the city's own only the ids are left."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hidden_events: Patterns = ()
    hidden_models: Patterns = ()
    hidden_cameras: Patterns = ()
    hidden_listed: Patterns = ()
    hidden_indicators: Patterns = ()


def hides_camera(camera: Camera, patterns: Patterns) -> bool:
    """Whether a camera is one of these."""
    names = (camera.id, camera.point, camera.name_zh)
    return any(name and listed(name, patterns) for name in names)


def hidden_among(
    rules: VisitRules, own: Sequence[Camera], more: Iterable[Camera]
) -> frozenset[str]:
    """The ids that visitors must not see, of the city's own cameras and of those that platforms
    list: also one that is called as a hidden one or stands in its place, because a platform may
    number a camera anew."""
    ids = frozenset(rules.hidden_cameras)
    patterns = tuple(one for one in rules.hidden_listed if "*" in one or "?" in one or "[" in one)
    named = ids | set(rules.hidden_listed)
    hidden = [camera for camera in own if camera.id in ids]
    names = {camera.name_zh for camera in hidden}
    places = {_place(camera) for camera in hidden}
    found = {
        camera.id
        for camera in more
        if camera.id in named
        or camera.name_zh in names
        or _place(camera) in places
        or (patterns and hides_camera(camera, patterns))
    }
    return ids | found


def _place(camera: Camera) -> tuple[float, float]:
    """To about ten metres; WGS-84 degrees."""
    return round(camera.lon, NEAR), round(camera.lat, NEAR)


def listed(code: str, patterns: Patterns) -> bool:
    """Whether a code is one of these."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)
