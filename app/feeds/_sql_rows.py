"""Rows of a database as JSON, and which of them were seen."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.privacy import Privacy
from app.feeds._plain import plain

Cursor = datetime | date | int | float | str
_MOST_SEEN = 200_000
_encode = msgspec.json.Encoder().encode


def row_bytes(row: Mapping[Any, Any], zone: ZoneInfo | None) -> bytes | None:
    """A row as one JSON object; None where its text is no Unicode."""
    made = {str(name): plain(value, zone) for name, value in row.items()}
    try:
        return _encode(made)
    except UnicodeError:
        return None


class Window:
    """Which rows were taken: the newest value of the cursor's column, and the rows from `overlap`
    before it on, each known by its content. So a row that is committed late is taken when it comes,
    one that is changed again, and none twice."""

    def __init__(self, overlap: float, start: Cursor | None = None) -> None:
        """`overlap` in seconds, or in units of a number; of a text there is none."""
        self._overlap = overlap
        self._seen: dict[bytes, Cursor] = {}
        self._last: Cursor | None = None
        self.newest = start
        self.ordered = True  # of the rows since `begin`

    @property
    def since(self) -> Cursor | None:
        """From where to ask."""
        newest, overlap = self.newest, self._overlap
        if newest is None or isinstance(newest, str):
            return newest
        if isinstance(newest, datetime):
            return newest - timedelta(seconds=overlap)
        if isinstance(newest, date):
            return newest - timedelta(days=math.ceil(overlap / 86_400))
        return newest - (int(overlap) if overlap == int(overlap) else overlap)

    def begin(self) -> None:
        """Another answer begins."""
        self._last, self.ordered = None, True

    def is_new(self, row: bytes, at: Any) -> bool:
        """Whether a row was not taken yet; it counts as taken from then on. `at` is its cursor."""
        if not isinstance(at, datetime | date | int | float | str | Decimal):
            return True
        moment: Cursor = float(at) if isinstance(at, Decimal) and at % 1 else _whole(at)
        self.ordered = self.ordered and (self._last is None or not _before(moment, self._last))
        self._last = moment
        mark = hashlib.blake2b(row, digest_size=16).digest()
        if mark in self._seen:
            return False
        self._seen[mark] = moment
        if len(self._seen) > _MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        if self.newest is None or _before(self.newest, moment):
            self.newest = moment
        return True

    def forget_old(self) -> None:
        """Let go of rows that are not asked for any more."""
        since = self.since
        if since is not None:
            self._seen = {mark: at for mark, at in self._seen.items() if not _before(at, since)}


def _whole(value: Cursor | Decimal) -> Cursor:
    return int(value) if isinstance(value, Decimal) else value


def _before(one: Cursor, other: Cursor) -> bool:
    """Whether a cursor's value stands before another; a change of its type (a view that was
    altered, a start that was set otherwise) counts as newer."""
    try:
        return one < other  # type: ignore[operator]
    except TypeError:
        return True


class _Kept(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    of: str
    kind: str
    value: str


_KINDS: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "int": int,
    "float": float,
    "str": str,
}


class KeptCursor:
    """The cursor's newest value of which the store has said that its rows are on the disk; `of`
    names address and statement, and what was kept of others is not used."""

    def __init__(self, path: Path | None, of: Iterable[str]) -> None:
        self._path = path
        self._of = hashlib.sha256("\0".join(of).encode()).hexdigest()

    def load(self) -> Cursor | None:
        """What was kept; None where there is nothing of use."""
        if self._path is None:
            return None
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
            value: Cursor = _KINDS[kept.kind](kept.value)
        except (OSError, msgspec.DecodeError, ValueError, KeyError):
            return None
        return value if kept.of == self._of else None

    def save(self, value: Cursor) -> None:
        """Keep a value; what the disk refuses is asked for again after the next start."""
        if self._path is None:
            return
        shown = value.isoformat() if isinstance(value, date) else str(value)
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_bytes(_encode(_Kept(self._of, type(value).__name__, shown)))
            new.replace(self._path)
        except OSError:
            return
