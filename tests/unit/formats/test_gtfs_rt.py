"""GTFS-Realtime: the 627 buses of Seattle, alerts that come and go, bytes that are no message."""

from pathlib import Path
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig, Limits
from app.core.model import Event, EventStatus, Position, Urgency
from app.formats import gtfs_rt
from app.formats._base import Made, Payload
from app.formats._gtfs_frame import BadMessage, parts
from app.formats.gtfs_rt import GtfsRt
from tests.helpers.ingesting import CATALOG

NOW = 1_795_003_200_000
SENT_S = 1_795_003_190
SEATTLE = Path(__file__).parents[4] / "shared/data/feeds/gtfsrt/kcm_vehicle_positions_1630596716.pb"


def format_(limits: Limits | None = None, **options: Any) -> GtfsRt:
    config = FeedConfig(
        id="bus",
        kind="http-json",
        name_zh="公交",
        bureau="traffic",
        limits=limits or Limits(),
        format_options=options,
    )
    return GtfsRt(config, CATALOG, "Asia/Shanghai")


def read(data: bytes, reader: GtfsRt | None = None) -> list[Made]:
    return list((reader or format_()).read(Payload(data, NOW)))


def whole(timestamp: int = SENT_S) -> Any:
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = timestamp
    return message


def bus(message: Any, id_: str, lat: float = 33.5, lon: float = 119.0, **position: float) -> Any:
    entity = message.entity.add(id=id_)
    entity.vehicle.vehicle.id = id_
    entity.vehicle.position.latitude = lat
    entity.vehicle.position.longitude = lon
    for name, value in position.items():
        setattr(entity.vehicle.position, name, value)
    return entity


def alert(message: Any, id_: str, *texts: tuple[str, str]) -> Any:
    entity = message.entity.add(id=id_)
    for language, text in texts:
        entity.alert.header_text.translation.add(language=language, text=text)
    return entity


@pytest.mark.skipif(not SEATTLE.is_file(), reason="the shared samples are not here")
def test_the_627_buses_of_seattle() -> None:
    made = read(SEATTLE.read_bytes(), format_(authority="kcm"))
    buses = [one.record for one in made if isinstance(one.record, Position)]
    assert (len(made), len(buses), len({bus.id for bus in buses})) == (627, 627, 627)
    first = buses[0]
    # By `protoc --decode`: vehicle 4382, 47.6361542 N 122.370354 W, at 1630596690
    assert (first.id, first.layer, first.kind, first.name) == (
        "gtfs:kcm:4382",
        "bus",
        "bus",
        "4382",
    )
    assert (first.lat, first.lon) == pytest.approx((47.6361542, -122.370354), abs=1e-6)
    assert (first.observed, first.expires) == (1_630_596_690_000, 1_630_597_290_000)


def test_heading_speed_and_the_time_of_the_message() -> None:
    message = whole()
    bus(message, "a", bearing=270.0, speed=12.5)
    strange = bus(message, "b", bearing=-1.0, speed=float("nan"))
    strange.vehicle.vehicle.label = "苏H12345"
    one, two = (item.record for item in read(message.SerializeToString()))
    assert isinstance(one, Position) and isinstance(two, Position)
    assert (one.heading, one.speed, one.observed) == (270.0, 12.5, SENT_S * 1000)
    assert (two.heading, two.speed, two.name) == (None, None, "苏H12345")


@pytest.mark.parametrize(
    ("lat", "lon", "sent", "reason"),
    [
        (0.0, 0.0, SENT_S, "zero_place"),
        (91.0, 0.0, SENT_S, "out_of_range"),
        (float("nan"), 0.0, SENT_S, "out_of_range"),
        (float("inf"), 0.0, SENT_S, "out_of_range"),
        (33.0, 119.0, 0, "bad_time"),
        (33.0, 119.0, SENT_S * 1000, "bad_time"),  # milliseconds where seconds are due
    ],
)
def test_a_vehicle_that_cannot_be_used_says_why(
    lat: float, lon: float, sent: int, reason: str
) -> None:
    message = whole(sent)
    bus(message, "a", lat, lon)
    (made,) = read(message.SerializeToString())
    assert (made.record, made.reason) == (None, reason)


def test_a_bad_entity_harms_no_other() -> None:
    message = whole()
    bus(message, "a")
    good = message.SerializeToString()
    made = read(good + b"\x12\x03\x0a\x7f\x00")
    assert [one.reason for one in made] == ["", "not_gtfs"]


def test_an_alert_speaks_the_best_language_and_closes_when_it_is_gone() -> None:
    reader = format_(authority="hagj")
    message = whole()
    said = alert(message, "7", ("en", "Stop closed"), ("zh-CN", "站点  临时封闭"))
    said.alert.severity_level = pb.Alert.SEVERE
    said.alert.active_period.add(start=SENT_S - 600)
    said.alert.informed_entity.add(route_id="88")
    alert(message, "8", ("", "Detour"))
    one, two = (item.record for item in read(message.SerializeToString(), reader))
    assert isinstance(one, Event) and isinstance(two, Event)
    assert (one.id, one.type, one.title) == ("gtfs:hagj:alert:7", "transit.alert", "站点 临时封闭")
    assert (one.occurred, one.urgency) == ((SENT_S - 600) * 1000, Urgency.URGENT)
    assert (one.place, one.bureau, two.title) == ("88", "traffic", "Detour")

    buses = whole(SENT_S + 20)
    bus(buses, "a")
    assert len(read(buses.SerializeToString(), reader)) == 1  # another data set: says nothing of it

    message = whole(SENT_S + 60)
    alert(message, "8", ("", "Detour"))
    made = [item.record for item in read(message.SerializeToString(), reader)]
    ended = [one for one in made if isinstance(one, Event) and one.status is EventStatus.CLOSED]
    assert [one.id for one in ended] == ["gtfs:hagj:alert:7"]
    assert ended[0].observed == (SENT_S + 60) * 1000

    (gone,) = (item.record for item in read(whole(SENT_S + 70).SerializeToString(), reader))
    assert isinstance(gone, Event) and gone.status is EventStatus.CLOSED  # no alert is left

    message = whole(SENT_S + 80)
    alert(message, "8", ("", "Detour"))
    read(message.SerializeToString(), reader)
    message = whole(SENT_S + 90)
    message.header.incrementality = pb.FeedHeader.DIFFERENTIAL
    message.entity.add(id="8", is_deleted=True)
    (gone,) = (item.record for item in read(message.SerializeToString(), reader))
    assert isinstance(gone, Event) and gone.status is EventStatus.CLOSED


def test_a_deleted_vehicle_is_no_position_and_trip_updates_are_told_of() -> None:
    message = whole()
    bus(message, "a").is_deleted = True
    assert read(message.SerializeToString()) == []
    message = whole()
    message.entity.add(id="t").trip_update.trip.trip_id = "1"
    (made,) = read(message.SerializeToString())
    assert made.reason == "gtfs_trips"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_gtfs"),
        (b"<html>no</html>", "not_gtfs"),
        (b"{}", "not_gtfs"),
        (b"\x0a\x05\x0a\x032.0\x12\xff\x01", "truncated"),
        (b"\x0a\x05\x0a\x032.0\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "not_gtfs"),
    ],
)
def test_bytes_that_are_no_message(data: bytes, reason: str) -> None:
    (made,) = read(data)
    assert (made.record, made.reason) == (None, reason)


def test_a_cut_snapshot_is_refused_whole() -> None:
    message = whole()
    for number in range(20):
        bus(message, f"b{number}")
    data = message.SerializeToString()
    for length in (len(data) - 1, len(data) - 7):
        (made,) = read(data[:length])
        assert made.reason == "truncated"


def test_a_million_empty_entities_are_not_made() -> None:
    data = b"\x0a\x05\x0a\x032.0" + b"\x12\x00" * (gtfs_rt.MOST_ENTITIES + 1)
    (made,) = read(data)
    assert made.reason == "too_many_records"
    (made,) = read(data, format_(limits=Limits(max_bytes=1000)))
    assert made.reason == "oversized"


def test_settings_that_cannot_be_are_told() -> None:
    with pytest.raises(ConfigError):
        format_(authority="with space")


@given(st.binary(max_size=400))
def test_any_bytes_are_parts_or_a_reason(data: bytes) -> None:
    try:
        header, entities = parts(data, 100)
    except BadMessage as error:
        assert str(error) in ("truncated", "not_gtfs", "too_many_records")
    else:
        assert header and sum(map(len, entities)) <= len(data)


def test_a_position_is_vouched_for_as_long_as_the_settings_say() -> None:
    message = whole()
    bus(message, "b")
    data = message.SerializeToString()
    for options, expires in (({}, 600_000), ({"expire_s": 30}, 30_000), ({"expire_s": 0}, None)):
        (made,) = read(data, format_(**options))
        assert isinstance(made.record, Position)
        wanted = 0 if expires is None else made.record.observed + expires
        assert made.record.expires == wanted


def test_alerts_may_have_another_type_or_none_and_another_language() -> None:
    message = whole()
    alert(message, "a", ("en", "Diverted"), ("zh", "绕行"))
    data = message.SerializeToString()
    (made,) = read(data, format_(alerts="bus.alert", languages=["en"]))
    assert isinstance(made.record, Event)
    assert (made.record.type, made.record.title) == ("bus.alert", "Diverted")
    assert read(data, format_(alerts="")) == []
