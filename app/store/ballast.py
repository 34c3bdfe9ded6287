"""A file that holds room on the disk, given up when the disk is full.

Deleting from a database needs room too, so without it a full disk could not even be tidied up.
"""

import os
import shutil
from pathlib import Path

SIZE = 64 << 20


class Ballast:
    """The file `ballast` in the folder of the databases."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self._path = folder / "ballast"
        self._size = size

    def place(self) -> bool:
        """Make it where there is plenty of room (four times its size); gives whether it stands."""
        if self._path.exists() and self._path.stat().st_size >= self._size:
            return True
        if shutil.disk_usage(self._path.parent).free < 4 * self._size:
            return False
        try:
            with self._path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self._size)
        except OSError:  # a quota or a limit that the free space did not show
            self._path.unlink(missing_ok=True)
            return False
        return True

    def release(self) -> bool:
        """Give the room up; False where there was none to give."""
        if not self._path.exists():
            return False
        self._path.unlink()
        return True
