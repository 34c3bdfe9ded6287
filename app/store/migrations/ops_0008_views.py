"""Which cameras were seen, in few bytes, since each view has a row when it begins and one when it
ends: a tour over 64 cells is a hundred thousand rows a day."""

from app.store.driver import Database
from app.store.migrate import Migration

_TABLES = ("view_name", "view_line", "view_row")


class Views(Migration, kind="ops-0008-views"):
    """Names and lines are written once; `viewing` reads as it did before."""

    def up(self, db: Database) -> None:
        """Move what there is into the new tables."""
        db.execute("CREATE TABLE view_name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)")
        db.execute("CREATE TABLE view_line (id INTEGER PRIMARY KEY, command TEXT NOT NULL UNIQUE)")
        db.execute(
            "CREATE TABLE view_row (line INTEGER NOT NULL, place INTEGER NOT NULL,"
            " camera INTEGER NOT NULL, by INTEGER NOT NULL, wall INTEGER NOT NULL,"
            " since INTEGER NOT NULL, span INTEGER NOT NULL, ms INTEGER NOT NULL,"
            " times INTEGER NOT NULL, PRIMARY KEY (line, place)) STRICT, WITHOUT ROWID"
        )
        db.execute("CREATE INDEX view_camera ON view_row (camera, since)")
        db.execute(
            "CREATE TABLE view_known (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)"
            " STRICT"
        )
        db.execute(
            "INSERT INTO view_name (text) SELECT camera FROM viewing UNION SELECT by FROM viewing"
            " UNION SELECT wall FROM viewing"
        )
        db.execute(
            "INSERT INTO view_line (command) SELECT DISTINCT command FROM viewing ORDER BY command"
        )
        db.execute(
            "INSERT INTO view_row SELECT view_line.id, place, c.id, b.id, w.id, since,"
            " until - since, ms, times FROM viewing"
            " JOIN view_line ON view_line.command = viewing.command"
            " JOIN view_name c ON c.text = camera JOIN view_name b ON b.text = by"
            " JOIN view_name w ON w.text = wall"
        )
        db.execute("DROP TABLE viewing")
        db.execute(
            "CREATE VIEW viewing AS SELECT view_line.command, view_row.place, c.text AS camera,"
            " b.text AS by, w.text AS wall, view_row.since, view_row.since + view_row.span AS"
            " until, view_row.ms, view_row.times FROM view_row"
            " JOIN view_line ON view_line.id = view_row.line"
            " JOIN view_name c ON c.id = view_row.camera"
            " JOIN view_name b ON b.id = view_row.by"
            " JOIN view_name w ON w.id = view_row.wall"
        )
        for table in _TABLES:
            for action in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
