"""What was on the screens, and the versions of the catalogues by which it was meant."""

import zstandard

from app.core.model import Ms
from app.store.driver import Connection

_MAX_BYTES = 1 << 26


def write_screen(connection: Connection, at: Ms, screen: str, body: bytes) -> None:
    """Keep the (already masked) JSON of one screen."""
    connection.execute(
        "INSERT INTO screen_record (at, screen, body) VALUES (?, ?, ?)",
        (at, screen, zstandard.compress(body)),
    )


def screens(connection: Connection, start: Ms, end: Ms) -> list[tuple[Ms, str, bytes]]:
    """(at, screen, JSON) of a span, oldest first."""
    rows = connection.execute(
        "SELECT at, screen, body FROM screen_record WHERE at >= ? AND at < ? ORDER BY at, seq",
        (start, end),
    )
    reader = zstandard.ZstdDecompressor()
    return [
        (at, screen, reader.decompress(body, max_output_size=_MAX_BYTES))
        for at, screen, body in rows
    ]


def write_catalogue(connection: Connection, kind: str, version: str, seen: Ms, body: bytes) -> None:
    """Keep a catalogue, rule file or scene under its version hash; a known one is left."""
    connection.execute(
        "INSERT OR IGNORE INTO catalogue (kind, version, seen, body) VALUES (?, ?, ?, ?)",
        (kind, version, seen, zstandard.compress(body)),
    )


def catalogue(connection: Connection, kind: str, version: str) -> bytes | None:
    """The catalogue of a version hash."""
    row = connection.execute(
        "SELECT body FROM catalogue WHERE kind = ? AND version = ?", (kind, version)
    ).fetchone()
    if row is None:
        return None
    body: bytes = zstandard.ZstdDecompressor().decompress(row[0], max_output_size=_MAX_BYTES)
    return body
