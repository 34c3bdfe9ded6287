"""Sources that lie somewhere to be fetched: files, a view of a database, a recording."""

import asyncio
from pathlib import Path

from app.core.model import Reading
from app.feeds._journal import Head, JournalWriter
from tests.helpers.postgres import Postgres
from tests.helpers.town.ledger import Ledger
from tests.helpers.town.source import REGION, Shelf, Source, key_of

MINUTE = 60_000
RECORDED = 5


class Stocks(Shelf):
    """`file-drop`: CSV files in GB 18030, put away when they are saved."""

    feed = "stocks"
    rests = True

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        super().__init__(ledger)
        self.folder = folder
        folder.mkdir()
        self._number = 0
        self._last = 0

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "file-drop"
name_zh = "物资库存"
name_en = "Stocks"
url = "file:{self.folder}"
options = {{poll_s = 0.1, finished = "done", patterns = ["*.csv"]}}

[feed.map]
format = "csv"
encoding = "gb18030"

[[feed.map.stock]]
id = {{template = "town:{{编号}}"}}
item = "品名"
quantity = {{from = "数量", unit = "kg"}}
unit = {{value = "t"}}
depot = "仓库"
observed = {{from = "时间", time = "epoch_ms"}}
"""

    async def much(self, turn: int, count: int) -> None:
        at = self._last = max(self.ledger.now(), self._last + 1)
        rows = ["编号,品名,数量,仓库,时间"]
        for number in range(count):
            rows.append(f"{number},沙袋,{1500 + turn},城南库,{at}")
            self.ledger.matter(
                "stocks",
                f"town:{number}",
                at,
                item="沙袋",
                quantity=(1500 + turn) / 1000,
                unit="t",
                depot="城南库",
            )
        self._number += 1
        name = self.folder / f"{self._number:04}"
        name.with_suffix(".part").write_bytes("\n".join([*rows, ""]).encode("gb18030"))
        name.with_suffix(".part").rename(name.with_suffix(".csv"))


class Flows(Shelf):
    """`sql`: a view of PostgreSQL, asked for what is newer."""

    feed = "flows"

    def __init__(self, ledger: Ledger, server: Postgres) -> None:
        super().__init__(ledger)
        self._server = server
        self._last = 0
        server.run(
            "CREATE TABLE flow (id serial primary key, stcd text, tm timestamptz, q float8)",
            "CREATE VIEW v_flow AS SELECT id, stcd, tm, q FROM flow",
            "CREATE ROLE reader LOGIN PASSWORD 'reads'",
            "GRANT SELECT ON v_flow TO reader",
        )

    async def start(self) -> None:
        await asyncio.to_thread(self._server.start)

    async def stop(self) -> None:
        await asyncio.to_thread(self._server.stop)

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "sql"
name_zh = "水文局实时库"
name_en = "Flows"
url = "{self._server.url}"
credential = "flows"

[feed.options]
view = "v_flow"
columns = ["id", "stcd", "tm", "q"]
cursor_column = "id"
poll_s = 0.3

[[feed.map.reading]]
key = {{template = "reading/town.flow/{REGION}/{{stcd}}"}}
value = {{from = "q", unit = "m3/min"}}
observed = {{from = "tm", time = "iso"}}
"""

    async def much(self, turn: int, count: int) -> None:
        at = max(self.ledger.now(), self._last + 1)
        self._last = at + count
        rows = []
        for number in range(count):
            self.ledger.reading(key_of("flow", "sanhe"), 10.0 + turn, at + number)
            rows.append(f"('sanhe', to_timestamp({(at + number) / 1000:.3f}), {600 + 60 * turn})")
        sentence = f"INSERT INTO flow (stcd, tm, q) VALUES {', '.join(rows)}"
        await asyncio.to_thread(self._server.run, sentence)


class Film(Source):
    """`replay`: a recording that is played at each start of the program."""

    feed = "film"
    rests = True

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        super().__init__(ledger)
        self._file = folder / "film.journal"
        begun = ledger.now() - 30 * MINUTE
        with JournalWriter(self._file, Head(feeds=("water",), begun=begun)) as journal:
            for number in range(RECORDED):
                at = begun + number * MINUTE
                journal.put(at, "water", Reading(key_of("film"), float(number), at))
                ledger.reading(key_of("film"), float(number), at)

    def toml(self) -> str:
        return f"""
[[feed]]
id = "{self.feed}"
kind = "replay"
name_zh = "回放"
name_en = "Recording"
url = "file:{self._file}"
options = {{longest_pause_s = 0.05}}
"""

    async def say(self, turn: int) -> None:
        """It was all said when it was recorded."""
