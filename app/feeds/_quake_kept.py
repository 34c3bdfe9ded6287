"""The earthquakes that an earthquake feed has shown: one small file that outlives kill -9.

Without it the program, started again, would take the report of a second source for another
earthquake. The file is replaced in one step; one that cannot be read is put aside beside it.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from app.core.privacy import Privacy
from app.formats._quake_merge import MOST_KEPT, Quake

log = logging.getLogger("chengmai.feeds")

_MOST_BYTES = 4_000_000


class _Kept(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    quakes: Annotated[list[Quake], msgspec.Meta(max_length=MOST_KEPT)]


class KeptQuakes:
    """The file of one feed; `path` None keeps nothing. `load` and `save` wait for the disk."""

    def __init__(self, path: Path | None, feed: str) -> None:
        self._path = path
        self._feed = feed
        self._trouble = ""

    def encoded(self, quakes: list[Quake]) -> bytes:
        """What `save` is to write of earthquakes that may change meanwhile."""
        return msgspec.json.encode(_Kept(quakes))

    def load(self) -> list[Quake]:
        """What was kept; none, and a line in the log, where it cannot be used."""
        if self._path is None:
            return []
        try:
            with self._path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._tell(error)
            return []
        try:
            kept = msgspec.json.decode(data, type=_Kept).quakes
        except (msgspec.DecodeError, ValueError, RecursionError):
            kept = None
        if kept is not None and all(quake.holds() for quake in kept):
            return kept
        aside = self._path.with_name(f"{self._path.name}.broken")
        log.warning("feed %s: earthquakes shown before are not known (%s)", self._feed, aside.name)
        with suppress(OSError):  # else the next `save` replaces it
            self._path.replace(aside)
        return []

    def save(self, data: bytes) -> None:
        """Replace what was kept; what the disk refuses is said once."""
        if self._path is None:
            return
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            self._tell(error)
            return
        self._trouble = ""

    def _tell(self, error: OSError) -> None:
        trouble = error.strerror or type(error).__name__
        if trouble != self._trouble:
            log.warning("feed %s: earthquakes shown are not remembered (%s)", self._feed, trouble)
        self._trouble = trouble
