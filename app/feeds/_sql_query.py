"""The one statement of a `sql` feed: checked, or made of quoted names.

That nothing is written is the database's to see to: a read-only transaction, and an account that
may only read. The check here finds mistakes at the start; it reads words, so it refuses what it
cannot be sure of (backslashes, dollar quotes, comments).
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, TextClause, bindparam, column, select, table, text
from sqlalchemy.sql import quoted_name

Statement = Select[Any] | TextClause

_NAME = re.compile(r"[^\W\d]\w{0,62}")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[\w+\]")
_WORD = re.compile(r"[a-z_]+")
_BARRED = frozenset(
    {
        *("insert", "update", "delete", "merge", "into", "copy", "truncate"),
        *("call", "exec", "execute", "create", "alter", "drop", "grant", "revoke"),
    }
)


def checked(query: str) -> TextClause:
    """A statement as the settings give it; raises ValueError unless it is one that only reads."""
    statement = query.strip().removesuffix(";")
    if "\\" in statement:
        raise ValueError("no backslashes")
    bare = _QUOTED.sub(" x ", statement)
    for mark in (";", "--", "/*", "#", "$", "'", '"', "`"):
        if mark in bare:
            raise ValueError(f"one statement, without comments: {mark}")
    words = _WORD.findall(bare.lower())
    if not words or words[0] not in ("select", "with"):
        raise ValueError("SELECT or WITH")
    if barred := _BARRED.intersection(words):
        raise ValueError(f"only reading: {', '.join(sorted(barred))}")
    # A colon within quotes begins no gap.
    return text(_QUOTED.sub(lambda quoted: quoted.group().replace(":", "\\:"), statement))


def parameters(statement: TextClause) -> set[str]:
    """The names of the gaps `:name`."""
    return set(statement.compile().params)


def built(
    view: str, columns: Iterable[str], cursor: str, limit: int
) -> tuple[Statement, Statement]:
    """The first statement, and that of every later look (from `:since` on, in order), of a view
    `name` or `schema.name`. Names are quoted, so they are as the database writes them, capitals
    too. Raises ValueError for what is no name."""
    *schema, name = view.split(".")
    names = list(dict.fromkeys([*columns, *([cursor] if cursor else [])]))
    for part in (*schema, name, *names):
        if not _NAME.fullmatch(part):
            raise ValueError(f"no name: {part[:60]!r}")
    if len(schema) > 1 or not names:
        raise ValueError("schema.view, and its columns")
    source = table(_quoted(name), schema=_quoted(schema[0]) if schema else None)
    wanted: list[Any] = [column(_quoted(part)) for part in names]
    every: Select[Any] = select(*wanted).select_from(source).limit(limit)
    if not cursor:
        return every, every
    ordered = every.order_by(column(_quoted(cursor)))
    return ordered, ordered.where(column(_quoted(cursor)) >= bindparam("since"))


def _quoted(name: str) -> quoted_name:
    return quoted_name(name, quote=True)
