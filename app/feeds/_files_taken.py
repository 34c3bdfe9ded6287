"""Which files of a drop folder were taken: a journal that outlives kill -9.

One line of JSON a file, appended and synced when the store has said that the file's records are on
the disk. A file is known by its name, size, moment of change and the SHA-256 of its content; a line
that was cut by a power failure is left out, so its file is taken again. Now and then the journal is
written anew without what is over, beside the old one, and put in its place in one step.
"""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from app.core.privacy import Privacy

KEPT = 50_000
"""Files that are remembered after they left the folder, the newest."""
_SPARE = 1_000
_MAX_LINE = 16_384


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A file that was taken: `changed` in ns since 1970, `digest` of SHA-256 in hexadecimal, `bad`
    where nothing of it could be used."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    name: str
    size: int
    changed: int
    digest: str
    bad: bool = False

    def is_version(self, size: int, changed: int) -> bool:
        """Whether a file of this name looks as it did when it was taken."""
        return (self.size, self.changed) == (size, changed)


class TakenFiles:
    """What was taken of one folder. Every method may be called from any thread; `path` None keeps
    it in memory only."""

    def __init__(self, path: Path | None, kept: int = KEPT) -> None:
        self._path = path
        self._kept = kept
        self._lock = threading.Lock()
        self._encoder = msgspec.json.Encoder()
        self._held: dict[str, Taken] = {}
        self._lines = 0
        self.trouble = ""
        if path is not None:
            self._load(path)

    def get(self, name: str) -> Taken | None:
        """What was last taken under a name."""
        return self._held.get(name)

    def add(self, files: Iterable[Taken]) -> None:
        """Remember files; they are on the disk when this returns. What the disk refuses is kept in
        memory, and `trouble` says why: after a restart those files are taken again."""
        with self._lock:
            new = [file for file in files if self._held.get(file.name) != file]
            for file in new:
                self._held.pop(file.name, None)  # the newest stand last
                self._held[file.name] = file
            if new and self._path is not None:
                self._write(new, self._path)

    def tidy(self, present: Iterable[str]) -> None:
        """Forget the oldest of what is no longer in the folder, where there are too many; and write
        the journal anew where most of its lines are over."""
        with self._lock:
            over = len(self._held) - self._kept
            if over > 0:
                here = set(present)
                gone = [name for name in self._held if name not in here]
                for name in gone[:over]:
                    del self._held[name]
            if self._path is not None and self._lines > 2 * len(self._held) + _SPARE:
                self._rewrite(self._path)

    def _load(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.with_suffix(".new").unlink(missing_ok=True)  # a rewriting that was cut off
        decoder = msgspec.json.Decoder(Taken)
        damaged = False
        try:
            with path.open("rb") as file:
                while line := file.readline(_MAX_LINE):
                    self._lines += 1
                    try:
                        taken = decoder.decode(line)
                    except (msgspec.DecodeError, UnicodeError):
                        damaged = True
                        continue
                    damaged = damaged or not line.endswith(b"\n")
                    self._held.pop(taken.name, None)
                    self._held[taken.name] = taken
        except FileNotFoundError:
            return
        if damaged:  # else the next line would be written behind half a one
            self._rewrite(path)

    def _write(self, files: list[Taken], path: Path) -> None:
        lines = b"".join(self._encoder.encode(file) + b"\n" for file in files)
        try:
            with path.open("ab") as journal:
                journal.write(lines)
                journal.flush()
                os.fsync(journal.fileno())
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__
            return
        self._lines += len(files)
        self.trouble = ""

    def _rewrite(self, path: Path) -> None:
        new = path.with_suffix(".new")
        try:
            with new.open("wb") as journal:
                for file in self._held.values():
                    journal.write(self._encoder.encode(file) + b"\n")
                journal.flush()
                os.fsync(journal.fileno())
            new.replace(path)
            _sync(path.parent)
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__
            return
        self._lines = len(self._held)
        self.trouble = ""


def _sync(folder: Path) -> None:
    """A name that was put in place is on the disk after this."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


Finished = Literal["leave", "done", "delete"]
"""What becomes of a file that was taken: it stays, goes to `done/` (a bad one to `bad/`), or is
deleted (a bad one goes to `bad/`)."""
