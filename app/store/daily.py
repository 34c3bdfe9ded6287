"""A copy of ops.db every day, kept for a week in `backup/` beside it.

The decisions of the officers are small and cannot be had again from anybody; a copy on the same
disk does not replace one elsewhere (`python main.py backup FOLDER`), but is there without anyone
having to think of it. It is made on a reader's thread while the database is in use.
"""

from collections.abc import Callable
from pathlib import Path

from app.core.clock import Clock
from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.store.backup import PART, stamps
from app.store.driver import Connection, DatabaseError
from app.store.writer import Db

DAY_MS = 86_400_000
KEPT_DAYS = 7
_RETRY_MS = 3_600_000
_FIRST_MS = 60_000  # not while the wall is being put up

Copy = Callable[[Path, Connection], Path]


class DailyCopy:
    """When the next copy is due, and the making of it."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        copy: Copy,
        submit: Callable[[Callable[[Connection], None]], object],
        report: Callable[[Message], None],
    ) -> None:
        """`folder` holds the copies; `copy` makes a verified one in it; `submit` runs a function
        on a reader's thread."""
        self._folder = folder
        self._clock = clock
        self._copy = copy
        self._submit = submit
        self._report = report
        self._failing = False
        now = clock.now()
        newest = max(stamps(folder, Db.OPS), default=None)
        due = now if newest is None else newest + DAY_MS
        self._next = max(now + _FIRST_MS, due)

    def step(self) -> None:
        """Begin a copy if one is due; does not wait. Used by the writer thread only."""
        now = self._clock.now()
        # A clock that was set back must not put the next copy off for longer than a day.
        if now >= self._next or self._next - now > DAY_MS + _FIRST_MS:
            self._next = now + DAY_MS
            self._submit(self._make)

    def _make(self, source: Connection) -> None:
        try:
            # What a copy that was cut off has left goes before this one begins, not after it: the
            # next may be under way by then.
            for part in self._folder.glob(f"*{PART}"):
                part.unlink(missing_ok=True)
            self._copy(self._folder, source)
        except (Refusal, OSError, DatabaseError) as error:
            self._next = self._clock.now() + _RETRY_MS
            if not self._failing:
                self._failing = True
                why = str(error) or type(error).__name__
                self._report(message("store.backup_failed", folder=str(self._folder), error=why))
            return
        self._failing = False
        self._thin(self._clock.now())

    def _thin(self, now: Ms) -> None:
        """Let go of copies older than a week; the newest always stays."""
        kept = stamps(self._folder, Db.OPS)
        for stamp, path in sorted(kept.items())[:-1]:
            if stamp < now - KEPT_DAYS * DAY_MS:
                path.unlink(missing_ok=True)
