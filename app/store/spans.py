"""From when to when each source gave a key: where what a value is made of changed."""

from typing import ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.driver import Connection
from app.store.rollup import HOUR
from app.store.series import sources


class SourceSpan(msgspec.Struct, frozen=True):
    """The first hour and the newest moment that a source is known to have given a key for, and how
    many moments of it are stored."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    source: str
    first: Ms
    last: Ms
    count: int


def spans(connection: Connection, key: str) -> list[SourceSpan]:
    """The sources of a key, the one that began first first; drills left out."""
    found = []
    for source in sources(connection, key):
        begun, count = connection.execute(
            f"SELECT min(t), sum(n) FROM {HOUR.table} WHERE sid = ?",  # noqa: S608
            (source.sid,),
        ).fetchone()
        newest = connection.execute("SELECT ts FROM latest WHERE sid = ?", (source.sid,)).fetchone()
        if begun is not None and newest is not None:
            found.append(SourceSpan(source.name, begun * HOUR.ms, newest[0], count))
    return sorted(found, key=lambda span: (span.first, span.last))
