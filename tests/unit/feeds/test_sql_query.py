"""What a `sql` feed may ask, and what it remembers of answers; without a server."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog
from app.core.clock import SystemClock
from app.feeds._base import Surroundings
from app.feeds._plain import plain
from app.feeds._sql_query import built, checked, parameters
from app.feeds._sql_rows import Cursor, KeptCursor, Window, row_bytes
from app.feeds.sql import Sql
from app.secrets import Secrets
from tests.unit.feeds.test_sql import MAP

URL = "postgresql+psycopg://db.example:5432/hydro"
VIEW = {"view": "v", "columns": ["a"]}


def sql(url: str = URL, **options: Any) -> Sql:
    around = Surroundings(catalog=Catalog(), clock=SystemClock(), secrets=Secrets())
    return Sql(
        FeedConfig(id="f", kind="sql", name_zh="水", url=url, map=MAP, options=options), around
    )


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM river",
        "SELECT 1; DROP TABLE river",
        "SELECT 1 -- and more",
        "SELECT /* x */ 1",
        "WITH gone AS (DELETE FROM river RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copy FROM river",
        "SELECT * FROM river FOR UPDATE",
        "SELECT $$'$$; DROP TABLE river",
        r"SELECT 'a\' , '; DROP TABLE river --'",
        "SELECT 'open",
        "EXPLAIN ANALYZE SELECT 1",
        "",
    ],
)
def test_what_does_not_only_read_is_refused(query: str) -> None:
    with pytest.raises(ValueError):
        checked(query)


def test_what_only_reads_is_taken() -> None:
    query = "with x as (select replace(a, ';', '--') as \"update\" from [order]) select * from x;"
    assert checked(query).text.endswith("from x")
    assert parameters(checked("SELECT a::text, ':no' FROM b WHERE t > :since")) == {"since"}


@pytest.mark.parametrize(
    ("view", "columns", "cursor"),
    [
        ("river; DROP TABLE river", ["a"], ""),
        ('river" --', ["a"], ""),
        ("a.b.c", ["a"], ""),
        ("river", ["a, (SELECT 1)"], ""),
        ("river", ["a"], "tm DESC"),
        ("river", ["*"], ""),
        ("river", [], ""),
        ("", ["a"], ""),
    ],
)
def test_what_is_no_name_is_refused(view: str, columns: list[str], cursor: str) -> None:
    with pytest.raises(ValueError):
        built(view, columns, cursor, 10)
    if view:
        with pytest.raises(ConfigError):
            sql(view=view, columns=columns, cursor_column=cursor)


def test_names_are_quoted_as_each_database_does() -> None:
    _, later = built("水文.V_River", ["z"], "tm", 5)
    said = {
        module.__name__.rpartition(".")[2]: " ".join(
            str(later.compile(dialect=module.dialect())).split()
        )
        for module in (postgresql, mysql, mssql, oracle)
    }
    assert said["postgresql"].startswith(
        'SELECT "z", "tm" FROM "水文"."V_River" WHERE "tm" >= %(since)s'
    )
    assert said["mysql"].startswith("SELECT `z`, `tm` FROM `水文`.`V_River` WHERE `tm` >=")
    assert "FROM [水文].[V_River]" in said["mssql"] and "TOP" in said["mssql"]
    assert "FETCH FIRST" in said["oracle"]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"url": "postgresql://desk:hunter2@db.example/x"}, "url"),
        ({"url": "postgresql://db.example/x?password=hunter2"}, "url"),
        ({"url": "postgresql://db.example/x?sslmode=disable"}, "url"),
        ({"url": "sqlite:////etc/hunter2"}, "url"),
        ({"url": "hunter2"}, "url"),
        ({"view": ""}, "options.query"),
        ({"query": "SELECT 1"}, "options.query"),
        ({"view": "", "query": "SELECT a FROM b WHERE t > :since"}, "options.start"),
        ({"view": "", "query": "SELECT a FROM b WHERE t > :other"}, "options.parameters"),
        ({"start": "yesterday"}, "options.start"),
        ({"zone": "Mars/Olympus"}, "options.zone"),
        ({"poll_s": 0}, "options.poll_s"),
    ],
)
def test_settings_that_cannot_work_are_told_and_show_no_secret(
    changes: dict[str, Any], key: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        sql(**{**VIEW, **changes})
    assert caught.value.reason.args["key"] == key
    assert "hunter2" not in str(caught.value)


# ---- rows


def test_times_keep_their_meaning() -> None:
    bare = datetime(2026, 1, 2, 3, 4, 5)
    assert plain(bare, None) == "2026-01-02T03:04:05"
    assert plain(bare, ZoneInfo("Asia/Shanghai")) == "2026-01-01T19:04:05+00:00"
    summer = datetime(2026, 7, 2, 3, 4, 5)
    assert plain(summer, ZoneInfo("Europe/Berlin")) == "2026-07-02T01:04:05+00:00"
    assert row_bytes({"a": "\ud800"}, None) is None


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.binary()
        | st.datetimes()
        | st.dates()
        | st.timedeltas()
        | st.decimals()
        | st.complex_numbers()
        | st.uuids(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_value_becomes_json(value: Any) -> None:
    row_bytes({"x": value}, None)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=60),
    st.integers(1, 12),
    st.integers(0, 5),
)
def test_every_row_within_the_overlap_is_taken_once(
    written: list[tuple[int, int]], at_once: int, overlap: int
) -> None:
    """A table that grows, asked after every few rows: what was there when it was asked for is taken
    once, unless it came later than the overlap allows."""
    window = Window(overlap)
    table: list[tuple[int, int]] = []
    taken: list[tuple[int, int]] = []
    due: set[tuple[int, int]] = set()
    for start in range(0, len(written), at_once):
        table += written[start : start + at_once]
        since = window.since
        answer = sorted({row for row in table if since is None or row[0] >= since})  # type: ignore[operator]
        due |= set(answer)
        window.begin()
        for row in answer:
            if window.is_new(repr(row).encode(), row[0]):
                taken.append(row)
        window.forget_old()
        assert window.ordered
    assert len(taken) == len(set(taken)) and set(taken) == due


def test_decimals_order_and_a_changed_type_begins_anew() -> None:
    window = Window(0)
    assert window.is_new(b"a", Decimal(7)) and window.newest == 7
    assert window.is_new(b"b", Decimal("7.5")) and window.newest == 7.5
    assert window.is_new(b"c", datetime(2026, 1, 1)) and window.newest == datetime(2026, 1, 1)


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 1, 2, 3, 4, 5, 6, UTC), datetime(2026, 1, 2), date(2026, 1, 2), 5, 0.5, "x"],
)
def test_a_cursor_is_kept_with_its_type_for_its_own_statement(
    tmp_path: Path, value: Cursor
) -> None:
    path = tmp_path / "home" / "f.cursor"
    KeptCursor(path, ["a", "b"]).save(value)
    assert KeptCursor(path, ["a", "b"]).load() == value
    assert KeptCursor(path, ["a", "c"]).load() is None
    path.write_bytes(b"{half")
    assert KeptCursor(path, ["a", "b"]).load() is None
