"""Recorded real data through a real broker and a real WebSocket server, up to the screen.

A river gauge comes over `ws-json`, four air stations over MQTT as a bureau's own JSON through
`[feed.map]`. The broker is stopped and started again; in the end every reading that was sent is
in the history exactly once.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from app.core.clock import SystemClock
from app.core.envelope import Delta, Snapshot
from app.core.model import Reading
from app.feeds._journal import Journal
from app.store.store import Store
from tests.helpers.mosquitto import Mosquitto, needs_mosquitto
from tests.helpers.program import Screen, items, running
from tests.helpers.ws_server import greet, say, serving

pytestmark = [pytest.mark.e2e, needs_mosquitto, pytest.mark.timeout(180)]

STATIONS = ("aotizhongxin", "changping", "dongsi", "guanyuan")
LEVEL = "reading/river.level/e2e"
BEAT_S = 0.25
ON_ITS_WAY_MS = 1000
"""What was sent this short a time before the program was ended may not have come."""

CITY = """
code = "e2e"
name_zh = "实录"
name_en = "Recorded"
centre_name_zh = "实录数据"
centre_name_en = "Recorded data"

[[feed]]
id = "river"
kind = "ws-json"
name_zh = "水文站"
name_en = "River gauge"
url = "{ws}"
expected_period_s = 1

[[feed]]
id = "air"
kind = "mqtt"
name_zh = "空气站"
name_en = "Air stations"
url = "{mqtt}"
expected_period_s = 1

[feed.options]
topics = ["air/+"]

[feed.map]
zone = "Asia/Shanghai"

[[feed.map.reading]]
key = {{template = "reading/pm25.{{_topic[1]}}/e2e"}}
value = {{from = "pm", unit = "mg/m³"}}
observed = {{from = "ts", time = "epoch_ms"}}
"""
HEADER = "code,name_zh,name_en,bureau_code,unit,period,direction,valid_min,valid_max,watch,decimals"


def pm_key(station: str) -> str:
    return f"reading/pm25.{station}/e2e"


def write_city(folder: Path, ws: str, mqtt: str) -> Path:
    folder.mkdir()
    (folder / "city.toml").write_text(CITY.format(ws=ws, mqtt=mqtt), encoding="utf-8")
    (folder / "bureaus.csv").write_text("code,name_zh,short_zh,name_en\nb,局,局,Bureau\n", "utf-8")
    (folder / "regions.csv").write_text("adcode,name_zh,short_zh,name_en\n", "utf-8")
    rows = ["river.level,水位,River level,b,m,realtime,negative,-5,20,10,3"]
    rows += [
        f"pm25.{station},PM2.5 {station},PM2.5 {station},b,µg/m³,realtime,negative,0,1500,75,0"
        for station in STATIONS
    ]
    (folder / "indicators.csv").write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return folder


def recorded(journal: str, key: str) -> Iterator[float]:
    """The values of one key of a journal that comes with the program."""

    def refuse(reason: object) -> None:
        raise AssertionError(f"a bad line in {journal}: {reason}")

    file = resources.files("assets") / "cities" / "recorded" / f"{journal}.journal"
    for entry in Journal(file).entries(refuse):
        if isinstance(entry.record, Reading) and entry.record.key == key:
            yield entry.record.value


class Sent:
    """What was sent, by key: moment to value in the catalogue's unit."""

    def __init__(self) -> None:
        self.by_key: dict[str, dict[int, float]] = defaultdict(dict)
        self.clock = SystemClock()

    def stamp(self, key: str, value: float) -> int:
        """A moment of its own for every reading of a key."""
        moments = self.by_key[key]
        now = max(self.clock.now(), next(reversed(moments), 0) + 1)
        moments[now] = value
        return now

    def last(self, key: str) -> float:
        return list(self.by_key[key].values())[-1]


@asynccontextmanager
async def river(sent: Sent) -> AsyncIterator[str]:
    """The WebSocket server: the gauge's record, one reading a beat, for as long as it is asked."""

    async def serve(socket: ServerConnection) -> None:
        await greet(socket)
        await say(socket, Snapshot(seq=0))
        for seq, value in enumerate(recorded("river", "reading/river.level/recorded"), 1):
            reading = Reading(LEVEL, value, sent.stamp(LEVEL, value))
            try:
                await say(socket, Delta(seq=seq, prev=seq - 1, readings=[reading]))
            except ConnectionClosed:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S):
                    await socket.wait_closed()

    async with serving(serve) as url:
        yield url


async def publish(sent: Sent, broker: Mosquitto, values: dict[str, list[float]]) -> None:
    """A round of every station, retained, in the bureau's own form; mg/m³ on the wire."""
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        for station, series in values.items():
            for value in series:
                ts = sent.stamp(pm_key(station), value)
                body = json.dumps({"pm": value / 1000, "ts": ts})
                await client.publish(f"air/{station}", body, qos=1, retain=True)


async def republish(sent: Sent, broker: Mosquitto) -> None:
    """What stations do when their broker comes back: the last value again, unchanged."""
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        for station in STATIONS:
            ts, value = list(sent.by_key[pm_key(station)].items())[-1]
            body = json.dumps({"pm": value / 1000, "ts": ts})
            await client.publish(f"air/{station}", body, qos=1, retain=True)


def shows(sent: Sent, fresh: str) -> Any:
    """A condition on a screen: every station's last value, in this state, from its feed."""

    def holds(screen: Screen) -> bool:
        shown = items(screen, "indicators")
        return all(
            (item := shown.get(pm_key(station))) is not None
            and item["value"] == round(sent.last(pm_key(station)))
            and (item["freshness"], item["source"]) == (fresh, "air")
            for station in STATIONS
        )

    return holds


async def test_values_ages_and_states_are_right_and_nothing_counts_twice(tmp_path):
    sent = Sent()
    pm = {
        station: recorded("air", f"reading/station.pm25/recorded/{station}") for station in STATIONS
    }
    with Mosquitto() as broker:
        async with river(sent) as ws:
            city = write_city(tmp_path / "city", ws, broker.url)
            asked = ("--seat", "desk", "--city", str(city), "--scene", "indicators")
            with running(tmp_path, *asked) as program:

                async def wait(condition: Any, what: str) -> Screen:
                    return await asyncio.to_thread(program.wait, condition, what)

                def next_values(count: int) -> dict[str, list[float]]:
                    return {station: list(islice(series, count)) for station, series in pm.items()}

                await wait(
                    lambda screen: items(screen).get(LEVEL, {}).get("freshness") == "live",
                    "the river",
                )
                await publish(sent, broker, next_values(20))
                screen = await wait(shows(sent, "live"), "every station's last value, live")
                check(screen, sent)

                await asyncio.to_thread(broker.stop)
                screen = await wait(shows(sent, "cached"), "the stations cached, their broker gone")
                river_item = items(screen, "indicators")[LEVEL]
                assert river_item["freshness"] == "live", "the other feed goes on"

                await asyncio.to_thread(broker.start)
                await republish(sent, broker)
                await wait(
                    lambda screen: items(screen, "feed-health")["feed/air"]["mode"] == "live",
                    "the feed again",
                )
                await publish(sent, broker, next_values(20))
                check(await wait(shows(sent, "live"), "new values after the restart"), sent)
                ended = sent.clock.now()
            assert program.process.returncode == 0, program.tail()
    await count(tmp_path / "data", sent, ended)


def check(screen: Screen, sent: Sent) -> None:
    """Value, unit, age and moment of every item belong together."""
    for key, item in items(screen, "indicators").items():
        moments = {value: ts for ts, value in sent.by_key[key].items()}
        assert item["unit"] == ("m" if key == LEVEL else "µg/m³")
        assert item["world"] == "real"
        assert item["level"] == ("blue" if item["value"] >= (10 if key == LEVEL else 75) else "")
        assert 0 <= item["age"] < 15
        rounded = {round(value, 3 if key == LEVEL else 0) for value in moments}
        assert item["value"] in rounded
        assert iso_ms(screen["at"]) - iso_ms(item["observed"]) == pytest.approx(
            item["age"] * 1000, abs=1500
        )


def iso_ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


async def count(data: Path, sent: Sent, ended: int) -> None:
    """The history holds what was sent, once each, with the values that were sent."""
    store = Store.open(data, SystemClock())
    try:
        for key, moments in sent.by_key.items():
            held = await store.queries.readings(key, 0, 2**52)
            stored = [(item.reading.observed, round(item.reading.value, 6)) for item in held]
            found = {moment for moment, _ in stored}
            assert len(stored) == len(found), f"{key}: stored twice"
            assert found <= set(moments), f"{key}: stored but never sent"
            lost = set(moments) - found
            assert all(moment > ended - ON_ITS_WAY_MS for moment in lost), f"{key}: lost {lost}"
            assert all(value == round(moments[moment], 6) for moment, value in stored), key
    finally:
        store.close()
