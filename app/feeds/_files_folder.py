"""What a drop folder can do, and the folder on this machine.

Names come from outside: no symbolic link is followed, below the folder not even on the way to a
file, and only plain files are opened.
"""

import hashlib
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import ClassVar

import msgspec

from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Lost, Refused
from app.feeds._worker import Worker

PIECE = 1_048_576
MOST_FILES = 200_000
"""Files in a folder; who has more must let finished ones be moved or deleted."""
MOST_DEPTH = 8
_WITHIN_S = 300.0  # a mounted folder of which nothing is heard
OURS = ("done", "bad")
"""Where finished files go; never looked into."""


class Seen(msgspec.Struct, frozen=True):
    """A file as it stands in the folder: `name` relative with `/`, `changed` in ns since 1970 (of a
    server that says seconds: whole seconds)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str
    size: int
    changed: int

    @property
    def label(self) -> str:
        """The name as text: one of other bytes than UTF-8 (an old Windows share) has them as
        escapes."""
        return self.name.encode("utf-8", "backslashreplace").decode()


class TooLarge(Exception):
    """A file of more bytes than allowed."""


class Unreadable(Exception):
    """A file that may not be read."""


class Changed(Exception):
    """A file that was written to, moved or removed while it was read; the next look decides."""


class Folder(ABC):
    """Where files are dropped. Every method raises OSError, Lost or Refused."""

    @abstractmethod
    async def look(self, *, deep: bool) -> list[Seen]:
        """The plain files there, of sub-folders too when `deep`, in no order."""

    @abstractmethod
    async def read(self, seen: Seen, limit: int) -> tuple[bytes, str]:
        """The content and its SHA-256; raises TooLarge, Unreadable and Changed."""

    @abstractmethod
    async def put_away(self, seen: Seen, into: str) -> None:
        """Move a file into a folder of OURS beside it, if it is still the one that was seen. One
        that is there under that name stays."""

    @abstractmethod
    async def delete(self, seen: Seen) -> None:
        """Delete a file, if it is still the one that was seen."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the line or the thread."""


def sound(name: str) -> bool:
    """Whether a name is that of one file in its folder, and can be said."""
    return name not in ("", ".", "..") and not any(mark in name for mark in "/\\\0\n\r")


def beside(name: str, into: str, number: int) -> str:
    """Where a finished file goes: `a/x.csv` to `a/done/x.csv`, then `a/done/x.1.csv`."""
    path = PurePosixPath(name)
    last = f"{path.stem}.{number}{path.suffix}" if number else path.name
    return str(path.parent / into / last)


class LocalFolder(Folder):
    """A folder that this machine has; also one that the system has mounted."""

    def __init__(self, path: Path, worker: Worker) -> None:
        self._path = path
        self._worker = worker

    async def look(self, *, deep: bool) -> list[Seen]:
        """See Folder."""
        return await self._worker.call(partial(self._look, deep), _WITHIN_S)

    async def read(self, seen: Seen, limit: int) -> tuple[bytes, str]:
        """See Folder."""
        return await self._worker.call(partial(self._read, seen, limit), _WITHIN_S)

    async def put_away(self, seen: Seen, into: str) -> None:
        """See Folder."""
        await self._worker.call(partial(self._put_away, seen, into), _WITHIN_S)

    async def delete(self, seen: Seen) -> None:
        """See Folder."""
        await self._worker.call(partial(self._delete, seen), _WITHIN_S)

    async def close(self) -> None:
        """See Folder."""
        self._worker.close()

    def _look(self, deep: bool) -> list[Seen]:
        found: list[Seen] = []
        waiting = [("", 0)]
        while waiting:
            inside, depth = waiting.pop()
            for entry in self._entries(inside):
                if not sound(entry.name):
                    continue
                name = f"{inside}{entry.name}"
                with suppress(FileNotFoundError):
                    if entry.is_dir(follow_symlinks=False):
                        if deep and depth < MOST_DEPTH and entry.name not in OURS:
                            waiting.append((f"{name}/", depth + 1))
                    elif entry.is_file(follow_symlinks=False):
                        status = entry.stat(follow_symlinks=False)
                        found.append(Seen(name, status.st_size, status.st_mtime_ns))
                if len(found) > MOST_FILES:
                    raise Refused(message("drop.too_many", most=MOST_FILES))
        return found

    def _entries(self, inside: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self._path / inside) as entries:
                yield from entries
        except PermissionError as error:
            raise Refused(message("drop.not_allowed", folder=str(self._path / inside))) from error
        except (FileNotFoundError, NotADirectoryError) as error:
            if not inside:
                raise Lost(message("drop.no_folder", folder=str(self._path))) from error

    def _read(self, seen: Seen, limit: int) -> tuple[bytes, str]:
        with self._parent(seen.name) as (parent, last):
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            try:
                descriptor = os.open(last, flags, dir_fd=parent)
            except PermissionError as error:
                raise Unreadable from error
            except OSError as error:  # gone, or a link or a device now
                raise Changed from error
        with os.fdopen(descriptor, "rb") as file:
            if not _same(os.fstat(descriptor), seen):
                raise Changed
            parts, digest, size = [], hashlib.sha256(), 0
            while part := file.read(PIECE):
                size += len(part)
                if size > limit:
                    raise TooLarge
                digest.update(part)
                parts.append(part)
            if size != seen.size or not _same(os.fstat(descriptor), seen):
                raise Changed
        return b"".join(parts), digest.hexdigest()

    def _put_away(self, seen: Seen, into: str) -> None:
        with self._parent(seen.name) as (parent, last):
            with suppress(FileExistsError):
                os.mkdir(into, 0o755, dir_fd=parent)
            target = os.open(into, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
            try:
                if not self._still(seen, parent, last):
                    return
                for number in range(MOST_FILES):
                    other = PurePosixPath(beside(last, into, number)).name
                    if not _there(target, other):
                        os.rename(last, other, src_dir_fd=parent, dst_dir_fd=target)
                        return
            finally:
                os.close(target)

    def _delete(self, seen: Seen) -> None:
        with self._parent(seen.name) as (parent, last):
            if self._still(seen, parent, last):
                os.unlink(last, dir_fd=parent)

    def _still(self, seen: Seen, parent: int, last: str) -> bool:
        try:
            status = os.stat(last, dir_fd=parent, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return _same(status, seen)

    @contextmanager
    def _parent(self, name: str) -> Iterator[tuple[int, str]]:
        """The open folder in which a file lies, gone to step by step, and the file's own name."""
        *folders, last = name.split("/")
        flags = os.O_RDONLY | os.O_DIRECTORY
        try:
            here = os.open(self._path, flags)
        except FileNotFoundError as error:
            raise Lost(message("drop.no_folder", folder=str(self._path))) from error
        try:
            for step in folders:
                try:
                    inner = os.open(step, flags | os.O_NOFOLLOW, dir_fd=here)
                except (FileNotFoundError, NotADirectoryError) as error:
                    raise Changed from error
                os.close(here)
                here = inner
            yield here, last
        finally:
            os.close(here)


def _there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _same(status: os.stat_result, seen: Seen) -> bool:
    plain = stat.S_ISREG(status.st_mode)
    return plain and (status.st_size, status.st_mtime_ns) == (seen.size, seen.changed)
