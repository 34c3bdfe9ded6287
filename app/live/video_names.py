"""What commands may name on a video wall: cameras and groups of them, as plain data."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import ClassVar

import msgspec

from app.core.directory import Camera
from app.core.message import Refusal, message
from app.core.privacy import Privacy

ALL = "all"
LIKE = 0.5  # the least share that two words have in common


class CameraGroup(msgspec.Struct, frozen=True):
    """Cameras that take turns together. `sort` is the kind of place where they stand (`kind`), a
    district (`region`) or whose they are (`bureau`); `code` names which."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    sort: str
    code: str
    cameras: tuple[str, ...]


class CameraNames:
    """The cameras of the seat by id and the groups that follow from their rows; `hidden` are those
    that visitors must not see."""

    def __init__(
        self,
        cameras: Iterable[Camera] = (),
        kinds: Mapping[str, str] | None = None,
        hidden: Iterable[str] = (),
    ) -> None:
        """`kinds`: the kind of place by the id of a key place."""
        self.cameras = {camera.id: camera for camera in cameras}
        self.hidden = frozenset(hidden)
        self.groups = {group.id: group for group in _groups(self.cameras.values(), kinds or {})}

    def camera(self, id_: str) -> Camera:
        """The camera of an id; raises Refusal."""
        if id_ not in self.cameras:
            raise Refusal(message("videowall.no_camera", camera=id_[:80]))
        return self.cameras[id_]

    def group(self, id_: str) -> CameraGroup:
        """The group of an id; raises Refusal with the nearest ones."""
        if id_ not in self.groups:
            near = get_close_matches(id_, self.groups, 3, LIKE) or list(self.groups)[:3]
            raise Refusal(message("videowall.no_group", name=id_[:80], known=" ".join(near) or "-"))
        return self.groups[id_]


def _groups(cameras: Iterable[Camera], kinds: Mapping[str, str]) -> Iterable[CameraGroup]:
    found: dict[tuple[str, str], list[str]] = {}
    everything = []
    for camera in cameras:
        everything.append(camera.id)
        kind = kinds.get(camera.point, "")
        sorts = (("kind", kind), ("region", camera.region), ("bureau", camera.bureau))
        for sort, code in sorts:
            if code:
                found.setdefault((sort, code), []).append(camera.id)
    if everything:
        yield CameraGroup(ALL, ALL, "", tuple(everything))
    for (sort, code), ids in sorted(found.items()):
        yield CameraGroup(f"{sort}:{code}", sort, code, tuple(ids))
