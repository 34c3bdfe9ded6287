"""`sql`: a view of a bureau's database, asked at intervals (SQLAlchemy).

Nothing is written: the statement is one SELECT, its transaction read-only where the database has
such, and the account should be one that may only read. Rows become JSON objects by the names of
their columns, and go the way of every payload: format, mapping, checks.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import URL, TextClause, make_url
from sqlalchemy.exc import ArgumentError

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Refused, Surroundings
from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.feeds._sql_dialects import DIALECTS, Dialect, secured
from app.feeds._sql_query import Statement, built, checked, parameters
from app.feeds._sql_rows import Cursor, KeptCursor, Window
from app.feeds._sql_session import Chunk, Session, Target
from app.feeds._worker import GRACE_S, Worker
from app.formats._base import Payload
from app.options import bad, options_of, said, zone_of

_AGO = re.compile(r"-(\d{1,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SECRETS = frozenset({"password", "passwd", "pwd", "user", "uid", "odbc_connect"})


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `sql` feed: a `query`, or a `view` with its `columns`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    view: Annotated[str, said("name or schema.name, as the database writes it")] = ""
    columns: Annotated[tuple[str, ...], said("of the view")] = ()
    query: Annotated[str, said("one statement that reads, ordered by its cursor column")] = ""
    parameters: Annotated[
        dict[str, str | int | float | bool], said("values of the query's gaps beside :since")
    ] = {}
    cursor_column: Annotated[
        str, said("grows with every new row; only rows from its newest value on are asked for")
    ] = ""
    start: Annotated[
        str | int | float, said("first value of :since: a number, an ISO time, -24h, -7d")
    ] = ""
    overlap: Annotated[
        float, msgspec.Meta(ge=0), said("ask again so far back for late rows: seconds, or numbers")
    ] = 0.0
    poll_s: Annotated[float, msgspec.Meta(ge=0.05, le=86_400), said("between two looks")] = 60.0
    answer_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("longest statement")] = 30.0
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest log-in")] = 10.0
    max_rows: Annotated[int, msgspec.Meta(gt=0, le=1_000_000), said("rows of one look")] = 100_000
    chunk_rows: Annotated[int, msgspec.Meta(gt=0, le=10_000), said("rows fetched at once")] = 500
    zone: Annotated[str, said("of times without one, such as Asia/Shanghai; empty: kept so")] = ""
    allow_plain: Annotated[bool, said("connect without TLS to another machine")] = False


class Sql(Feed, kind="sql"):
    """Asks a view at intervals for its new rows, and streams them.

    Address: that of SQLAlchemy without user and password, `postgresql+psycopg://host:5432/db`; the
    credential is `user:password`. Other databases: mysql, mssql, oracle, dm (达梦) and kingbase
    (金仓), with the package that each needs.
    """

    settings = Options
    without = ("proxy", "source_address")
    example = """
        [[feed]]
        id = "hydrology-view"
        kind = "sql"
        name_zh = "水文局实时库"
        name_en = "Hydrology, live database"
        url = "postgresql+psycopg://db.example:5432/hydro"
        credential = "hydrology-view"
        expected_period_s = 300

        [feed.options]
        view = "public.v_river"
        columns = ["stcd", "tm", "z"]
        cursor_column = "tm"
        start = "-24h"
        overlap = 3600
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/water.level/320812/{stcd}"}
        value = {from = "z", unit = "m"}
        observed = {from = "tm", time = "iso"}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        for address in (config.url, *config.also):
            self._address(address)
        name = self.options.zone
        self._zone: ZoneInfo | None = zone_of(config.id, "options.zone", name) if name else None
        self._start = self._started()
        self._first, self._later = self._statements()
        self._format = self.format()
        self._worker = Worker(f"sql {config.id}"[:40])
        path = around.folder / f"{config.id}.cursor" if around.folder else None
        asked = (config.url, str(self._later), self.options.cursor_column)
        self._kept = KeptCursor(path, asked)
        self._window: Window | None = None

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Ask until the line is lost (see Feed.run)."""
        options = self.options
        if self._window is None:
            kept = await asyncio.to_thread(self._kept.load)
            self._window = Window(options.overlap, kept)
        target = self._target()
        opened: list[Session] = []
        try:
            await self._worker.call(
                lambda: opened.append(Session(target)), options.open_s + GRACE_S
            )
            up()
            while True:
                begun = self._window.newest
                try:
                    more = await self._look(opened[0], sink, self._window)
                except BaseException:  # what was fetched and not handed on is asked for again
                    self._window = Window(options.overlap, begun)
                    raise
                if not more:
                    await asyncio.sleep(options.poll_s)
        finally:
            self._worker.close(partial(_close, opened))

    async def _look(self, session: Session, sink: Sink, window: Window) -> bool:
        """One statement; whether there is more to ask for at once."""
        within = self.options.answer_s + GRACE_S
        since = window.since if window.since is not None else self._started()
        begun = window.newest
        statement = self._first if since is None else self._later
        await self._worker.call(partial(session.begin, statement, self._values(since)), within)
        window.begin()
        intake = Intake(self._format, sink)
        chunk = Chunk()
        while not chunk.over:
            chunk = await self._worker.call(partial(session.more, window), within)
            for reason in chunk.refused:
                sink.reject(reason, "")
            for data in chunk.payloads:
                await intake.take_slowly(Payload(data, sink.touch(), name=self.config.id))
        sink.touch()  # an answer without rows is one
        if not self.options.cursor_column:
            if chunk.cut:
                raise Refused(message("sql.too_many", most=self.options.max_rows))
            return False
        newest = window.newest
        if chunk.cut and not window.ordered:
            raise Refused(message("sql.not_ordered", column=self.options.cursor_column))
        if chunk.cut and newest == begun:
            raise Refused(message("sql.too_many", most=self.options.max_rows))
        window.forget_old()
        if newest is not None and newest != begun:
            sink.receipt(partial(self._kept.save, newest))
        return chunk.cut

    def _values(self, since: Cursor | None) -> dict[str, Any]:
        values: dict[str, Any] = {} if since is None else {"since": since}
        if isinstance(self._later, TextClause):
            values |= self.options.parameters
            return {name: values[name] for name in parameters(self._later)}
        return values

    # ---- what the settings say

    def _address(self, address: str) -> tuple[URL, Dialect]:
        """Address and database; raises ConfigError, which never shows the address."""
        feed = self.config.id
        try:
            url = make_url(address)
        except (ArgumentError, ValueError) as error:
            raise bad(feed, "url", DIALECTS["postgresql"].example) from error
        if url.username or url.password or _SECRETS.intersection(map(str.lower, url.query)):
            raise bad(feed, "url", "no user and password here: credential = name of a secret")
        if any(name.lower().startswith(("ssl", "encrypt", "trust")) for name in url.query):
            raise bad(feed, "url", "encryption is set by [feed.tls] and allow_plain")
        dialect = DIALECTS.get(url.get_backend_name())
        if dialect is None or not url.host:
            raise bad(feed, "url", ", ".join(known.example for known in DIALECTS.values()))
        return url, dialect

    def _started(self) -> Cursor | None:
        """The first `:since`; None where there is none."""
        start = self.options.start
        if not isinstance(start, str):
            return start
        if not start:
            return None
        if ago := _AGO.fullmatch(start):
            now = datetime.fromtimestamp(self.around.clock.now() / 1000, UTC)
            moment = now - timedelta(seconds=int(ago.group(1)) * _UNITS[ago.group(2)])
            return moment.astimezone(self._zone).replace(tzinfo=None) if self._zone else moment
        try:
            return datetime.fromisoformat(start)
        except ValueError as error:
            raise bad(self.config.id, "options.start", "2026-01-01T00:00:00, -24h") from error

    def _statements(self) -> tuple[Statement, Statement]:
        options, feed = self.options, self.config.id
        if bool(options.query) == bool(options.view):
            raise bad(feed, "options.query", "a query, or a view with its columns")
        if options.view:
            try:
                made = built(
                    options.view, options.columns, options.cursor_column, options.max_rows + 1
                )
            except ValueError as error:
                raise bad(feed, "options.view", str(error)) from error
            if self._start is not None and options.cursor_column:
                return made[1], made[1]
            return made
        try:
            statement = checked(options.query)
        except ValueError as error:
            raise bad(feed, "options.query", str(error)) from error
        named = parameters(statement)
        if missing := named - options.parameters.keys() - {"since"}:
            raise bad(feed, "options.parameters", ", ".join(sorted(missing)))
        if "since" in named and (self._start is None or not options.cursor_column):
            raise bad(feed, "options.start", "with :since a start and a cursor_column")
        return statement, statement

    def _target(self) -> Target:
        options = self.options
        url, dialect = self._address(self.url())
        if self.config.credential:
            user, password = self.around.secrets.find(self.config.credential).pair
            url = url.set(username=user, password=password)
        url, arguments = secured(
            self.config.id,
            dialect,
            url,
            self.config.tls,
            open_s=options.open_s,
            allow_plain=options.allow_plain,
        )
        return Target(
            url,
            dialect,
            arguments,
            timeout_ms=round(options.answer_s * 1000),
            chunk_rows=options.chunk_rows,
            max_rows=options.max_rows,
            max_bytes=self.config.limits.max_bytes,
            zone=self._zone,
            cursor=options.cursor_column,
        )


def _close(sessions: list[Session]) -> None:
    for session in sessions:
        session.close()
