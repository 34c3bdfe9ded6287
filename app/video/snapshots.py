"""The last good picture of each key camera, kept on the disk for the day its line is cut.

A file's name has the camera's digest, the moment and the digest of what was covered in it; what
lies in the folder is the whole truth, so that a kill leaves nothing to repair. The oldest go when
there are too many.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy

MOST = 512
MOST_BYTES = 256 * 1024 * 1024
REFRESH_MS: Ms = 3_600_000
"""A picture that is younger is not taken anew."""
AGAIN_MS: Ms = 600_000
"""A camera that gave none is asked again after so long."""
LARGEST = 8 * 1024 * 1024
_NAME = re.compile(r"([0-9a-f]{24})-(\d{1,16})(?:-([0-9a-f]{16}))?\.jpg")


def _no_mask(_: str) -> str:
    return ""


class Snapshot(msgspec.Struct, frozen=True):
    """A picture of a moment; `mask` is the digest of what was covered in it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    path: Path
    taken: Ms
    size: int
    mask: str = ""


class Snapshots:
    """Belongs to the video thread; makes its folder. `mask_of` gives the digest of what nobody may
    see of a camera: a picture that was taken before that was so is not shown, and goes."""

    def __init__(self, folder: Path, mask_of: Callable[[str], str] = _no_mask) -> None:
        self._folder = folder
        self.mask_of = mask_of
        self._held: dict[str, Snapshot] = {}
        self._tried: dict[str, Ms] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in sorted(folder.iterdir()):
            named = _NAME.fullmatch(path.name)
            if named is None:
                path.unlink(missing_ok=True)  # half a picture of a program that was killed
                continue
            self._take(named[1], Snapshot(path, int(named[2]), path.stat().st_size, named[3] or ""))
        self._bound()

    def find(self, camera: str) -> Snapshot | None:
        """The last good picture of a camera."""
        name = _digest(camera)
        held = self._held.get(name)
        if held is not None and held.mask != self.mask_of(camera):
            held.path.unlink(missing_ok=True)
            del self._held[name]
            return None
        return held

    def due(self, cameras: Iterable[str], now: Ms) -> list[str]:
        """Those whose picture is to be taken anew, first the ones that have none or the oldest."""
        ages = []
        for camera in cameras:
            held = self.find(camera)
            taken = held.taken if held is not None else 0
            if now - taken >= REFRESH_MS and now - self._tried.get(camera, 0) >= AGAIN_MS:
                ages.append((taken, self._tried.get(camera, 0), camera))
        return [camera for _, _, camera in sorted(ages)]

    def tried(self, camera: str, now: Ms) -> None:
        """It was asked for one."""
        self._tried[camera] = now

    def part(self, camera: str, now: Ms) -> Path:
        """Where a new picture is to be written before it is kept."""
        return self._folder / f"part-{_digest(camera)}-{now}-{self.mask_of(camera)}.jpg"

    def keep(self, camera: str, part: Path, taken: Ms) -> None:
        """A whole picture lies at `part`: it takes the place of the one before. What was
        covered when `part` was named counts. Raises OSError."""
        digest, mask = _digest(camera), part.stem.rpartition("-")[2]
        path = self._folder / (f"{digest}-{taken}-{mask}.jpg" if mask else f"{digest}-{taken}.jpg")
        part.chmod(0o600)
        size = part.stat().st_size
        part.replace(path)
        self._take(digest, Snapshot(path, taken, size, mask))
        self._bound()

    def _take(self, digest: str, found: Snapshot) -> None:
        before = self._held.get(digest)
        if before is not None and before.path != found.path:
            older = before if before.taken <= found.taken else found
            older.path.unlink(missing_ok=True)
            if older is found:
                return
        self._held[digest] = found

    def _bound(self) -> None:
        total = sum(held.size for held in self._held.values())
        oldest = sorted(self._held.items(), key=lambda item: item[1].taken)
        for digest, held in oldest:
            if len(self._held) <= MOST and total <= MOST_BYTES:
                return
            held.path.unlink(missing_ok=True)
            del self._held[digest]
            total -= held.size


def is_jpeg(data: bytes) -> bool:
    """Whether bytes of a platform are a picture that may be kept."""
    return len(data) <= LARGEST and data[:3] == b"\xff\xd8\xff" and data[-2:] == b"\xff\xd9"


def _digest(camera: str) -> str:
    return hashlib.sha256(camera.encode()).hexdigest()[:24]
