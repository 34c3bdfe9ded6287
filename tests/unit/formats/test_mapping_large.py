"""Ten megabytes at once: read in steps, so that nobody waits for the whole of it."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from app.config import FeedConfig
from app.core.clock import SystemClock
from app.core.model import World
from app.feeds._intake import Intake
from app.feeds._sink import Sink
from app.formats._base import BREATH, Payload
from app.formats.geojson import GeoJson
from app.formats.mapping import Mapping
from tests.helpers.ingesting import CATALOG
from tests.helpers.mapping import NOW, made, mapping

MANY = 8_000
MOST = 100_000_000
LEVELS = """
zone = "Asia/Shanghai"
[[reading]]
key = {template = "reading/water.level/320812/{id}"}
value = {from = "z", unit = "cm"}
observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
"""
PLACES = """
crs = "gcj02"
zone = "Asia/Shanghai"
[[position]]
id = "id"
layer = {value = "pond"}
observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
"""
ROWS = [
    {"id": f"s{number}", "z": str(1200 + number % 9), "tm": "2026-11-18 20:00:00", "n": "水" * 90}
    for number in range(MANY)
]


def as_json() -> bytes:
    return msgspec.json.encode({"code": 0, "data": {"items": ROWS}})


def as_lines() -> bytes:
    return b"\n".join(map(msgspec.json.encode, ROWS))


def as_csv() -> bytes:
    lines = [",".join(str(cell) for cell in row.values()) for row in ROWS]
    return "\r\n".join(["id,z,tm,n", *lines]).encode()


def as_xml() -> bytes:
    rows = (
        "<s>" + "".join(f"<{name}>{value}</{name}>" for name, value in row.items()) + "</s>"
        for row in ROWS
    )
    return f"<r>{''.join(rows)}</r>".encode()


def as_geojson() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": {"type": "Point", "coordinates": [119 + number / 1e6, 33.5]},
        }
        for number, row in enumerate(ROWS)
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


FORMS: list[tuple[str, type[Mapping], Callable[[], bytes]]] = [
    ('each = "data.items"' + LEVELS, Mapping, as_json),
    ('each = "data.items"\nencoding = "gb18030"' + LEVELS, Mapping, as_json),
    ('format = "ndjson"' + LEVELS, Mapping, as_lines),
    ('format = "csv"' + LEVELS, Mapping, as_csv),
    ('format = "xml"\neach = "/r/s"' + LEVELS, Mapping, as_xml),
    (PLACES, GeoJson, as_geojson),
]


@pytest.mark.parametrize(("text", "kind", "data"), FORMS)
def test_no_step_makes_more_than_a_handful(
    text: str, kind: type[Mapping], data: Callable[[], bytes]
) -> None:
    content = data()
    if "gb18030" in text:
        content = content.decode().encode("gb18030")
    form = mapping(text, kind, max_bytes=MOST)
    steps = form.read(Payload(content, NOW))
    first = next(steps)
    assert first is BREATH or first.record is not None
    count = (first.record is not None) + sum(one.record is not None for one in steps)
    assert count == MANY


def test_records_that_nobody_wants_leave_room_for_others() -> None:
    text = 'each = "data.items"' + LEVELS + "when = 'z == `1`'\n"
    steps = list(mapping(text, max_bytes=MOST).read(Payload(as_json(), NOW)))
    assert len(steps) >= MANY // 256
    assert all(one is BREATH for one in steps)


def test_too_many_records_are_told_after_the_first_of_them() -> None:
    for form, data in (('each = "data.items"', as_json()), ('format = "csv"', as_csv())):
        found = made(mapping(f"{form}\nmax_records = 100" + LEVELS, max_bytes=MOST), data)
        assert sum(one.record is not None for one in found) == 100
        assert [one.reason for one in found if one.reason] == ["too_many_records"]


def test_a_bad_record_among_good_ones_is_refused_alone() -> None:
    data = as_json().replace(b"2026-11-18 20:00:00", b"\xff\xfe", 1)
    found = made(mapping('each = "data.items"' + LEVELS, max_bytes=MOST), data)
    assert sum(one.record is not None for one in found) == MANY - 1
    assert [one.reason for one in found if one.reason] == ["not_json"]


async def test_other_feeds_have_their_turn_meanwhile() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    config = FeedConfig(id="water", kind="mqtt", name_zh="水务局")
    sink = Sink(
        config,
        CATALOG,
        SystemClock(),
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
    )
    form = mapping('format = "xml"\neach = "/r/s"' + LEVELS, max_bytes=MOST)
    running = asyncio.create_task(other())
    count = await Intake(form, sink).take_slowly(Payload(as_xml(), NOW))
    running.cancel()
    assert count == MANY
    assert turns > 3
