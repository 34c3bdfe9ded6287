"""Pieces of memory that processes share by name: the board and the pictures.

`multiprocessing.shared_memory` is not used: on Python 3.11 it starts a process that tracks every
attachment and unlinks what others still use. Who makes a segment holds a lock on it for as long as
it lives, so that a later start can tell what was left behind by a process that was killed; a
number of a process says little, because it is given again, and containers may share the folder.
"""

import contextlib
import fcntl
import mmap
import os
import tempfile
import time
from itertools import count
from pathlib import Path

_SHARED = Path("/dev/shm")  # noqa: S108  (the memory that Linux shows as files)
FOLDER = _SHARED if _SHARED.is_dir() else Path(tempfile.gettempdir())
PREFIX = "chengmai"
YOUNG_S = 10.0
"""So long after it was made a segment may still be without its maker's lock."""

_numbers = count(1)


def new_name() -> str:
    """A name that no other segment of this machine has."""
    return f"{PREFIX}-{os.getpid()}-{next(_numbers)}"


class Segment:
    """A segment of this process's own; other processes `attach` to its name. Raises OSError where
    the machine has no memory left for it: all of it is taken at once, because a page that is
    missing later would kill whoever writes there."""

    def __init__(self, size: int) -> None:
        self.name = new_name()
        self.size = size
        self._file = os.open(FOLDER / self.name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, size)
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self._file, 0, size)
            self.memory = memoryview(mmap.mmap(self._file, size))
        except OSError:
            self.unlink()
            raise

    def unlink(self) -> None:
        """Take its name away; the memory goes when nobody is attached any more."""
        if self._file < 0:
            return
        (FOLDER / self.name).unlink(missing_ok=True)
        os.close(self._file)
        self._file = -1


def attach(name: str, *, write: bool = False) -> memoryview:
    """The memory of a segment, until the last reference to it is dropped. Raises OSError where
    there is none of that name, ValueError for a name that is not one of ours."""
    if not name.startswith(f"{PREFIX}-") or "/" in name:
        raise ValueError(name)
    file = os.open(FOLDER / name, os.O_RDWR if write else os.O_RDONLY)
    try:
        size = os.fstat(file).st_size
        access = mmap.ACCESS_WRITE if write else mmap.ACCESS_READ
        return memoryview(mmap.mmap(file, size, access=access))
    finally:
        os.close(file)


def leftovers(young_s: float = YOUNG_S) -> list[str]:
    """Segments whose maker is gone."""
    found = [path.name for path in FOLDER.glob(f"{PREFIX}-*") if _abandoned(path, young_s)]
    return sorted(found)


def clear(young_s: float = YOUNG_S) -> list[str]:
    """Unlink what is left over, and say what that was."""
    gone = leftovers(young_s)
    for name in gone:
        with contextlib.suppress(OSError):  # another start was quicker, or it is not ours
            (FOLDER / name).unlink()
    return gone


def _abandoned(path: Path, young_s: float) -> bool:
    """Whether nobody holds its lock; somebody else's segment is nobody's business."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        if time.time() - os.fstat(file).st_mtime < young_s:
            return False
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(file)
    return True
