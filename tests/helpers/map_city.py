"""A picture as the simulated city of a name fills it, or as recorded feeds do: for layers of maps.

The records are the simulator's, or come out of the real formats; they go through a real `Sink` and
into a real `Picture`.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from app.city import City, load_city
from app.config import FeedConfig, Limits
from app.core.clock import ManualClock
from app.core.model import Ms, Record, World
from app.feeds._sink import Sink
from app.formats._base import Payload, format_of
from app.gis.atlas import Atlas
from app.gis.content import Content
from app.gis.layer import Ask, Ground
from app.live.batch import Batch
from app.live.picture import Picture
from app.sim.__main__ import build
from app.sim.weather import Scenario

NOW: Ms = 1_784_268_202_000  # 2026-07-17T06:03:22Z, 14:03:22 in the city
SHARED = Path(__file__).resolve().parents[3] / "shared/data"


@cache
def city_of(name: str) -> City:
    """A city, read once."""
    return load_city(name)


def atlas_of(name: str, now: Ms = NOW) -> Atlas:
    """The atlas of a city."""
    return Atlas(Ground(city_of(name), ManualClock(now)))


@cache
def simulated(name: str) -> Picture:
    """A city in a cloudburst, as its simulator tells it. Read it, do not change it."""
    picture = Picture({}, World.DEMO)
    city = build(name, None, Scenario.STORM, NOW - 30 * 60_000)
    for told in city.now(NOW, 10_000):
        records: list[Record] = [*told.warnings, *told.events, *told.devices, *told.positions]
        pour(picture, city_of(name), "sim", [*records, *told.readings])
    return picture


def pour(
    picture: Picture, city: City, source: str, records: Iterable[Record], now: Ms = NOW
) -> None:
    """Records of a feed into a picture, through a sink."""
    config = FeedConfig(id=source, kind="ws-json", name_zh=source, limits=Limits())
    sink = Sink(
        config,
        city.catalog,
        ManualClock(now),
        city_world=World.DEMO,
        urgent=lambda: None,
        waiting=lambda: 0,
    )
    sink.touch()
    sink.take(list(records))
    batch = Batch()
    sink.pour(batch)
    picture.positions.update(batch.positions)
    picture.apply_records(batch.records)
    for feed, readings in batch.latest.items():
        picture.apply_readings(feed, now, readings.items())


def decoded(kind: str, data: bytes, now: Ms = NOW, **options: object) -> list[Record]:
    """What a format makes of a payload."""
    config = FeedConfig(id=kind, kind="mqtt", name_zh=kind, format=kind, format_options=options)
    made = format_of(config, city_of("huaian").catalog, "Asia/Shanghai")
    found = (one.record for one in made.read(Payload(data, now)))
    return [record for record in found if record is not None]


def content(atlas: Atlas, id_: str, picture: Picture, now: Ms = NOW, **ask: object) -> Content:
    """What a layer shows of a picture."""
    layer = atlas.layer(id_)
    return layer.make(layer.take(picture), Ask(now, **ask))  # type: ignore[arg-type]
