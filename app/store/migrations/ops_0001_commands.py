"""Commands, the audit chain, the outbox, what commands leave behind, and people."""

from app.store.driver import Database
from app.store.migrate import Migration

_STAMP = """
    at INTEGER NOT NULL,
    world TEXT NOT NULL,
    seat TEXT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    verb TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL"""

_TABLES = (
    f"""CREATE TABLE command (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,{_STAMP}
) STRICT""",
    "CREATE INDEX command_verb ON command (verb, seat, seq)",
    f"""CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    command TEXT NOT NULL,{_STAMP},
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    effects TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT""",
    "CREATE INDEX audit_command ON audit (command)",
    """CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT""",
    """CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    operation TEXT NOT NULL UNIQUE,
    system TEXT NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    seat TEXT NOT NULL,
    verb TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    tried INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0,
    receipt TEXT NOT NULL DEFAULT ''
) STRICT""",
    "CREATE INDEX outbox_waiting ON outbox (seq) WHERE state = 'waiting'",
    """CREATE TABLE acknowledgement (
    command TEXT PRIMARY KEY,
    warning TEXT NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    false_alarm INTEGER NOT NULL,
    reason TEXT NOT NULL,
    level TEXT NOT NULL
) STRICT""",
    "CREATE INDEX acknowledgement_at ON acknowledgement (at)",
    """CREATE TABLE note (
    command TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    seat TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT""",
    "CREATE INDEX note_at ON note (at)",
    """CREATE TABLE presence (
    command TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    seat TEXT NOT NULL
) STRICT""",
    """CREATE TABLE person (
    number TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    cost INTEGER NOT NULL,
    added INTEGER NOT NULL,
    active INTEGER NOT NULL,
    demo INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE attempt (
    number TEXT PRIMARY KEY,
    failed INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT""",
)

_APPEND_ONLY = ("command", "audit", "acknowledgement", "note", "presence")


class Commands(Migration, kind="ops-0001-commands"):
    """The first form of ops.db. What was decided is never changed: triggers refuse it."""

    def up(self, db: Database) -> None:
        """Make the tables and the triggers."""
        for statement in _TABLES:
            db.execute(statement)
        for table in _APPEND_ONLY:
            for action in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
