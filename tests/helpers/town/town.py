"""The whole town: every server, every source, the city's folder and the secrets."""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from tests.helpers.http_server import HttpServer
from tests.helpers.postgres import Postgres
from tests.helpers.soap_server import SoapServer
from tests.helpers.town.brokers import PASSWORD, USER, Broker, Cases, Context, Levels, Sensors
from tests.helpers.town.ledger import Ledger
from tests.helpers.town.lines import Hydro, Planes, Province, Ships, Station, Units
from tests.helpers.town.shelves import Film, Flows, Stocks
from tests.helpers.town.source import Shelf, Source
from tests.helpers.town.web import (
    Alerts,
    Buses,
    Devices,
    Gauges,
    Hotline,
    Pools,
    Quakes,
    Traffic,
)

CITY = """
code = "320812"
name_zh = "试城"
name_en = "Trial"
centre_name_zh = "试城中心"
centre_name_en = "Trial centre"
lon = 119.0
lat = 33.5
"""
UNITS = {
    "level": "m",
    "rain": "mm",
    "temp": "℃",
    "soap": "m",
    "power": "MW",
    "pm25": "µg/m³",
    "stage": "m",
    "flow": "m³/s",
    "film": "m",
}
HEADER = "code,name_zh,name_en,bureau_code,unit,period,direction,valid_min,valid_max,watch,decimals"
PORTION = 10
SECRETS = {
    "broker": f"{USER}:{PASSWORD}",
    "devices": "app:secret",
    "hotline": "the hotline's word",
    "ships": "the ships' word",
    "flows": "reader:reads",
}


class Town:
    """`async with Town(folder) as town:`; `sources` are the sources, by feed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger()
        self.web = HttpServer()
        self.sources: dict[str, Source] = {}
        self._stack = ExitStack()
        self._broker: Broker | None = None

    async def __aenter__(self) -> "Town":
        try:
            await self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(one.stop() for one in self.sources.values()))
        await self.web.stop()
        self._stack.close()

    async def _build(self) -> None:
        ledger, stack = self.ledger, self._stack
        database, soap = Postgres(), SoapServer()
        stack.callback(database.__exit__)
        making = asyncio.create_task(asyncio.to_thread(database.start))
        broker = self._broker = Broker(self.folder)
        stack.callback(broker.server.__exit__)
        stack.enter_context(soap)
        await self.web.start()
        cases = Cases(ledger)
        stack.callback(cases.server.__exit__)
        units = Units(ledger)
        stack.callback(units.close)
        await making
        sources: list[Source] = [
            Levels(ledger, broker),
            Sensors(ledger, broker, self.web),
            Context(ledger, broker, self.web),
            cases,
            units,
            Ships(ledger),
            Province(ledger),
            Planes(ledger),
            Station(ledger),
            Hydro(ledger),
            Stocks(ledger, self.folder / "stocks"),
            Flows(ledger, database),
            Film(ledger, self.folder),
            Gauges(ledger, soap),
            Hotline(ledger),
        ]
        sources += [kind(ledger, self.web) for kind in (Devices, Buses, Pools, Alerts, Quakes)]
        sources.append(Traffic(ledger, self.web))
        self.sources = {one.feed: one for one in sources}
        running = {units, self.sources["flows"]}
        await asyncio.gather(*(one.start() for one in sources if one not in running))

    async def fall(self) -> set[str]:
        """Cut off every server of the town; gives the feeds that lose their line by it."""
        assert self._broker is not None
        await asyncio.to_thread(self._broker.server.stop)
        await self.web.stop()
        cut = {name: one for name, one in self.sources.items() if not one.rests}
        await asyncio.gather(*(one.stop() for one in cut.values()))
        return set(cut)

    async def rise(self) -> None:
        """Every server stands again, where it stood."""
        assert self._broker is not None
        await asyncio.to_thread(self._broker.server.start)
        await self.web.start()
        await asyncio.gather(*(one.start() for one in self.sources.values() if not one.rests))

    async def say(self, turn: int) -> None:
        """Every source says what it has to say in a turn."""
        await asyncio.gather(*(one.say(turn) for one in self.sources.values()))

    @property
    def shelves(self) -> list[Shelf]:
        """The sources of which nothing may be lost."""
        return [one for one in self.sources.values() if isinstance(one, Shelf)]

    async def burst(self, turns: Iterable[int]) -> None:
        """The shelves are filled, in many small portions."""
        for turn in turns:
            await asyncio.gather(*(one.much(turn, PORTION) for one in self.shelves))

    def write_city(self) -> Path:
        """The city's folder, with one `[[feed]]` of every source."""
        folder = self.folder / "city"
        folder.mkdir()
        feeds = "".join(one.toml() for one in self.sources.values())
        (folder / "city.toml").write_text(CITY + feeds, "utf-8")
        (folder / "bureaus.csv").write_text("code,name_zh,short_zh,name_en\nb,局,局,Bureau\n")
        (folder / "regions.csv").write_text("adcode,name_zh,short_zh,name_en\n")
        rows = [
            f"town.{code},{code},{code},b,{unit},5min,negative,-1000,100000,99999,3"
            for code, unit in UNITS.items()
        ]
        (folder / "indicators.csv").write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
        return folder

    def keep_secrets(self, data: Path) -> None:
        """As an operator would: files that only their owner may read."""
        (data / "secrets").mkdir(parents=True)
        for name, secret in SECRETS.items():
            file = data / "secrets" / name
            file.touch(mode=0o600)
            file.write_text(secret, "utf-8")
