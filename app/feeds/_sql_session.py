"""One connection to a database; everything here waits, and runs in its feed's own thread."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import URL, NullPool, create_engine, event
from sqlalchemy.engine import CursorResult, ExceptionContext, RowMapping
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Lost, Refused
from app.feeds._sql_dialects import Dialect
from app.feeds._sql_query import Statement
from app.feeds._sql_rows import Window, row_bytes

_LOG_IN = ("authentication", "认证", "ORA-01017", "1045", "18456", "Login failed", "pg_hba.conf")
_TLS = ("certificate", "does not support SSL")


class Target(msgspec.Struct, frozen=True):
    """Where to connect, and within which bounds."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: Annotated[URL, SECRET]
    dialect: Dialect
    arguments: dict[str, Any]
    timeout_ms: int
    chunk_rows: int
    max_rows: int
    max_bytes: int
    zone: ZoneInfo | None
    cursor: str


class Chunk(msgspec.Struct):
    """The next rows: payloads of JSON arrays, rows that cannot be used by reason, whether there was
    an end, and whether the limit of rows was it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    payloads: list[bytes] = []
    refused: list[str] = []
    over: bool = False
    cut: bool = False


class Session:
    """An open connection. Raises Lost and Refused."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._result: CursorResult[Any] | None = None
        self._rows: Iterator[RowMapping] = iter(())
        self._count = 0
        try:
            engine = create_engine(
                target.url,
                connect_args=target.arguments,
                poolclass=NullPool,
                hide_parameters=True,
            )
            event.listen(engine, "handle_error", _close_cursor)
            self._connection = engine.connect()
        except (NoSuchModuleError, ImportError) as error:
            raise Refused(
                message(
                    "sql.no_driver",
                    package=target.dialect.package,
                    url=target.dialect.example,
                )
            ) from error
        except (SQLAlchemyError, UnicodeError, TypeError, ValueError) as error:
            raise _translated(error) from None  # a cause could show what it connected with
        try:
            self._say(target.dialect.session)
            self._connection.commit()
        except SQLAlchemyError as error:
            self.close()
            raise _translated(error) from None
        if self._connection.dialect.name == "postgresql":
            self._connection.execution_options(postgresql_readonly=True)

    def begin(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """Ask; the rows are taken by `more`."""
        target = self._target
        try:
            self._say(target.dialect.begin)
            streaming = self._connection.execution_options(
                stream_results=True, max_row_buffer=target.chunk_rows
            )
            self._result = streaming.execute(statement, dict(values))
            self._rows = iter(self._result.yield_per(target.chunk_rows).mappings())
        except SQLAlchemyError as error:
            raise self._failed(error) from None
        self._count = 0

    def more(self, window: Window) -> Chunk:
        """The next rows that the window does not know."""
        target, chunk = self._target, Chunk()
        rows: list[bytes] = []
        size = 0
        try:
            for _ in range(target.chunk_rows):
                row = next(self._rows, None)
                if row is None or self._count == target.max_rows:
                    chunk.over, chunk.cut = True, row is not None
                    break
                self._count += 1
                data = row_bytes(row, target.zone)
                known = data or repr(row).encode("utf-8", "backslashreplace")
                if target.cursor and not window.is_new(known, row.get(target.cursor)):
                    continue
                if data is None or len(data) + 2 > target.max_bytes:
                    chunk.refused.append("encoding" if data is None else "oversized")
                    continue
                if size + len(data) + 2 > target.max_bytes:
                    chunk.payloads.append(_array(rows))
                    rows, size = [], 0
                rows.append(data)
                size += len(data) + 1
        except SQLAlchemyError as error:
            raise self._failed(error) from None
        if rows:
            chunk.payloads.append(_array(rows))
        if chunk.over:
            self.end()
        return chunk

    def end(self) -> None:
        """End the transaction: nothing was written."""
        try:
            self._let_go()
            self._connection.rollback()
        except SQLAlchemyError as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Close the connection, however it is."""
        try:
            self._let_go()
            self._connection.close()
        except SQLAlchemyError:
            self._connection.invalidate()

    def _say(self, sentences: tuple[str, ...]) -> None:
        for sentence in sentences:
            self._connection.exec_driver_sql(sentence.format(ms=self._target.timeout_ms))

    def _let_go(self) -> None:
        result, self._result, self._rows = self._result, None, iter(())
        if result is not None:
            result.close()

    def _failed(self, error: SQLAlchemyError) -> Lost | Refused:
        self.close()
        return _translated(error)


def _close_cursor(context: ExceptionContext) -> None:
    """SQLAlchemy leaves the cursor of a lost connection open, and its driver minds."""
    ran, driver = context.execution_context, context.dialect.loaded_dbapi
    cursor = getattr(ran, "cursor", None)
    if cursor is not None and driver is not None:
        with suppress(driver.Error):
            cursor.close()


def _array(rows: list[bytes]) -> bytes:
    return b"[" + b",".join(rows) + b"]"


def _translated(error: Exception) -> Lost | Refused:
    """An error of a driver as ours: by its SQLSTATE (ISO 9075-2, 24.1; PostgreSQL, appendix A), and
    while connecting, where there is none, by its words."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(origin, "sqlstate", "") or "")
    words = " ".join(str(origin).split())[:160]
    if state.startswith("28") or (not state and any(word in words for word in _LOG_IN)):
        return Refused(message("feed.credentials"))
    if state == "57014":
        return Lost(message("sql.too_slow"))
    if state == "25006":
        return Refused(message("sql.writes"))
    if state == "42501":
        return Refused(message("sql.not_allowed", error=words))
    if isinstance(error, DBAPIError) and type(error).__name__ in (
        "ProgrammingError",
        "DataError",
        "NotSupportedError",
        "InternalError",
    ):
        return Refused(message("sql.query", error=words))
    if not state and any(word in words for word in _TLS):
        return Refused(message("feed.certificate", error=words))
    if not isinstance(error, DBAPIError):
        return Refused(message("sql.query", error=type(error).__name__))
    return Lost(message("feed.closed", error=words[:120]))
