"""What commands may name on a video wall: cameras and groups of them, as plain data.

With tens of thousands of cameras this takes a tenth of a second to make: in a thread.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import ClassVar

import msgspec

from app.core.directory import Camera
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.live.camera_ground import CameraGrounds
from app.live.camera_index import CameraIndex

ALL = "all"
SORTS = ("kind", "region", "bureau", "platform")
LIKE = 0.5  # the least share that two words have in common


class CameraGroup(msgspec.Struct, frozen=True):
    """Cameras that take turns together. `sort` is the kind of place where they stand (`kind`), a
    district (`region`), whose they are (`bureau`) or who lists them (`platform`); `code` names
    which, empty for those without."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    sort: str
    code: str
    cameras: tuple[str, ...]


class CameraNames:
    """The cameras of the seat by id and the groups that follow from their rows; `hidden` are those
    that visitors must not see. `loose` are the cameras without a group, by sort."""

    def __init__(
        self,
        cameras: Iterable[Camera] = (),
        kinds: Mapping[str, str] | None = None,
        hidden: Iterable[str] = (),
    ) -> None:
        """`kinds`: the kind of place by the id of a key place."""
        self.cameras = {camera.id: camera for camera in cameras}
        self.hidden = frozenset(hidden)
        self.index = CameraIndex(self.cameras)
        self.ground = CameraGrounds(self.cameras)
        self.groups: dict[str, CameraGroup] = {}
        self.loose: dict[str, CameraGroup] = {}
        self._by_sort: dict[str, list[CameraGroup]] = {}
        self._kinds = dict(kinds or {})
        if self.cameras:
            self._sort(self._kinds)

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

    def sorted_by(self, sort: str) -> list[CameraGroup]:
        """The groups of a sort, those without one last: each camera once."""
        held = self._by_sort.get(sort)
        if held is None:
            held = [group for group in self.groups.values() if group.sort == sort]
            held = self._by_sort[sort] = held + ([self.loose[sort]] if sort in self.loose else [])
        return held

    def group_of(self, camera: str, sort: str) -> CameraGroup:
        """The group of a camera; raises KeyError for one that there is not."""
        code = _code(self.cameras[camera], sort, self._kinds)
        return self.groups[f"{sort}:{code}"] if code else self.loose[sort]

    def _sort(self, kinds: Mapping[str, str]) -> None:
        everything = tuple(self.cameras)
        self.groups[ALL] = CameraGroup(ALL, ALL, "", everything)
        found: dict[tuple[str, str], list[str]] = {}
        for sort in SORTS:
            for camera in self.cameras.values():
                code = _code(camera, sort, kinds)
                found.setdefault((sort, code), []).append(camera.id)
        for (sort, code), ids in sorted(found.items()):
            group = CameraGroup(f"{sort}:{code}", sort, code, tuple(ids))
            if code:
                self.groups[group.id] = group
            else:
                self.loose[sort] = group


def _code(camera: Camera, sort: str, kinds: Mapping[str, str]) -> str:
    if sort == "kind":
        return kinds.get(camera.point, "")
    if sort == "platform":
        platform, colon, _ = camera.id.partition(":")
        return platform if colon else ""
    return camera.region if sort == "region" else camera.bureau
