"""`sql` against a real PostgreSQL."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.config import FeedConfig, Limits, Tls
from app.core.message import message
from app.secrets import Secrets
from tests.helpers.ingesting import Gathered, ingesting
from tests.helpers.postgres import Postgres, needs_postgres
from tests.helpers.tls import Authority

pytestmark = needs_postgres

MAP = {
    "reading": [
        {
            "key": {"template": "reading/water.level/320812/{stcd}"},
            "value": {"from": "z", "unit": "m"},
            "observed": {"from": "tm", "time": "iso"},
        }
    ]
}
VIEW = {"view": "v_river", "columns": ["stcd", "tm", "z"], "cursor_column": "tm"}
READER = Secrets(environment={"CHENGMAI_SECRET_DB": "reader:right"})
NOW = int(time.time()) - 3600


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(certificate=_certificate(tmp_path_factory.mktemp("tls"))) as running:
        running.run("CREATE ROLE reader LOGIN PASSWORD 'right'")
        yield running


def _certificate(folder: Path) -> tuple[Path, Path]:
    authority = Authority(folder)
    Path(folder / "ca").write_bytes(authority.file.read_bytes())
    return authority.server()


@pytest.fixture
def river(server: Postgres) -> Postgres:
    """An empty table with its view, which the reader may read."""
    server.run(
        "DROP TABLE IF EXISTS river CASCADE",
        "CREATE TABLE river (stcd text, tm timestamptz, z numeric(8,3), n bigserial)",
        "CREATE VIEW v_river AS SELECT * FROM river",
        "GRANT SELECT ON v_river TO reader",
    )
    return server


def config(url: str, *, mapping: dict[str, Any] = MAP, **options: Any) -> FeedConfig:
    options.setdefault("poll_s", 0.05)
    return FeedConfig(
        id="f",
        kind="sql",
        name_zh="水文局",
        url=url,
        credential="db",
        map=mapping,
        options=options,
    )


def put(server: Postgres, *rows: tuple[int, float], station: str = "jiangba") -> None:
    """Levels, each with its second of the test's hour."""
    values = ", ".join(f"('{station}', to_timestamp({NOW + at}), {z})" for at, z in rows)
    server.run(f"INSERT INTO river (stcd, tm, z) VALUES {values}")


def levels(got: Gathered) -> list[float]:
    return [reading.value for reading in got.readings]


def _kept(path: Path) -> float:
    value = msgspec.json.decode(path.read_bytes())["value"]
    return datetime.fromisoformat(value).timestamp()


async def test_only_new_rows_and_those_committed_late(river: Postgres, tmp_path: Path) -> None:
    put(river, (1, 1.0), (2, 2.0))
    feed = config(river.url, **VIEW, overlap=60)
    async with ingesting(feed, secrets=READER, folder=tmp_path) as (_, got):
        await got.until(lambda g: len(g.readings) == 2)
        put(river, (100, 3.0))
        await got.until(lambda g: len(g.readings) == 3)
        put(river, (100, 4.0), station="badun")  # the newest moment again, another row
        put(river, (41, 5.0))  # late, within the overlap
        put(river, (7, 6.0))  # too late
        put(river, (101, 7.0))
        await got.until(lambda g: len(g.readings) == 6)
        assert sorted(levels(got)) == [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]
        assert got.health().duplicates == 0
        await got.until(lambda g: (tmp_path / "f.cursor").exists())
        put(river, (102, 8.0))
        await got.until(lambda g: len(g.readings) == 7)
        await got.until(lambda g: _kept(tmp_path / "f.cursor") == NOW + 102)
    put(river, (103, 9.0))
    feed = config(river.url, **VIEW)  # after a restart, from where it was
    async with ingesting(feed, secrets=READER, folder=tmp_path) as (_, got):
        await got.until(lambda g: 9.0 in levels(g))
        assert levels(got) == [8.0, 9.0]


async def test_a_limit_of_rows_is_gone_on_from(river: Postgres) -> None:
    put(river, *((at, float(at % 20)) for at in range(250)))
    feed = config(river.url, **VIEW, max_rows=40, chunk_rows=7)
    async with ingesting(feed, secrets=READER) as (_, got):
        await got.until(lambda g: len(g.readings) == 250)
        assert levels(got) == [float(at % 20) for at in range(250)]


async def test_a_row_that_is_too_large_is_refused_once_and_stops_nothing(river: Postgres) -> None:
    put(river, (1, 1.0))
    put(river, (2, 2.0), station="x" * 5_000)
    whole = config(river.url, **{**VIEW, "cursor_column": ""}, max_rows=2, poll_s=60)
    async with ingesting(whole, secrets=READER) as (_, got):  # as many rows as allowed
        await got.until(lambda g: len(g.readings) == 1 and g.health().rejected == 1)
        assert got.is_("live")  # no key may be so long, but both rows came
    feed = msgspec.structs.replace(config(river.url, **VIEW), limits=Limits(max_bytes=2_000))
    async with ingesting(feed, secrets=READER) as (_, got):
        await got.until(lambda g: len(g.readings) == 1 and g.health().rejected == 1)
        put(river, (3, 3.0))
        await got.until(lambda g: len(g.readings) == 2)
        assert levels(got) == [1.0, 3.0]
    assert got.health().reasons == {"oversized": 1}


async def test_a_query_with_parameters(river: Postgres) -> None:
    put(river, (1, 1.0), (2, 2.0), (3, 3.0))
    query = (
        "SELECT stcd, tm, z, n FROM v_river WHERE n >= :since AND z >= :least"
        " AND stcd <> 'a;b' ORDER BY n"
    )
    least = {"least": 2.5}
    feed = config(river.url, query=query, cursor_column="n", start=0, parameters=least)
    async with ingesting(feed, secrets=READER) as (_, got):
        await got.until(lambda g: len(g.readings) == 1)
        put(river, (4, 1.0), (5, 5.0))
        await got.until(lambda g: len(g.readings) == 2)
        assert levels(got) == [3.0, 5.0]


async def test_every_type_of_column_becomes_json(server: Postgres) -> None:
    server.run(
        "DROP TABLE IF EXISTS zoo",
        "CREATE TABLE zoo (a int8, b numeric, c float8, d bool, e text, f bytea, g timestamptz,"
        " h timestamp, i date, j interval, k jsonb, l int[], m uuid, n inet, o numeric, p time,"
        ' "水位" text, q text)',
        "INSERT INTO zoo VALUES (9007199254740993, 1.25, 'NaN', true, E'tab\\t中', '\\x00ff',"
        " '2026-01-02 03:04:05+08', '2026-01-02 03:04:05', '2026-01-02', '1 day 2 s',"
        " '{\"x\": [1, null]}', '{1,2}', '00000000-0000-0000-0000-000000000001',"
        " '10.0.0.0/8', 'NaN', '03:04', 'deep', NULL)",
        "GRANT SELECT ON zoo TO reader",
    )
    mapping = {
        "event": [
            {
                "id": {"value": "x:1"},
                "type": {"value": "zoo"},
                "occurred": {"from": "g", "time": "iso"},
                "title": {"from": "to_string(@)"},
                "observed": {"from": "g", "time": "iso"},
            }
        ]
    }
    feed = config(
        server.url, mapping=mapping, query="SELECT * FROM zoo", zone="Asia/Shanghai", poll_s=60
    )
    async with ingesting(feed, secrets=READER) as (_, got):
        await got.until(lambda g: bool(g.all.records) or g.is_("refused"))
        title = got.all.records[0].record.title  # type: ignore[union-attr]
        assert msgspec.json.decode(title) == {
            "a": 9007199254740993,
            "b": 1.25,
            "c": None,
            "d": True,
            "e": "tab\t中",
            "f": None,
            "g": "2026-01-01T19:04:05+00:00",
            "h": "2026-01-01T19:04:05+00:00",
            "i": "2026-01-02",
            "j": 86402.0,
            "k": {"x": [1, None]},
            "l": [1, 2],
            "m": "00000000-0000-0000-0000-000000000001",
            "n": "10.0.0.0/8",
            "o": None,
            "p": "03:04:00",
            "水位": "deep",
            "q": None,
        }


async def test_nothing_is_written_even_by_an_account_that_could(
    river: Postgres, expect_log: Any
) -> None:
    expect_log("feed f is lost: sql.writes")
    river.run(
        "CREATE OR REPLACE FUNCTION sneak() RETURNS TABLE (stcd text, tm timestamptz, z numeric)"
        " LANGUAGE sql AS $$ INSERT INTO river VALUES ('x', now(), 1) RETURNING stcd, tm, z $$"
    )
    admin = Secrets(environment={"CHENGMAI_SECRET_DB": "admin:admin"})
    feed = config(river.url, query="SELECT * FROM sneak()")
    async with ingesting(feed, secrets=admin) as (_, got):
        await got.until(lambda g: g.is_("refused"))
        assert got.health().trouble == message("sql.writes")
    turned = "SELECT set_config('transaction_read_only', 'off', false), s.* FROM sneak() AS s"
    async with ingesting(config(river.url, query=turned), secrets=admin) as (_, got):
        await got.until(lambda g: g.is_("refused"))
    assert river.run("SELECT count(*) FROM river") == [(0,)]


async def test_what_the_account_may_not_is_refused_and_said(
    river: Postgres, expect_log: Any
) -> None:
    expect_log("feed f is lost")
    river.run("DROP TABLE IF EXISTS hidden", "CREATE TABLE hidden (x int)")
    for view, columns, word in (
        ("hidden", ["x"], "sql.not_allowed"),
        ("v_river", ["nothing"], "sql.query"),
    ):
        feed = config(river.url, view=view, columns=columns)
        async with ingesting(feed, secrets=READER) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.troubles[-1] == word
    wrong = Secrets(environment={"CHENGMAI_SECRET_DB": "reader:wr0ng"})
    async with ingesting(config(river.url, **VIEW), secrets=wrong) as (_, got):
        await got.until(lambda g: g.is_("refused"))
        assert got.health().trouble == message("feed.credentials")


async def test_a_statement_that_takes_too_long_is_ended(river: Postgres, expect_log: Any) -> None:
    expect_log("feed f is lost: sql.too_slow")
    feed = config(river.url, query="SELECT pg_sleep(30)", answer_s=0.2)
    async with ingesting(feed, secrets=READER) as (_, got):
        await got.until(lambda g: g.is_("lost"))


async def test_a_server_that_is_stopped_and_comes_back(river: Postgres, expect_log: Any) -> None:
    expect_log("feed f is lost")
    put(river, (1, 1.0))
    async with ingesting(config(river.url, **VIEW), secrets=READER) as (_, got):
        await got.until(lambda g: len(g.readings) == 1)
        river.stop()
        await got.until(lambda g: g.is_("lost"))
        river.start()
        put(river, (2, 2.0))
        await got.until(lambda g: len(g.readings) == 2)
        assert levels(got) == [1.0, 2.0] and got.health().duplicates <= 1


async def test_more_rows_than_allowed_without_an_order_are_not_half_taken(
    river: Postgres, expect_log: Any
) -> None:
    expect_log("feed f is lost")
    put(river, *((100 - at, 1.0) for at in range(50)))
    query = "SELECT stcd, tm, z FROM v_river WHERE tm >= :since"
    some = {"query": query, "cursor_column": "tm", "start": "-24h", "max_rows": 10}
    async with ingesting(config(river.url, **some), secrets=READER) as (_, got):
        await got.until(lambda g: g.is_("refused"))
        assert got.troubles[-1] == "sql.not_ordered"
    whole = {"view": "v_river", "columns": ["stcd", "tm", "z"], "max_rows": 10}
    async with ingesting(config(river.url, **whole), secrets=READER) as (_, got):
        await got.until(lambda g: g.is_("refused"))
        assert got.troubles[-1] == "sql.too_many"


async def test_tls_is_verified(
    river: Postgres, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f is lost: feed.certificate")
    put(river, (1, 1.0))
    url = river.url.replace("127.0.0.1", "localhost")
    ours = next(tmp_path_factory.getbasetemp().glob("tls*/ca"))
    other = Authority(tmp_path).file
    for authority, state in ((other, "refused"), (ours, "live")):
        feed = msgspec.structs.replace(config(url, **VIEW), tls=Tls(ca=str(authority)))
        async with ingesting(feed, secrets=READER) as (_, got):
            await got.until(lambda g, state=state: g.is_(state))


async def test_a_missing_driver_is_named(expect_log: Any) -> None:
    expect_log("feed f is lost: sql.no_driver")
    for url, package in (
        ("dm+dmPython://127.0.0.1:5236/x", "dmPython, dmSQLAlchemy"),
        ("kingbase+ksycopg2://127.0.0.1:54321/x", "ksycopg2"),
        ("mysql+pymysql://127.0.0.1/x", "pymysql"),
    ):
        async with ingesting(config(url, **VIEW), secrets=READER) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            trouble = got.health().trouble
            assert trouble is not None and trouble.args["package"] == package
