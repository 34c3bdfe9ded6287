"""Journals: what a feed brought, to be played again.

A file is one zstd stream of lines of JSON. The first is the head (`Head`), every other one is
`{"received": ms, "source": id, "kind": "reading", "record": {...}}` in the order of arrival.
Records are masked before they are written. A journal cut off in the middle (a power loss) plays
to its last whole line.
"""

from collections.abc import Callable, Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

import msgspec
import zstandard

from app.core.message import Refusal, message
from app.core.model import (
    Ms,
    Name,
    OutsideTime,
    Record,
    World,
)
from app.core.privacy import Privacy, masked
from app.formats._base import DECODE_ERRORS
from app.formats.records import KINDS

FORMAT = 1
MAX_LINE = 262_144
_CHUNK = 65_536
_FLUSH_BYTES = 65_536
_names: dict[type[Any], str] = {struct: name for name, struct in KINDS.items()}


class BadJournal(Refusal):
    """A file that is no journal of a form known here."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: whence the records are and who must be named when they are shown."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    journal: int = FORMAT
    city: Name = ""
    feeds: tuple[str, ...] = ()
    world: World = World.REAL
    begun: OutsideTime = 0
    licence: str = ""
    attribution_zh: str = ""
    attribution_en: str = ""


class _Line(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    received: OutsideTime
    source: Name
    kind: str
    record: Any


class _RawLine(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    received: OutsideTime
    source: Name
    kind: str
    record: msgspec.Raw


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One recorded record."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    received: Ms
    source: str
    record: Record


class JournalWriter:
    """`with JournalWriter(path, head) as journal: journal.put(received, source, record)`."""

    def __init__(self, path: Path, head: Head) -> None:
        self._file = path.open("xb")
        self._stream = zstandard.ZstdCompressor(level=9).stream_writer(self._file)
        self._encoder = msgspec.json.Encoder()
        self._unflushed = 0
        self.count = 0
        self._write(head)

    def put(self, received: Ms, source: str, record: Record) -> None:
        """Append one record, masked."""
        kind = _names[type(record)]
        self._write(_Line(received, source, kind, masked(record)))
        self.count += 1

    def _write(self, line: msgspec.Struct) -> None:
        self._unflushed += self._stream.write(self._encoder.encode(line) + b"\n")
        if self._unflushed >= _FLUSH_BYTES:
            self._stream.flush(zstandard.FLUSH_BLOCK)
            self._file.flush()
            self._unflushed = 0

    def close(self) -> None:
        """End the stream."""
        self._stream.close()  # type: ignore[no-untyped-call]
        self._file.close()

    def __enter__(self) -> "JournalWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Journal:
    """A journal to be read. Raises BadJournal when the file cannot be one."""

    def __init__(self, path: Traversable) -> None:
        self._path = path
        self._line = msgspec.json.Decoder(_RawLine)
        self._records = {kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()}
        first = next(self._lines(lambda _reason, _sample: None), b"")
        try:
            self.head = msgspec.json.decode(first, type=Head)
        except DECODE_ERRORS as error:
            raise BadJournal(message("journal.not_one", file=path.name)) from error
        if self.head.journal > FORMAT:
            raise BadJournal(
                message("journal.newer", file=path.name, form=self.head.journal, known=FORMAT)
            )

    def entries(self, refuse: Callable[[str, object], None]) -> Iterator[Entry]:
        """Every record in order; a line that cannot be used is refused and skipped."""
        lines = self._lines(refuse)
        next(lines, b"")
        for line in lines:
            entry = self._entry(line, refuse)
            if entry is not None:
                yield entry

    def _entry(self, line: bytes, refuse: Callable[[str, object], None]) -> Entry | None:
        try:
            raw = self._line.decode(line)
            decoder = self._records.get(raw.kind)
            if decoder is None:
                refuse("bad_record", line[:4000])
                return None
            return Entry(raw.received, raw.source, decoder.decode(raw.record))
        except DECODE_ERRORS:
            refuse("bad_record", line[:4000])
            return None

    def _lines(self, refuse: Callable[[str, object], None]) -> Iterator[bytes]:
        try:
            file = self._path.open("rb")
        except OSError as error:
            raise BadJournal(message("journal.missing", file=self._path.name)) from error
        with file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            rest = b""
            while True:
                try:
                    chunk = stream.read(_CHUNK)
                except zstandard.ZstdError:
                    refuse("damaged", f"{len(rest)} bytes")
                    return
                if not chunk:
                    break
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
                if len(rest) > MAX_LINE:
                    refuse("oversized", f"{len(rest)} bytes")
                    return
            if rest:
                refuse("truncated", rest)
