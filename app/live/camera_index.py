"""The cameras of a seat by their names, sounds, initials, codes and addresses: one index for the
list of cameras, the palette and the map's search."""

import threading
from collections.abc import Mapping
from typing import Any

from app.core.directory import Camera
from app.registry import deferred

CAMERA = "camera"
SEARCH, TEXT = "app.core.search", "app.core.text"  # read the pinyin dictionaries: in a thread


class CameraIndex:
    """Made by whoever asks first; the others wait for it. A code is found as the end of its id."""

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        self._cameras = cameras
        self._lock = threading.Lock()
        self._made: Any = None

    @property
    def made(self) -> Any:
        """The `app.core.search.Index`, where somebody had it made."""
        return self._made

    def make(self) -> Any:
        """The same, made now: in a thread, for 40,000 cameras take a second."""
        with self._lock:
            if self._made is None:
                name = deferred(TEXT).Name
                self._made = deferred(SEARCH).Index(
                    name(
                        CAMERA, one.id, one.name_zh, one.name_en,
                        (one.address,) if one.address else (),
                    )
                    for one in self._cameras.values()
                )  # fmt: skip
            return self._made
