"""Readings: who they are, the newest, the history, closed days, roll-ups.

All are clustered by series (`sid`, an integer that never leaves the database) and time, because a
chart asks for one series over a span. Times are ms UTC; a roll-up's `t` counts its own steps
(minutes, tens of minutes, hours) since the epoch. `lag` is received - observed. `extra` is
msgpack of (valid_from, valid_to, published, low, high), NULL where all are absent.
"""

from app.store.driver import Database
from app.store.migrate import Migration


class Readings(Migration, kind="cache-0001-readings"):
    """The tables of `app.store.telemetry`, `.history`, `.rollup` and `.upkeep`."""

    def up(self, db: Database) -> None:
        """Create them."""
        db.execute(
            "CREATE TABLE series (sid INTEGER PRIMARY KEY, key TEXT NOT NULL, source TEXT NOT NULL,"
            " world TEXT NOT NULL, origin TEXT NOT NULL,"
            " UNIQUE (key, source, world, origin)) STRICT"
        )
        for table, key in (("reading", "sid, ts, revision, value"), ("latest", "sid")):
            db.execute(
                f"CREATE TABLE {table} (sid INTEGER NOT NULL, ts INTEGER NOT NULL,"
                " revision INTEGER NOT NULL, value REAL NOT NULL, lag INTEGER NOT NULL, extra BLOB,"
                f" PRIMARY KEY ({key})) STRICT, WITHOUT ROWID"
            )
        db.execute(
            "CREATE TABLE chunk (sid INTEGER NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL,"
            " body BLOB NOT NULL, PRIMARY KEY (sid, day)) STRICT, WITHOUT ROWID"
        )
        for table in ("roll_minute", "roll_ten", "roll_hour"):
            db.execute(
                f"CREATE TABLE {table} (sid INTEGER NOT NULL, t INTEGER NOT NULL,"
                " n INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL,"
                " last REAL NOT NULL, known INTEGER NOT NULL,"
                " PRIMARY KEY (sid, t)) STRICT, WITHOUT ROWID"
            )
