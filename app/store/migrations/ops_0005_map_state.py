"""What the maps of a seat showed last: replaced, not appended; it is no decision of anybody."""

from app.store.driver import Database
from app.store.migrate import Migration


class MapState(Migration, kind="ops-0005-map-state"):
    """One row for each map of a seat."""

    def up(self, db: Database) -> None:
        """Make the table."""
        db.execute(
            """CREATE TABLE map_state (
    seat TEXT NOT NULL,
    name TEXT NOT NULL,
    lon REAL NOT NULL,
    lat REAL NOT NULL,
    zoom REAL NOT NULL,
    moved INTEGER NOT NULL,
    layers TEXT NOT NULL,
    plate TEXT NOT NULL,
    base TEXT NOT NULL,
    region TEXT NOT NULL,
    span_ms INTEGER NOT NULL,
    area TEXT NOT NULL,
    apart INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (seat, name)
) STRICT"""
        )
