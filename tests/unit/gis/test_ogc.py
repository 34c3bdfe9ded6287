"""Features of services: pages, axes, what a server may not do, and the age of what was taken."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.city import load_city
from app.config import ConfigError
from app.core.clock import ManualClock
from app.core.message import Message, Refusal
from app.feeds._base import Lost
from app.gis._collect import BadFile
from app.gis.content import Content
from app.gis.features import AREA, LINE, POINT
from app.gis.layer import Ask, Ground, LayerConfig
from app.gis.layers.features import Remote
from app.gis.ogc_config import Service
from app.gis.ogc_fetch import take
from app.gis.ogc_gml import ServiceFault, read_gml
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server, json_reply

NOW = 1_784_246_400_000
KEY = "a-key-that-nobody-may-see"
SECRETS = Secrets(environment={"CHENGMAI_SECRET_GIS": KEY})
GML = "http://www.opengis.net/gml/3.2"
URN = "urn:ogc:def:crs:EPSG::"


def point(number: int) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [119.0 + number / 1000, 33.5]}
    properties = {"name": f"<b>点 {number}</b>"}
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": properties}


async def _items(server: HttpServer, asked: Asked, _writer: Any) -> Reply:
    """An OGC API: `limit` features from `offset`, with a link to the next."""
    first, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
    page = server.items[first : first + limit]
    links = [{"rel": "self", "href": "/items"}]
    if first + limit < len(server.items):
        links.append({"rel": "next", "href": f"?offset={first + limit}&limit={limit}"})
    return json_reply({"type": "FeatureCollection", "features": page, "links": links})


async def _wfs(server: HttpServer, asked: Asked, _writer: Any) -> Reply:
    first, count = int(asked.query.get("STARTINDEX", 0)), int(asked.query["COUNT"])
    return json_reply(
        {"type": "FeatureCollection", "features": server.items[first : first + count]}
    )


@asynccontextmanager
async def services(count: int = 25) -> AsyncIterator[HttpServer]:
    async with http_server() as server:
        server.items = [point(number) for number in range(count)]
        server.on("/items", _items)
        server.on("/wfs", _wfs)
        yield server


def service(server: HttpServer, **more: Any) -> Service:
    given = {
        "id": "s",
        "protocol": "ogcapi",
        "url": server.url("/items"),
        "crs": "wgs84",
        "page": 10,
    }
    return Service(**{**given, **more})  # type: ignore[arg-type]


async def reason(one: Service) -> str:
    with pytest.raises((Refusal, Lost)) as error:
        await take(one, ManualClock(NOW), SECRETS)
    found: Message = error.value.reason  # type: ignore[union-attr]
    return found.id


async def test_every_page_is_taken_and_the_area_asked_for() -> None:
    async with services() as server:
        found = await take(
            service(server, box=(118.5, 33.0, 119.5, 34.0)), ManualClock(NOW), SECRETS
        )
        assert found.count == 25 and found.faults == ()
        assert found.row(24)["name"] == "<b>点 24</b>"
        assert (found.x[24], found.y[24]) == pytest.approx((119.024, 33.5))
        assert [asked.query.get("offset") for asked in server.asked] == [None, "10", "20"]
        assert server.asked[0].query["bbox"] == "118.500000,33.000000,119.500000,34.000000"


async def test_a_wfs_is_asked_in_the_order_of_its_axes_and_by_start_index() -> None:
    async with services() as server:
        one = service(server, protocol="wfs", url=server.url("/wfs"), types="gis:pipes",
                      crs="cgcs2000", box=(118.5, 33.0, 119.5, 34.0))  # fmt: skip
        found = await take(one, ManualClock(NOW), SECRETS)
        assert found.count == 25
        assert [asked.query.get("STARTINDEX") for asked in server.asked] == [None, "10", "20"]
        query = server.asked[0].query
        assert (query["TYPENAMES"], query["VERSION"]) == ("gis:pipes", "2.0.0")
        assert query["SRSNAME"] == f"{URN}4490"
        assert query["BBOX"] == f"33.000000,118.500000,34.000000,119.500000,{URN}4326"


async def test_gcj02_that_was_declared_is_set_right() -> None:
    async with services(1) as server:
        server.items = [point(0)]
        found = await take(service(server, crs="gcj02"), ManualClock(NOW), SECRETS)
        assert 400 < (119.0 - found.x[0]) * 92_800 < 700, "some 500 m west of what was written"


async def test_more_than_is_wanted_is_left_and_said() -> None:
    async with services(100) as server:
        found = await take(service(server, most=25), ManualClock(NOW), SECRETS)
        assert found.count == 25
        assert [fault.id for fault in found.faults] == ["mapogc.most"]
        assert len(server.asked) == 3


async def test_a_server_that_gives_the_same_page_for_ever_ends() -> None:
    async def same(server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        links = [{"rel": "next", "href": "/items?again"}]
        return json_reply({"type": "FeatureCollection", "features": server.items, "links": links})

    async with services(5) as server:
        server.on("/items", same)
        found = await take(service(server), ManualClock(NOW), SECRETS)
        assert found.count == 5 and len(server.asked) == 2


async def test_the_next_page_of_another_host_is_not_fetched() -> None:
    async with services() as server, services() as other:

        async def away(server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
            links = [{"rel": "next", "href": other.url("/items?limit=9")}]
            return json_reply(
                {"type": "FeatureCollection", "features": server.items, "links": links}
            )

        server.on("/items", away)
        assert await reason(service(server)) == "mapogc.elsewhere"
        assert other.asked == []


async def test_the_key_goes_to_the_service_and_into_no_sentence() -> None:
    async with services(1) as server:
        one = service(server, credential="gis", key_name="token")
        await take(one, ManualClock(NOW), SECRETS)
        assert server.asked[0].query["token"] == KEY

        async def forbidden(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
            return Reply(b"{}", 403)

        server.on("/items", forbidden)
        with pytest.raises(Refusal) as error:
            await take(one, ManualClock(NOW), SECRETS)
        assert KEY not in str(error.value) and KEY not in repr(error.value.__cause__)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/html", "feed.http_html"),
        ("/silent", "feed.timeout"),
        ("/bomb", "feed.http_oversized"),
        ("/cut", "feed.closed"),
        ("/data", "mapogc.no_features"),
        ("/nothing-there", "feed.http_status"),
    ],
)
async def test_what_is_no_service_is_said(path: str, sentence: str) -> None:
    async with services() as server:
        server.data = {"error": "no such layer"}
        seconds = 0.5 if path == "/silent" else 20.0  # the time is not what the others are about
        assert await reason(service(server, url=server.url(path), seconds=seconds)) == sentence


def collection(body: str, srs: str = f"{URN}4490") -> bytes:
    return (
        f'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="{GML}"'
        f' xmlns:g="urn:x"><wfs:member><g:pipe gml:id="pipe.1">'
        "<g:name>&lt;b&gt;管&lt;/b&gt;</g:name>"
        f'<gml:boundedBy><gml:Envelope srsName="{srs}"><gml:lowerCorner>0 0</gml:lowerCorner>'
        f"</gml:Envelope></gml:boundedBy><g:geom>{body.format(srs=srs)}</g:geom></g:pipe>"
        "</wfs:member></wfs:FeatureCollection>"
    ).encode()


@pytest.mark.parametrize(
    ("srs", "numbers", "crs"),
    [
        (f"{URN}4490", "33.5 119.1", "cgcs2000"),  # the authority has latitude first
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "33.5 119.1", "wgs84"),
        ("EPSG:4326", "119.1 33.5", "wgs84"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "119.1 33.5", "wgs84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "119.1 33.5", "wgs84"),
        (f"{URN}4549", "3707000 500000", "EPSG:4549"),  # Gauss-Krüger: northing first
        ("EPSG:4549", "500000 3707000", "EPSG:4549"),
    ],
)
def test_the_order_of_the_axes_is_that_of_the_name(srs: str, numbers: str, crs: str) -> None:
    body = f'<gml:Point srsName="{{srs}}"><gml:pos>{numbers}</gml:pos></gml:Point>'
    found = read_gml(collection(body, srs), crs)
    assert found.form.tolist() == [POINT]
    east, north = (500000, 3707000) if crs.startswith("EPSG") else (119.1, 33.5)
    assert (found.x[0], found.y[0]) == (east, north)
    assert found.row(0) == {"id": "pipe.1", "name": "<b>管</b>"}


def test_areas_with_holes_lines_with_heights_and_old_coordinates() -> None:
    ring = "<gml:LinearRing><gml:posList>0 0 0 4 4 4 4 0 0 0</gml:posList></gml:LinearRing>"
    area = (
        f'<gml:MultiSurface srsName="{{srs}}"><gml:surfaceMember><gml:Polygon><gml:exterior>{ring}'
        f"</gml:exterior><gml:interior>{ring}</gml:interior></gml:Polygon></gml:surfaceMember>"
        "</gml:MultiSurface>"
    )
    found = read_gml(collection(area), "cgcs2000")
    assert found.form.tolist() == [AREA] and len(found.ring_start) == 3
    assert (found.x[1], found.y[1]) == (4, 0)
    line = (
        '<gml:LineString srsName="{srs}" srsDimension="3">'
        "<gml:posList>33 119 5 34 120 6</gml:posList></gml:LineString>"
    )
    found = read_gml(collection(line), "cgcs2000")
    assert found.form.tolist() == [LINE]
    assert (found.x.tolist(), found.y.tolist()) == ([119, 120], [33, 34])
    old = '<gml:Point srsName="EPSG:4326"><gml:coordinates>119.1,33.5</gml:coordinates></gml:Point>'
    found = read_gml(collection(old, "EPSG:4326"), "wgs84")
    assert (found.x[0], found.y[0]) == (119.1, 33.5)
    assert read_gml(collection(old, "EPSG:4326"), "wgs84", swap=True).x[0] == 33.5


def test_another_system_than_was_declared_is_refused() -> None:
    body = '<gml:Point srsName="{srs}"><gml:pos>1 2</gml:pos></gml:Point>'
    with pytest.raises(ServiceFault) as error:
        read_gml(collection(body, f"{URN}4549"), "cgcs2000")
    assert error.value.reason.id == "mapogc.other_crs"


def test_a_report_is_said_and_hostile_xml_is_refused() -> None:
    text = b"<o:ExceptionText>No type</o:ExceptionText>"
    report = b"<o:ExceptionReport xmlns:o='x'>" + text + b"</o:ExceptionReport>"
    with pytest.raises(ServiceFault) as error:
        read_gml(report, "wgs84")
    assert error.value.reason == Message("mapogc.said", {"text": "No type"})
    for bad in (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"<open>", b"{}"):
        with pytest.raises(BadFile):
            read_gml(bad, "wgs84")


# ---- the layer


def layer(server: HttpServer, clock: ManualClock, data: Path | None, **options: Any) -> Remote:
    given = {"url": server.url("/items"), "label": "name", "area": "all", **options}
    config = LayerConfig(
        id="of-planning",
        kind="features",
        name_zh="规划",
        name_en="Planning",
        crs="wgs84",
        options=given,
    )
    return Remote(config, Ground(load_city("huaian"), clock, secrets=SECRETS, data=data))


async def made(one: Remote, **ask: Any) -> Content:
    """What it shows when a taking that it may have begun has ended."""
    one.make(None, Ask(now=NOW, **ask))
    await asyncio.to_thread(one._snapshot.wait, 20)
    return one.make(None, Ask(now=NOW, **ask))


async def test_a_layer_says_that_it_waits_and_then_how_old_it_is(tmp_path: Path) -> None:
    async with services() as server:
        clock = ManualClock(NOW)
        one = layer(server, clock, tmp_path)
        first = one.make(None, Ask(now=NOW))
        assert not first.connected and [fault.id for fault in first.faults] == ["mapogc.first"]
        content = await made(one)
        assert (content.count, content.newest, content.connected) == (25, NOW, True)
        assert content.marks is not None and content.marks.labels is not None
        assert content.marks.labels[3] == "<b>点 3</b>", "text stays text"
        assert one.properties("1") == (("name", "<b>点 0</b>"), ("id", "0"))
        asked = len(server.asked)
        await made(one)
        assert len(server.asked) == asked, "not asked again before its time"
        assert (await made(one, filter="点 24")).count == 1


async def test_without_a_line_the_last_features_stay_and_say_their_age(tmp_path: Path) -> None:
    async with services() as server:
        clock = ManualClock(NOW)
        one = layer(server, clock, tmp_path)
        await made(one)
        await server.stop()
        clock.advance(3_600_000)
        content = await made(one)
        assert (content.count, content.newest) == (25, NOW)
        assert [fault.id for fault in content.faults] == ["feed.port_closed"]
        after = layer(server, clock, tmp_path)
        content = after.make(None, Ask(now=NOW))
        assert (content.count, content.newest) == (25, NOW), "the next start has them at once"
        await made(after)
        assert not [one for one in threading.enumerate() if one.name.startswith("features")]


async def test_what_may_not_be_stored_is_not(tmp_path: Path) -> None:
    async with services() as server:
        await made(layer(server, ManualClock(NOW), tmp_path, store=False))
        assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []


async def test_only_the_city_is_asked_for() -> None:
    async with services() as server:
        await made(layer(server, ManualClock(NOW), None, area="city"))
        west, south, east, north = map(float, server.asked[0].query["bbox"].split(","))
        assert 118 < west < 118.5 < 119.6 < east < 120 and 32 < south < 33 < 34 < north < 34.5


@pytest.mark.parametrize(
    ("more", "options", "key"),
    [
        ({"crs": ""}, {}, "crs"),
        ({"crs": "EPSG:4549"}, {}, "crs"),
        ({}, {"url": "file:///etc/passwd"}, "options.url"),
        ({}, {"protocol": "wfs"}, "options.types"),
        ({}, {"refresh_s": 1}, "options.refresh_s"),
        ({}, {"unheard": 1}, "options.unheard"),
    ],
)
def test_a_wrong_option_is_named(more: dict[str, Any], options: dict[str, Any], key: str) -> None:
    given = {"id": "x", "kind": "features", "name_zh": "x", "name_en": "x", "crs": "wgs84", **more}
    given["options"] = {"url": "https://gis.example/items", **options}
    config = msgspec.convert(given, LayerConfig)
    with pytest.raises(ConfigError) as error:
        Remote(config, Ground(load_city("huaian"), ManualClock(NOW)))
    assert key.removeprefix("options.") in str(error.value.reason.args["key"])
