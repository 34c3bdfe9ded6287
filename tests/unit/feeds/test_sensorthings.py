"""`sensorthings`: the conformance suite's bodies, a server of pages and a real broker."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aiomqtt import Client
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import SystemClock, iso
from app.core.model import Reading
from app.feeds._base import Surroundings
from app.feeds._sensorthings_read import Naming, Stream, Streams
from app.feeds.sensorthings import SensorThings
from app.formats._base import Made, Payload
from app.secrets import Secrets
from tests.contract.house import ROOT
from tests.helpers.http_server import Asked, Handler, HttpServer, Reply, http_server, json_reply
from tests.helpers.ingesting import ingesting
from tests.helpers.mosquitto import Mosquitto, needs_mosquitto

SHARED = ROOT.parent / "shared" / "data" / "feeds" / "sensorthings"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not there")
MARCH = 1_425_168_000_000  # 2015-03-01T00:00:00Z
MINUTE = 60_000
HOUR = 60 * MINUTE


def quantity(code: str, unit: str) -> Quantity:
    return Quantity(code=code, name_zh=code, name_en=code, unit=unit, period_ms=MINUTE)


CATALOG = Catalog(
    quantities={
        item.code: item
        for item in (quantity("water.level", "m"), quantity("temp", "℃"), quantity("count", "次"))
    }
)
FEED = FeedConfig(id="f", kind="sensorthings", name_zh="感知", url="http://127.0.0.1:1/v1.1")
TABLE = {"5": Stream("reading/water.level/320812/jiangba"), "7": Stream("reading/temp/320812/a")}


def streams(table: dict[str, Stream] | None = None, naming: Naming | None = None) -> Streams:
    return Streams(
        FEED,
        CATALOG,
        "Asia/Shanghai",
        table=TABLE if table is None else table,
        naming=naming or Naming(),
    )


def datastream(number: Any = 5, symbol: str | None = "cm", **more: Any) -> dict[str, Any]:
    return {
        "@iot.id": number,
        "name": f"stream {number}",
        "unitOfMeasurement": {"name": "x", "symbol": symbol, "definition": "y"},
        "Thing": {"@iot.id": 1, "name": "Jiangba gauge #1"},
        "ObservedProperty": {"@iot.id": 1, "name": "Water level", "definition": "http://w"},
        **more,
    }


def observed(value: Any = 1234.5, when: str = "2026-11-18T12:00:00Z", **more: Any) -> Any:
    return {"phenomenonTime": when, "result": value, "resultTime": when, **more}


def page(*entities: Any, link: str = "") -> bytes:
    return json.dumps({"value": entities} | ({"@iot.nextLink": link} if link else {})).encode()


def read(made: Streams, data: bytes, topic: str = "") -> list[Made]:
    levels = tuple(topic.split("/")) if topic else ()
    return list(made.read(Payload(data, 0, levels)))


# ---- what entities say


def test_the_servers_unit_becomes_the_catalogues() -> None:
    made = streams()
    (one,) = read(made, page(datastream(Observations=[observed()])))
    assert one.record == Reading(
        "reading/water.level/320812/jiangba", pytest.approx(12.345), 1_795_003_200_000
    )
    assert made.bound["5"].path == "Datastreams(5)/Observations"


def test_a_stated_unit_wins_and_a_missing_one_is_the_catalogues() -> None:
    made = streams({"5": Stream("reading/water.level/320812/a", "mm")})
    (one,) = read(made, page(datastream(Observations=[observed(1000)])))
    assert one.record is not None and one.record.value == pytest.approx(1.0)  # type: ignore[union-attr]
    (one,) = read(streams(), page(datastream(5, None, Observations=[observed(2)])))
    assert one.record is not None and one.record.value == 2.0  # type: ignore[union-attr]


def test_a_unit_that_does_not_fit_refuses_the_stream() -> None:
    made = streams()
    (one,) = read(made, page(datastream(7, "m", Observations=[observed()])))
    assert one.reason == "bad_unit"
    assert made.bound == {}


def test_keys_are_made_from_property_and_thing() -> None:
    naming = Naming(
        codes={"http://w": "water.level"}, regions={"Jiangba gauge #1": "320813"}, region=""
    )
    made = streams({}, naming)
    other = datastream(6, Thing={"name": "elsewhere"}, Observations=[observed()])
    (one,) = read(made, page(datastream(Observations=[observed()]), other))
    assert isinstance(one.record, Reading)
    assert one.record.key == "reading/water.level/320813/Jiangba-gauge-1"
    assert list(made.bound) == ["5"]


def test_an_interval_is_a_period() -> None:
    given = observed(1, "2026-11-18T11:00:00Z/2026-11-18T12:00:00Z", resultTime=None)
    (one,) = read(streams(), page(datastream(Observations=[given])))
    assert isinstance(one.record, Reading)
    now = 1_795_003_200_000
    assert (one.record.valid_from, one.record.valid_to) == (now - HOUR, now)
    assert one.record.observed == now


def test_the_time_of_the_result_is_when_it_was_published() -> None:
    given = observed(1, "2026-11-18T12:00:00Z", resultTime="2026-11-18T12:00:10Z")
    (one,) = read(streams(), page(datastream(Observations=[given])))
    assert one.record is not None and one.record.published == 1_795_003_210_000


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (observed("7"), "wrong_type"),
        (observed(True), "wrong_type"),
        (observed({"a": 1}), "wrong_type"),
        (observed(None), "missing"),
        ({"result": 1}, "missing"),
        (observed(1, "yesterday"), "bad_time"),
        (observed(1, "2026-11-18T12:00:00"), "bad_time"),  # without an offset
        (observed(1, "2026-11-18T12:00:00Z/2026-11-18T11:00:00Z"), "bad_time"),
        (observed(1, "0001-01-01T00:00:00Z"), "bad_time"),
    ],
)
def test_what_cannot_be_used_says_why(given: Any, reason: str) -> None:
    (one,) = read(streams(), page(datastream(Observations=[given])))
    assert (one.record, one.reason) == (None, reason)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "not_sensorthings"), (b"[]", "not_sensorthings"), (b'{"value":[7]}', "wrong_type")],
)
def test_what_is_no_page_says_so(data: bytes, reason: str) -> None:
    (one,) = read(streams(), data)
    assert one.reason == reason


def test_an_observation_is_known_by_its_topic() -> None:
    made = streams({"5": TABLE["5"], "it's": Stream("reading/temp/320812/a")})
    read(made, page(datastream(), datastream("it's", "K")))
    body = json.dumps(observed(100)).encode()
    (one,) = read(made, body, "v1.1/Datastreams(5)/Observations")
    assert one.record is not None and one.record.value == 1.0  # type: ignore[union-attr]
    assert made.bound["it's"].path == "Datastreams('it''s')/Observations"
    (one,) = read(made, json.dumps(observed(273.15)).encode(), "x/" + made.bound["it's"].path)
    assert one.record is not None and one.record.value == pytest.approx(0)  # type: ignore[union-attr]
    (one,) = read(made, body, "v1.1/Datastreams(6)/Observations")
    assert one.reason == "unknown_stream"
    (one,) = read(made, b"[", "v1.1/Datastreams(5)/Observations")
    assert one.reason == "not_sensorthings"


def test_a_data_array_is_read_by_its_components() -> None:
    made = streams()
    read(made, page(datastream()))
    array = {
        "components": ["result", "phenomenonTime"],
        "dataArray@iot.count": 3,
        "dataArray": [
            [100, "2026-11-18T11:00:00Z"],
            [200, "2026-11-18T12:00:00Z"],
            [300],
            ["x", "2026-11-18T12:00:00Z"],
        ],
    }
    given = list(made.history(made.bound["5"], page(array)))
    values = [one.record.value for one in given if isinstance(one.record, Reading)]
    assert values == [1.0, 2.0]
    assert [one.reason for one in given if one.reason] == ["missing", "wrong_type"]
    plain = list(made.history(made.bound["5"], page(observed(50), 7)))
    assert [one.reason for one in plain] == ["", "not_sensorthings"]
    assert [one.reason for one in made.history(made.bound["5"], b"x")] == ["not_sensorthings"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["@iot.id", "result", "phenomenonTime", "Thing", "name", "components"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_entity_raises(value: Any) -> None:
    made = streams()
    read(made, page(datastream()))
    stream = made.bound["5"]
    body = json.dumps(value).encode()
    for one in [
        *read(made, page(value, datastream(Observations=[observed(value)]))),
        *read(made, body, "v1.1/Datastreams(5)/Observations"),
        *made.history(stream, page(value, {"components": ["result"], "dataArray": [[value]]})),
    ]:
        assert (one.record is None) == bool(one.reason)


# ---- the conformance suite's bodies


def body(name: str) -> dict[str, Any]:
    """A body of the suite, with 5 for every id that it leaves open."""
    found = json.loads(re.sub(r"\$[A-Z]+-ID", "5", (SHARED / name).read_text()))
    assert isinstance(found, dict)
    return found


@needs_shared
@pytest.mark.parametrize(
    ("name", "value", "minutes"),
    [
        ("1", 92122, 0),
        ("10", 8, 40),
        ("11", 92122, 0),
        ("12", 3, 10),
        ("14", 8, 40),
        ("2", 3, 10),
        ("4", 8, 40),
        ("5", 8, 40),
        ("7", 92122, 0),
        ("8", 3, 10),
        ("9", 5, 20),
        ("linkedDataStream", 55.0, 0),
        ("observation", 100, 0),
    ],
)
def test_the_suites_observations(name: str, value: float, minutes: int) -> None:
    made = streams({"5": Stream("reading/count/320812/a")})
    read(made, page(datastream(5, "")))
    raw = json.dumps(body(f"observations_{name}.json")).encode()
    (one,) = read(made, raw, "v1.1/Datastreams(5)/Observations")
    assert isinstance(one.record, Reading)
    assert (one.record.value, one.record.observed) == (value, MARCH + minutes * MINUTE)


@needs_shared
def test_the_suites_interval_and_the_one_without_a_time() -> None:
    made = streams({"5": Stream("reading/count/320812/a")})
    read(made, page(datastream(5, "")))
    raw = json.dumps(body("observations_intervalPhenomenonTime.json")).encode()
    (one,) = read(made, raw, "v1.1/Datastreams(5)/Observations")
    day = 24 * HOUR - 1000
    assert one.record == Reading(
        "reading/count/320812/a",
        92122.0,
        MARCH + day,
        valid_from=MARCH,
        valid_to=MARCH + day,
        published=MARCH + 10_000,
    )
    raw = json.dumps(body("observations_observationWithoutPTimeValid.json")).encode()
    (one,) = read(made, raw, "v1.1/Datastreams(5)/Observations")
    assert isinstance(one.record, Reading)
    assert one.record.observed == MARCH + 10_000  # when the result was made


@needs_shared
def test_the_suites_datastreams_have_their_units() -> None:
    for path in SHARED.glob("datastreams_*.json"):
        entity = body(path.name) | {"@iot.id": 7, "Observations": [observed(20)]}
        entity.pop("Thing", None)
        entity.pop("ObservedProperty", None)
        (one,) = read(streams(), page(entity))
        symbol = entity["unitOfMeasurement"]["symbol"]
        if symbol == "degC":
            assert isinstance(one.record, Reading) and one.record.value == 20.0, path.name
        elif symbol:
            assert one.reason == "bad_unit", (path.name, symbol)


# ---- a server and a broker


def serves(*entities: Any, size: int = 1) -> Handler:
    """Datastreams in pages, as FROST gives them: with the address it believes to have."""

    async def handler(_server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        skip = int(asked.query.get("$skip", 0))
        answer: dict[str, Any] = {"value": entities[skip : skip + size]}
        if skip + size < len(entities):
            answer["@iot.nextLink"] = (
                f"https://127.0.0.1/v1.1/Datastreams?$top={size}&$skip={skip + size}"
            )
        return json_reply(answer)

    return handler


def feed(server: HttpServer, **options: Any) -> FeedConfig:
    options = {
        "streams": {
            "5": {"key": "reading/water.level/320812/jiangba"},
            "7": {"key": "reading/temp/320812/a"},
        }
    } | options
    return FeedConfig(
        id="f", kind="sensorthings", name_zh="感知", url=server.url("/v1.1"), options=options
    )


def recent(minutes: int = 0) -> str:

    return iso(SystemClock().now() - minutes * MINUTE)


async def test_all_pages_are_taken_on_the_address_that_is_known() -> None:
    async with http_server() as server:
        server.on(
            "/v1.1/Datastreams",
            serves(
                datastream(Observations=[observed(100, recent())]),
                datastream(6, Observations=[observed(1, recent())]),
                datastream(7, "K", Observations=[observed(293.15, recent())]),
            ),
        )
        async with ingesting(feed(server), catalog=CATALOG) as (_, got):
            await got.until(lambda g: len(g.readings) == 2)
            assert [round(item.value, 6) for item in got.readings] == [1.0, 20.0]
            assert got.is_("live")
        assert len(server.asked) == 3
        assert server.asked[0].query["$expand"].startswith("Thing,ObservedProperty,Observations(")


async def test_no_more_datastreams_are_looked_at_than_allowed() -> None:
    async with http_server() as server:
        found = (datastream(number, Observations=[observed(1, recent())]) for number in (6, 8, 5))
        server.on("/v1.1/Datastreams", serves(*found))
        limited = feed(server, page_size=1, max_streams=2)
        async with ingesting(limited, catalog=CATALOG) as (_, got):
            await got.until(lambda g: g.is_("live"))
            assert got.health().reasons == {"too_many_records": 1}
        assert len(server.asked) == 2 and got.readings == [], "the third was the one that is read"


async def test_a_page_on_another_host_is_not_asked_for() -> None:
    async def elsewhere(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        link = "http://elsewhere.example/v1.1/Datastreams?$skip=1"
        entity = datastream(Observations=[observed(100, recent())])
        return json_reply({"value": [entity], "@iot.nextLink": link})

    async with http_server() as server:
        server.on("/v1.1/Datastreams", elsewhere)
        async with ingesting(feed(server), catalog=CATALOG) as (_, got):
            await got.until(lambda g: bool(g.readings) and g.health().rejected == 1)
            assert got.health().reasons == {"next_elsewhere": 1}


async def test_the_past_comes_as_data_array_and_is_no_delay() -> None:
    array = {
        "components": ["phenomenonTime", "result"],
        "dataArray": [[recent(30), 100], [recent(20), 200]],
    }

    async def history(_server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        if "$skip" in asked.query:
            return json_reply({"value": [{**array, "dataArray": [[recent(10), 300]]}]})
        link = "Datastreams(5)/Observations?$skip=2"
        return json_reply({"value": [array], "@iot.nextLink": link})

    async with http_server() as server:
        server.on("/v1.1/Datastreams", serves(datastream(Observations=[observed(400, recent())])))
        server.on("/v1.1/Datastreams(5)/Observations", history)
        async with ingesting(feed(server, history_hours=1), catalog=CATALOG) as (_, got):
            await got.until(lambda g: len(g.readings) == 4 and g.health().refilled == 3)
            assert got.all.latest["f"]["reading/water.level/320812/jiangba"].value == 4.0
            assert got.health().late == 0
        first = server.asked[1].query
        assert first["$resultFormat"] == "dataArray"
        assert first["$filter"].startswith("phenomenonTime gt 20")


async def test_a_past_without_an_end_is_cut_and_told() -> None:
    async def history(_server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        page = int(asked.query.get("$skip", 0)) + 1
        link = f"Datastreams(5)/Observations?$skip={page}"
        return json_reply({"value": [], "@iot.nextLink": link})

    path = "/v1.1/Datastreams(5)/Observations"
    async with http_server() as server:
        server.on("/v1.1/Datastreams", serves(datastream(Observations=[observed(4, recent())])))
        server.on(path, history)
        async with ingesting(feed(server, history_hours=1), catalog=CATALOG) as (_, got):
            await got.until(lambda g: g.is_("live") and "too_many_pages" in g.health().reasons)
        assert len([one for one in server.asked if one.path == path]) == 20


async def test_after_a_loss_the_past_is_asked_for_from_what_was_heard(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("feed f is lost")
    heard = recent(5)
    entity = datastream(Observations=[observed(100, heard)])
    answers = [json_reply({"value": [entity]}), Reply(b"{}", 500), json_reply({"value": [entity]})]

    async def failing(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def nothing(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return json_reply({"value": []})

    path = "/v1.1/Datastreams(5)/Observations"
    async with http_server() as server:
        server.on("/v1.1/Datastreams", failing)
        server.on(path, nothing)
        config = feed(server, history_hours=1, poll_s=0.05)
        async with ingesting(config, catalog=CATALOG):
            first, second = (await server.until_asked(2, path))[:2]
        assert first.query["$filter"] < f"phenomenonTime gt {heard}"
        assert second.query["$filter"] == f"phenomenonTime gt {heard}"


@needs_mosquitto
async def test_observations_over_mqtt_follow_the_snapshot() -> None:
    with Mosquitto(users={"seat": "secret"}) as broker:
        async with http_server() as server:
            server.on(
                "/v1.1/Datastreams", serves(datastream(Observations=[observed(100, recent(5))]))
            )
            options = {"mqtt": {"url": broker.url, "credential": "broker"}}
            secrets = Secrets(environment={"CHENGMAI_SECRET_BROKER": "seat:secret"})
            config = feed(server, **options)
            async with ingesting(config, catalog=CATALOG, secrets=secrets) as (_, got):
                # once before the subscription, once when it stands
                await server.until_asked(2, "/v1.1/Datastreams")
                async with Client(
                    "127.0.0.1", broker.port, username="seat", password="secret"
                ) as client:
                    topic = "v1.1/Datastreams(5)/Observations"
                    await client.publish(topic, json.dumps(observed(250, recent())), qos=1)
                    await client.publish(topic, b"not json", qos=1)
                await got.until(lambda g: len(g.readings) == 2 and g.health().rejected == 1)
                assert [item.value for item in got.readings] == [1.0, 2.5]


@needs_mosquitto
async def test_many_datastreams_are_all_listened_to() -> None:
    table = {str(number): {"key": f"reading/temp/320812/t{number}"} for number in range(120)}
    entities = [datastream(number, "K") for number in range(120)]
    with Mosquitto() as broker:
        async with http_server() as server:
            server.on("/v1.1/Datastreams", serves(*entities, size=60))
            config = feed(server, mqtt={"url": broker.url}, page_size=60, streams=table)
            async with ingesting(config, catalog=CATALOG) as (_, got):
                await server.until_asked(4, "/v1.1/Datastreams")
                async with Client("127.0.0.1", broker.port) as client:
                    for number in (0, 59, 119):
                        topic = f"v1.1/Datastreams({number})/Observations"
                        await client.publish(topic, json.dumps(observed(300, recent())), qos=1)
                await got.until(lambda g: len(g.readings) == 3)


async def test_a_broker_that_is_away_is_a_lost_line(expect_log: Callable[[str], None]) -> None:
    expect_log("feed f is lost")
    async with http_server() as server:
        server.on("/v1.1/Datastreams", serves(datastream(Observations=[observed(1, recent())])))
        config = feed(server, mqtt={"url": "mqtt://127.0.0.1:1"})
        async with ingesting(config, catalog=CATALOG) as (_, got):
            await got.until(lambda g: bool(g.readings) and g.is_("lost"))


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "ftp://x"},
        {"format": "records"},
        {"options": {}},
        {"options": {"streams": {"5": {"key": "nonsense"}}}},
        {"options": {"streams": {"5": {"key": "reading/temp/1/a", "unit": "m"}}}},
        {"options": {"map": {"codes": {"x": "no.such"}}}},
        {"options": {"map": {"codes": {"x": "temp"}, "key": "reading/{colour}/1"}}},
        {"options": {"streams": {"5": {"key": "reading/temp/1/a"}}, "mqtt": {"url": "http://x"}}},
    ],
)
def test_settings_that_can_never_work_are_told_at_the_start(changes: dict[str, Any]) -> None:
    fields = {"url": "http://127.0.0.1:1/v1.1", "options": {"streams": {}}} | changes
    config = FeedConfig(id="f", kind="sensorthings", name_zh="感知", **fields)
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError):
        SensorThings(config, around)
