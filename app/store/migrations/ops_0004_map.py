"""What is kept of the map: mark-up, named views, geofences."""

from app.store.driver import Database
from app.store.migrate import Migration

_TABLES = {
    "markup": """CREATE TABLE markup (
    command TEXT NOT NULL,
    id TEXT NOT NULL,
    form TEXT NOT NULL,
    corners TEXT NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    colour TEXT NOT NULL,
    erased INTEGER NOT NULL,
    PRIMARY KEY (command, id)
) STRICT""",
    "bookmark": """CREATE TABLE bookmark (
    command TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    seat TEXT NOT NULL,
    place TEXT NOT NULL,
    zoom REAL NOT NULL,
    layers TEXT NOT NULL,
    plate TEXT NOT NULL,
    base TEXT NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    forgotten INTEGER NOT NULL
) STRICT""",
    "fence": """CREATE TABLE fence (
    command TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    form TEXT NOT NULL,
    corners TEXT NOT NULL,
    radius_m INTEGER NOT NULL,
    region TEXT NOT NULL,
    layers TEXT NOT NULL,
    kinds TEXT NOT NULL,
    dwell_s INTEGER NOT NULL,
    until INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (command, id)
) STRICT""",
}


class Map(Migration, kind="ops-0004-map"):
    """Append-only, as every decision is."""

    def up(self, db: Database) -> None:
        """Make the tables and their triggers."""
        for name, table in _TABLES.items():
            db.execute(table)
            for action in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {name}_no_{action.lower()} BEFORE {action} ON {name} "
                    f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
                )
