"""What the meanings of bytes cost: foreign JSON, a snapshot of buses, ten megabytes at once."""

import asyncio
import time
from collections.abc import Callable, Iterator
from statistics import median

import msgspec
from google.transit import gtfs_realtime_pb2
from lxml import etree  # type: ignore[import-untyped]

from app.bench._base import Figure
from app.bench._documents import geojson, xml
from app.bench._mapped import FEED, RECORDS, mapped_payload
from app.child import Child
from app.config import FeedConfig, Limits
from app.core.catalog import Catalog, Quantity
from app.core.clock import SystemClock
from app.core.model import World
from app.feeds._base import Surroundings, feeds
from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.formats._base import Payload, format_of
from app.secrets import Secrets

ROUNDS = 30
VEHICLES = 600
DEADLINE_S = 60.0
ZONE = "Asia/Shanghai"
_ITEMS = 2000
_CATALOG = Catalog(
    quantities={
        "water.level": Quantity("water.level", "水位", "Water level", "m", 300_000),
        **{
            name: Quantity(name, name, name, "件", 5000)
            for name in (f"bench.i{number}" for number in range(_ITEMS))
        },
    }
)


def mapped_rate() -> Figure:
    """Records of a bureau's JSON that become readings, a second, on one core."""
    format_, payload = format_of(FEED, _CATALOG, ZONE), mapped_payload(_now())
    if sum(one.record is not None for one in format_.read(payload)) != RECORDS:
        raise RuntimeError("the sample does not map")
    whole = median(_seconds(lambda: list(format_.read(payload))))
    bare = median(_seconds(lambda: msgspec.json.decode(payload.data)))
    return Figure(
        "mapped_rate", RECORDS / whole, "records/s", "decoded, not looked at", RECORDS / bare
    )


def gtfs_600() -> Figure:
    """Milliseconds from the bytes of 600 buses to columns of positions."""
    data = _buses()
    config = FeedConfig(id="bus", kind="http-json", name_zh="公交", format="gtfs-rt")
    sink = _sink(config)
    intake = Intake(format_of(config, _CATALOG, ZONE), sink)
    spent = _seconds(lambda: intake.take(Payload(data, _now())))
    if sink.health().rejected or not sink.health().accepted:
        raise RuntimeError("the buses were not taken")
    bare = _seconds(lambda: gtfs_realtime_pb2.FeedMessage().ParseFromString(data))
    return Figure("gtfs_600", 1000 * median(spent), "ms", "protobuf alone", 1000 * median(bare))


def loop_block_max() -> Figure:
    """The longest that the ingest loop was held while ten megabytes of XML, then of GeoJSON, came
    over HTTP and became readings, in milliseconds."""
    systems = Child("app.bench._systems", ["0"])
    try:
        there = systems.start()["http"]
        configs = [*_documents(there)]
        small = f"{there}/still/0"
        for config in configs:  # what is loaded with the first request of a program is no document
            asyncio.run(_blocked(msgspec.structs.replace(config, url=small), nothing=True))
        worst = max(asyncio.run(_blocked(config)) for config in configs)
    finally:
        systems.stop()
    whole = max(
        1000 * median(_seconds(lambda: etree.fromstring(xml()), 3)),
        1000 * median(_seconds(lambda: msgspec.json.decode(geojson()), 3)),
    )
    return Figure("loop_block_max", 1000 * worst, "ms", "decoded in one go", whole)


def _documents(http: str) -> Iterator[FeedConfig]:
    for kind in ("xml", "geojson"):
        yield FeedConfig(
            id=kind,
            kind="http-json",
            name_zh=kind,
            url=f"{http}/big/{kind}",
            expected_period_s=3600,
            limits=Limits(max_bytes=16_000_000),
            map={
                "format": kind,
                **({"each": "//row"} if kind == "xml" else {}),
                "max_records": 1_000_000,
                "reading": [
                    {
                        "key": {"template": "reading/{item}/{adcode}"},
                        "value": "val",
                        "observed": {"from": "tm", "time": "epoch_ms"},
                    }
                ],
            },
        )


async def _blocked(config: FeedConfig, *, nothing: bool = False) -> float:
    """The longest gap between two turns of a loop that runs one feed until all is taken."""
    sink = _sink(config)
    around = Surroundings(catalog=_CATALOG, clock=SystemClock(), secrets=Secrets())
    feed = feeds().load(config.kind)(config, around)
    done = asyncio.Event()
    running = asyncio.create_task(feed.run(sink, done.set))
    worst, last, until = 0.0, time.perf_counter(), time.perf_counter() + DEADLINE_S
    try:
        while not (done.is_set() or running.done()) and last < until:
            await asyncio.sleep(0.001)
            worst, last = max(worst, time.perf_counter() - last - 0.001), time.perf_counter()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await around.shared.close()
    if not nothing and not sink.health().accepted:
        raise RuntimeError(f"nothing of {config.id} was taken: {sink.health().reasons}")
    return worst


def _sink(config: FeedConfig) -> Sink:
    return Sink(
        config,
        _CATALOG,
        SystemClock(),
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
    )


def _buses() -> bytes:
    message = gtfs_realtime_pb2.FeedMessage()
    now = _now() // 1000
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = now
    for number in range(VEHICLES):
        entity = message.entity.add(id=str(number))
        vehicle = entity.vehicle
        vehicle.timestamp = now - number % 30
        vehicle.vehicle.id, vehicle.vehicle.label = f"v{number}", f"苏H{number:05d}"
        vehicle.trip.route_id = str(number % 40)
        vehicle.position.latitude = 33.5 + number % 97 / 1000
        vehicle.position.longitude = 119.1 + number % 89 / 1000
        vehicle.position.bearing, vehicle.position.speed = float(number % 360), 8.0
    data: bytes = message.SerializeToString()
    return data


def _seconds(what: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    spent = []
    for _ in range(rounds):
        before = time.perf_counter()
        what()
        spent.append(time.perf_counter() - before)
    return spent


def _now() -> int:
    return time.time_ns() // 1_000_000
