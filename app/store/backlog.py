"""What of its history each source has still to bring, so that it is asked for once and completely.

A source without a row was never asked. No row is salvaged from a damaged file: readings may be
missing there, so everything is asked for anew.
"""

from collections.abc import Mapping

import msgspec

from app.core.model import Span
from app.store.driver import Connection

Spans = tuple[Span, ...]
_spans = msgspec.json.Decoder(Spans)


def write(connection: Connection, backlog: Mapping[str, Spans]) -> None:
    """Take the place of what was kept of these sources."""
    connection.executemany(
        "INSERT OR REPLACE INTO backlog (source, spans) VALUES (?, ?)",
        [(source, msgspec.json.encode(spans).decode()) for source, spans in backlog.items()],
    )


def load(connection: Connection) -> dict[str, Spans]:
    """Every source that was asked, with the spans it has still to bring."""
    rows = connection.execute("SELECT source, spans FROM backlog")
    return {source: _spans.decode(spans) for source, spans in rows}
