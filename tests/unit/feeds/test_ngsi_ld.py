"""`ngsi-ld`: the smart data models' examples in both forms, a broker of entities and a real one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aiomqtt import Client
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import SystemClock, iso
from app.core.model import DeviceState, DeviceStatus, Event, Reading, Record, Urgency
from app.feeds._base import Surroundings
from app.feeds._ngsi_read import Attribute, Entities, Meaning
from app.feeds.ngsi_ld import NgsiLd
from app.formats._base import Made, Payload
from app.secrets import Secrets
from tests.contract.house import ROOT
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server, json_reply
from tests.helpers.ingesting import ingesting
from tests.helpers.mosquitto import Mosquitto, needs_mosquitto

SHARED = ROOT.parent / "shared" / "data" / "feeds" / "ngsi"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not there")
NOW = 1_795_003_200_000  # 2026-11-18T12:00:00Z
AT = "2026-11-18T12:00:00Z"
FEED = FeedConfig(id="f", kind="ngsi-ld", name_zh="平台", url="http://127.0.0.1:1")


def quantity(code: str, unit: str) -> Quantity:
    return Quantity(code=code, name_zh=code, name_en=code, unit=unit, period_ms=60_000)


CATALOG = Catalog(
    quantities={
        item.code: item
        for item in (
            quantity("air.co", "mg/m³"),
            quantity("air.no", "µg/m³"),
            quantity("temp", "℃"),
            quantity("humidity", "%"),
            quantity("wind", "km/h"),
            quantity("any", "无量纲"),
        )
    }
)


def entities(**meaning: Any) -> Entities:
    table = {
        "Weather.temperature": Attribute("temp"),
        "Weather.humidity": Attribute("humidity", "1"),
        "Weather.wind": Attribute("wind", "m/s"),
    }
    fields: dict[str, Any] = {"attributes": table, "region": "320800"} | meaning
    return Entities(FEED, CATALOG, "Asia/Shanghai", Meaning(**fields))


def read(made: Entities, value: Any, *, retained: bool = False, topic: str = "") -> list[Made]:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    levels = tuple(topic.split("/")) if topic else ()
    return list(made.read(Payload(raw, NOW, levels, retained)))


def records(made: Entities, value: Any) -> list[Record]:
    return [one.record for one in read(made, value) if one.record is not None]


def weather(**attributes: Any) -> dict[str, Any]:
    return {"id": "urn:ngsi-ld:Weather:jiangba", "type": "Weather", **attributes}


def reading(code: str, value: float) -> Reading:
    return Reading(f"reading/{code}/320800/jiangba", pytest.approx(value), NOW)


# ---- forms


@pytest.mark.parametrize(
    "entity",
    [
        weather(temperature={"type": "Property", "value": 20, "observedAt": AT, "unitCode": "CEL"}),
        weather(temperature={"value": 293.15, "observedAt": AT, "unitCode": "KEL"}),
        weather(
            temperature=[{"type": "Property", "value": 68, "observedAt": AT, "unitCode": "FAH"}]
        ),
        weather(temperature=20, dateObserved=AT),
        weather(
            temperature={"type": "Number", "value": 20, "metadata": {}},
            dateObserved={"type": "DateTime", "value": AT, "metadata": {}},
        ),
        weather(
            temperature={
                "type": "Number",
                "value": 20,
                "metadata": {
                    "TimeInstant": {"type": "DateTime", "value": AT},
                    "unitCode": {"type": "Text", "value": "CEL"},
                },
            }
        ),
        weather(
            temperature={"type": "Property", "value": 20},
            dateObserved={"type": "Property", "value": {"@type": "DateTime", "@value": AT}},
        ),
        {
            "@id": "urn:ngsi-ld:Weather:jiangba",
            "@type": ["https://smartdatamodels.org/Weather"],
            "https://smartdatamodels.org/dataModel.Weather/temperature": {
                "type": "Property",
                "value": 20,
                "observedAt": AT,
            },
        },
    ],
)
def test_every_form_of_an_entity_says_the_same(entity: dict[str, Any]) -> None:
    for whole in (
        entity,
        [entity],
        {"id": "n", "type": "Notification", "subscriptionId": "s", "data": [entity]},
        {"metadata": {"Link": "x"}, "body": {"subscriptionId": "s", "data": [entity]}},
    ):
        assert records(entities(), whole) == [reading("temp", 20.0)]


def test_units_are_those_of_the_entity_then_of_the_settings() -> None:
    given = weather(dateObserved=AT, humidity=0.54, wind={"value": 36, "unitCode": "KMH"})
    assert records(entities(), given) == [reading("humidity", 54.0), reading("wind", 36.0)]
    assert records(entities(), weather(dateObserved=AT, wind=10)) == [reading("wind", 36.0)]


def test_an_interval_is_a_period() -> None:
    start = "2026-11-18T11:00:00Z"
    for times in (
        {"dateObserved": f"{start}/{AT}"},
        {"dateObservedFrom": start, "dateObservedTo": AT, "dateObserved": AT},
    ):
        (one,) = records(entities(), weather(temperature=20, **times))
        assert isinstance(one, Reading)
        assert (one.valid_from, one.valid_to, one.observed) == (NOW - 3_600_000, NOW, NOW)


def test_a_time_without_an_offset_needs_a_zone() -> None:
    given = weather(temperature=20, dateObserved="2026-11-18T20:00:00")
    assert [one.reason for one in read(entities(), given)] == ["bad_time"]
    assert records(entities(zone="Asia/Shanghai"), given) == [reading("temp", 20.0)]


def test_the_region_is_by_id_by_place_or_for_all() -> None:
    given = weather(temperature=20, dateObserved=AT, areaServed="Huaiyin")
    for regions in ({"jiangba": "320804"}, {"Huaiyin": "320804"}):
        (one,) = records(entities(regions=regions, region=""), given)
        assert isinstance(one, Reading)
        assert one.key == "reading/temp/320804/jiangba"
    assert [one.reason for one in read(entities(region=""), given)] == ["no_region"]


def test_an_observation_that_is_an_entity_of_its_own_names_its_station() -> None:
    given = weather(temperature=20, dateObserved=AT, refDevice="urn:ngsi-ld:Device:A 7")
    (one,) = records(entities(name=("stationCode", "refDevice")), given)
    assert isinstance(one, Reading)
    assert one.key == "reading/temp/320800/Device:A-7"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"", "not_json"),
        (b"[" * 100_000, "not_json"),
        (7, "not_ngsi"),
        ([7], "not_ngsi"),
        ({"id": "x"}, "not_ngsi"),
        (weather(temperature="20", dateObserved=AT), "wrong_type"),
        (weather(temperature=True, dateObserved=AT), "wrong_type"),
        (weather(temperature=[1, 2], dateObserved=AT), "wrong_type"),
        (weather(temperature=20), "missing"),
        (weather(temperature=20, dateObserved="x"), "bad_time"),
        (weather(temperature=20, dateObserved=f"{AT}/2026-11-18T11:00:00Z"), "bad_time"),
        (weather(temperature={"value": 1, "unitCode": "MTR"}, dateObserved=AT), "bad_unit"),
        (weather(temperature={"value": 1, "unitCode": "???"}, dateObserved=AT), "bad_unit"),
        (weather(dateObserved=AT, temperature=1) | {"id": "urn:ngsi-ld:Weather:"}, ""),
    ],
)
def test_what_cannot_be_used_says_why(given: Any, reason: str) -> None:
    (one,) = read(entities(), given)
    assert one.reason == reason


# ---- devices and alerts


def device(**attributes: Any) -> dict[str, Any]:
    return {"id": "urn:ngsi-ld:Device:d1", "type": "Device", **attributes}


@pytest.mark.parametrize(
    ("stated", "state", "fault"),
    [
        ("ok", DeviceState.ONLINE, ""),
        ("OFF", DeviceState.OFFLINE, ""),
        ("error", DeviceState.FAULT, "error"),
        ("strange", DeviceState.UNKNOWN, ""),
    ],
)
def test_a_device_says_how_it_is(stated: str, state: DeviceState, fault: str) -> None:
    given = device(deviceState={"type": "Property", "value": stated, "observedAt": AT})
    (one,) = records(entities(), given)
    assert one == DeviceStatus("ngsi:d1", NOW, state, fault=fault)


def test_a_device_without_a_time_is_as_it_is_now_unless_retained() -> None:
    given = device(deviceState="ok", batteryLevel=0.75)
    assert records(entities(), given) == [
        DeviceStatus("ngsi:d1", NOW, DeviceState.ONLINE, battery=0.75)
    ]
    (one,) = read(entities(), given, retained=True)
    assert one.reason == "retained_without_time"
    (low,) = records(entities(), device(batteryLevel=-1))
    assert isinstance(low, DeviceStatus) and low.battery is None  # -1: unknown


def test_an_alert_without_a_time_is_refused() -> None:
    (one,) = read(entities(), {"id": "a", "type": "Alert", "severity": "high"})
    assert (one.reason, one.field) == ("missing", "dateIssued")


# ---- the smart data models' examples


def example(kind: str, form: str) -> bytes:
    return (SHARED / f"{kind}.example{form}").read_bytes()


NUMBERS = {
    "AirQualityObserved": {
        "co", "no", "nox", "so2", "airQualityIndex", "precipitation", "pressure",
        "relativeHumidity", "temperature", "windSpeed", "tsp",
    },
    "CrowdFlowObserved": {"peopleCount", "peopleCountTowards", "averageHeadwayTime"},
    "NoiseLevelObserved": {"LAeq", "LAS", "LAmax", "LAeq_d"},
    "OffStreetParking": {"availableSpotNumber", "totalSpotNumber", "occupiedSpotNumber"},
    "Streetlight": {"powerConsumption", "current", "lanternHeight", "voltage"},
    "TrafficFlowObserved": {"intensity", "occupancy", "averageVehicleSpeed"},
    "WaterObserved": {"flow", "height", "objectVolume"},
    "WeatherObserved": {"temperature", "windSpeed", "relativeHumidity", "atmosphericPressure"},
}  # fmt: skip
"""Attributes that the two examples of a type state alike (they differ in others: windDirection 176
and 186, no2 in one and co2 in the other)."""


@needs_shared
@pytest.mark.parametrize("kind", sorted(NUMBERS))
def test_both_forms_of_an_example_give_the_same_readings(kind: str) -> None:
    table = {f"{kind}.{name}": Attribute("any") for name in NUMBERS[kind]}
    made = Entities(
        FEED,
        CATALOG,
        "",
        Meaning(
            attributes=table, region="1", zone="UTC", key="reading/{code}/{region}/{attribute}"
        ),
    )
    # Their unit codes are of another quantity than the one that this test reads all into.
    normalised = example(kind, "-normalized.jsonld").replace(b'"unitCode"', b'"unit"')
    flat, full = records(made, example(kind, ".json")), records(made, normalised)
    if kind == "OffStreetParking":  # only the normalised one says since when the places are free
        flat = [item for item in flat if "available" not in getattr(item, "key", "")]
        full = [item for item in full if "available" not in getattr(item, "key", "")]
    assert flat == full
    assert len(flat) >= len(NUMBERS[kind]) - 1


@needs_shared
def test_the_air_of_madrid_in_the_catalogues_units() -> None:
    table = {
        "AirQualityObserved.co": Attribute("air.co"),
        "AirQualityObserved.no": Attribute("air.no"),
        "AirQualityObserved.temperature": Attribute("temp", "℃"),
        "AirQualityObserved.relativeHumidity": Attribute("humidity", "1"),
    }
    made = Entities(
        FEED, CATALOG, "", Meaning(attributes=table, region="28079", zone="Europe/Madrid")
    )
    name = "Madrid-AmbientObserved-28079004-2016-03-15T11:00:00"
    at = 1_458_036_000_000  # 2016-03-15T10:00:00Z, winter time in Madrid
    assert records(made, example("AirQualityObserved", "-normalized.jsonld")) == [
        Reading(f"reading/air.co/28079/{name}", 500.0, at),  # GP: mg/m³, whatever one thinks of it
        Reading(f"reading/air.no/28079/{name}", 45.0, at),
        Reading(f"reading/temp/28079/{name}", 12.2, at),
        Reading(f"reading/humidity/28079/{name}", pytest.approx(54.0), at),
    ]


@needs_shared
@pytest.mark.parametrize("form", [".json", "-normalized.jsonld"])
def test_the_example_of_a_device_and_of_an_alert(form: str) -> None:
    assert records(entities(), example("Device", form)) == [
        DeviceStatus("ngsi:device-9845A", NOW, DeviceState.ONLINE, battery=0.75)
    ]
    issued = 1_483_349_155_000  # 2017-01-02T09:25:55Z
    assert records(entities(), example("Alert", form)) == [
        Event(
            "ngsi:1",
            "traffic/trafficJam",
            issued,
            issued,
            urgency=Urgency.URGENT,
            region="320800",
            title="The road is completely blocked for 3kms",
            lon=-3.712247222222222,
            lat=40.423852777777775,
            published=issued,
        )
    ]


@needs_shared
def test_all_thirty_examples_are_read_without_a_fault() -> None:
    paths = sorted(SHARED.glob("*.json*"))
    assert len(paths) == 30
    for path in paths:
        assert [one.reason for one in read(entities(), path.read_bytes()) if one.reason] == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.just(AT),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "type",
                        "value",
                        "unitCode",
                        "observedAt",
                        "temperature",
                        "location",
                        "coordinates",
                        "data",
                        "subscriptionId",
                        "metadata",
                        "body",
                        "dateIssued",
                    ]
                ),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    ),
    st.sampled_from(["Weather", "Device", "Alert"]),
)
def test_no_entity_raises(value: Any, kind: str) -> None:
    inner = value if isinstance(value, dict) else {"temperature": value, "dateIssued": value}
    for whole in (value, {**inner, "id": "x", "type": kind}, {"metadata": {}, "body": value}):
        for one in read(entities(), whole):
            assert (one.record is None) == bool(one.reason)


# ---- a broker of entities


class Context:
    """A small context broker: pages of entities, and subscriptions as they are made and ended."""

    def __init__(self, server: HttpServer, *entities: dict[str, Any]) -> None:
        self.entities = list(entities)
        self.made: list[dict[str, Any]] = []
        self.server = server
        server.on("/ngsi-ld/v1/entities", self._entities)
        server.on("/v2/entities", self._entities)
        server.on("/ngsi-ld/v1/subscriptions", self._subscribe)

    async def _entities(self, _server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        limit, offset = int(asked.query["limit"]), int(asked.query["offset"])
        return json_reply(self.entities[offset : offset + limit])

    async def _subscribe(self, server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        body = json.loads(asked.body)
        self.made.append(body)
        server.on(f"/ngsi-ld/v1/subscriptions/{body['id']}", self._one)
        return Reply(b"", 201, {"Location": f"/ngsi-ld/v1/subscriptions/{body['id']}"})

    async def _one(self, _server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return Reply(b"", 204)

    def asked(self, method: str) -> list[Asked]:
        return [one for one in self.server.asked if one.method == method]


def fresh(name: str, value: float) -> dict[str, Any]:
    at = iso(SystemClock().now())
    return {
        "id": f"urn:ngsi-ld:Weather:{name}",
        "type": "Weather",
        "temperature": {"type": "Property", "value": value, "observedAt": at, "unitCode": "CEL"},
    }


def feed(server: HttpServer, **options: Any) -> FeedConfig:
    table = {"Weather.temperature": {"code": "temp"}}
    options = {
        "types": ["Weather", "Device"],
        "map": {"region": "320800", "attributes": table},
    } | options
    url = server.url("").rstrip("/")
    return FeedConfig(id="f", kind="ngsi-ld", name_zh="平台", url=url, options=options)


async def test_what_is_more_than_allowed_is_told_and_not_asked_for() -> None:
    async with http_server() as server:
        context = Context(server, *[fresh(f"w{number}", number) for number in range(5)])
        options = {"page_size": 2, "max_entities": 3, "poll_s": 3600}
        async with ingesting(feed(server, **options), catalog=CATALOG) as (_, got):
            await got.until(lambda g: len(g.readings) == 4 and g.is_("live"))
            assert got.health().reasons == {"too_many_records": 1}
        assert len(context.asked("GET")) == 2


async def test_a_type_of_ones_own_may_be_the_device_or_the_alert() -> None:
    made = entities(device="Sensor", alert="Alarm")
    state = {"id": "s1", "type": "Sensor", "deviceState": "error", "dateModified": AT}
    alarm = {"id": "a1", "type": "Alarm", "dateIssued": AT, "description": "flood"}
    kinds = [type(one).__name__ for given in (state, alarm) for one in records(made, given)]
    assert kinds == ["DeviceStatus", "Event"]
    assert records(made, state | {"type": "Device"}) == []


@pytest.mark.parametrize("api", ["ld", "v2"])
async def test_entities_are_taken_page_by_page(api: str) -> None:
    async with http_server() as server:
        context = Context(server, *[fresh(f"w{number}", number) for number in range(5)])
        options = {
            "page_size": 2,
            "q": "temperature>0",
            "params": {"georel": "near;maxDistance==2000"},
            "headers": {"NGSILD-Tenant": "huaian"},
            "context": "http://context.example/c.jsonld",
            "api": api,
        }
        async with ingesting(feed(server, **options), catalog=CATALOG) as (_, got):
            await got.until(lambda g: len(g.readings) == 5 and g.is_("live"))
            assert [item.value for item in got.readings] == [0.0, 1.0, 2.0, 3.0, 4.0]
        first, *_, last = context.asked("GET")
        assert first.query["type"] == "Weather,Device"
        assert first.query["q"] == "temperature>0"
        assert first.query["georel"] == "near;maxDistance==2000"
        assert first.headers["ngsild-tenant"] == "huaian"
        assert first.headers["link"].startswith("<http://context.example/c.jsonld>; rel=")
        assert last.query["offset"] == "4"


@needs_mosquitto
async def test_a_subscription_notifies_over_mqtt_and_is_taken_away() -> None:
    with Mosquitto() as broker:
        async with http_server() as server:
            context = Context(server, fresh("w1", 1.0))
            config = feed(server, mqtt={"url": broker.url}, q="temperature>0")
            async with ingesting(config, catalog=CATALOG) as (_, got):
                await server.until_asked(1, "/ngsi-ld/v1/subscriptions")
                (made,) = context.made
                uri = made["notification"]["endpoint"]["uri"]
                assert uri.startswith(broker.url + "/chengmai/")
                assert made["entities"] == [{"type": "Weather"}, {"type": "Device"}]
                assert made["q"] == "temperature>0"
                assert iso(SystemClock().now()) < made["expiresAt"]
                notification = {
                    "id": "urn:ngsi-ld:Notification:1",
                    "type": "Notification",
                    "subscriptionId": made["id"],
                    "data": [fresh("w2", 2.0), {"id": "d1", "type": "Device"}],
                }
                async with Client("127.0.0.1", broker.port) as client:
                    topic = uri.removeprefix(broker.url + "/")
                    wrapped = {"metadata": {"Content-Type": "x"}, "body": notification}
                    await client.publish(topic, json.dumps(wrapped), qos=1)
                    await client.publish(topic, b"[[", qos=1)
                await got.until(
                    lambda g: (
                        len(g.readings) == 2
                        and len(g.all.records) == 1
                        and g.health().rejected == 1
                    )
                )
                assert [item.value for item in got.readings] == [1.0, 2.0]
            assert [one.path for one in context.asked("DELETE")] == [
                f"/ngsi-ld/v1/subscriptions/{made['id']}"
            ]


@needs_mosquitto
async def test_a_subscription_is_renewed_before_it_ends() -> None:
    with Mosquitto() as broker:
        async with http_server() as server:
            context = Context(server, fresh("w1", 1.0))
            config = feed(server, mqtt={"url": broker.url}, subscription_s=0.1)
            async with ingesting(config, catalog=CATALOG) as (_, got):
                await server.until_asked(1, "/ngsi-ld/v1/subscriptions")
                (made,) = context.made
                renewed = await server.until_asked(2, f"/ngsi-ld/v1/subscriptions/{made['id']}")
                assert [one.method for one in renewed[:2]] == ["PATCH", "PATCH"]
                assert list(json.loads(renewed[0].body)) == ["expiresAt"]
                await got.until(lambda g: g.is_("live"))


@needs_mosquitto
async def test_a_broker_that_refuses_the_subscription_is_a_lost_line(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("feed f is lost")
    with Mosquitto() as broker:
        async with http_server() as server:
            server.on("/ngsi-ld/v1/entities", _nothing)
            config = feed(server, mqtt={"url": broker.url})
            async with ingesting(config, catalog=CATALOG) as (_, got):
                await got.until(lambda g: g.is_("lost"))
                assert "feed.http_status" in got.troubles
            assert "DELETE" not in {one.method for one in server.asked}


async def _nothing(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
    return json_reply([])


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "mqtt://x"},
        {"format": "records"},
        {"options": {"types": []}},
        {"options": {"types": ["A"], "map": {"attributes": {"temp": {"code": "temp"}}}}},
        {"options": {"types": ["A"], "map": {"attributes": {"A.t": {"code": "nothing"}}}}},
        {
            "options": {
                "types": ["A"],
                "map": {"attributes": {"A.t": {"code": "temp", "unit": "m"}}},
            }
        },
        {"options": {"types": ["A"], "map": {"key": "reading/{colour}"}}},
        {"options": {"types": ["A"], "map": {"zone": "Nowhere"}}},
        {"options": {"types": ["A"], "headers": {"Authorization": "x"}}},
        {"options": {"types": ["A"], "mqtt": {"url": "mqtt://h"}, "api": "v2"}},
        {"options": {"types": ["A"], "mqtt": {"url": "mqtt://h"}, "endpoint": "mqtt://u:p@h"}},
        {"options": {"types": ["A"], "mqtt": {"url": "http://h"}}},
    ],
)
def test_settings_that_can_never_work_are_told_at_the_start(changes: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"url": "http://127.0.0.1:1", "options": {"types": ["A"]}} | changes
    config = FeedConfig(id="f", kind="ngsi-ld", name_zh="平台", **fields)
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError):
        NgsiLd(config, around)
