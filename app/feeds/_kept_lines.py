"""A small file of lines that a feed has to know again after a restart: appended to, bounded.

A line is written when the store has said that what it stands for is on the disk (`Sink.receipt`),
and outlives kill -9. It is not synced: a power failure may take the last ones, as it may take the
store's last commits (docs/decisions/0007). Of a file that has grown too large the older half goes.
The file is not encrypted, so what is written must be for everybody's eyes.
"""

import logging
import threading
from pathlib import Path

log = logging.getLogger("chengmai.feeds")


class KeptLines:
    """The file of one feed; `path` None keeps nothing. Every method may be called from any thread
    and none raises: what the disk refuses is said once."""

    def __init__(self, path: Path | None, feed: str, most_bytes: int) -> None:
        self._path = path
        self._feed = feed
        self._most = most_bytes
        self._lock = threading.Lock()
        self._torn = False
        self._trouble = ""

    @property
    def keeps(self) -> bool:
        """Whether there is a file at all."""
        return self._path is not None

    def load(self) -> list[bytes]:
        """The lines, the oldest first; one that a kill cut off may stand last."""
        if self._path is None:
            return []
        with self._lock:
            try:
                data = self._tail(self._path, self._most)
            except FileNotFoundError:
                return []
            except OSError as error:
                self._tell(error)
                return []
            self._torn = bool(data) and not data.endswith(b"\n")
        return data.splitlines()

    def add(self, lines: bytes) -> None:
        """Append whole lines, each with its end."""
        if self._path is None:
            return
        with self._lock:
            try:
                self._append(self._path, lines)
            except OSError as error:
                self._torn = True  # nobody knows how much of it was written
                self._tell(error)
                return
            self._trouble = ""

    def _append(self, path: Path, lines: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(b"\n" + lines if self._torn else lines)
            size = file.tell()
        self._torn = False
        if size > self._most:
            new = path.with_name(f"{path.name}.new")
            new.write_bytes(self._tail(path, self._most // 2))
            new.replace(path)

    @staticmethod
    def _tail(path: Path, most: int) -> bytes:
        """The newest whole lines of a file, so many bytes at most."""
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most - 1))
            data = file.read(most + 1)
        return data if size <= most else data.partition(b"\n")[2]

    def _tell(self, error: OSError) -> None:
        trouble = error.strerror or type(error).__name__
        if trouble != self._trouble:
            log.warning("feed %s: what was taken is not remembered (%s)", self._feed, trouble)
        self._trouble = trouble
