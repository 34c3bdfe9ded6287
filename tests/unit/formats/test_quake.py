"""Earthquakes: the traps of three services, one warning of several reports, who is concerned."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig, Limits
from app.core.catalog import Catalog, Region
from app.core.model import Level, Warning, WarningState, WarningStatus, World
from app.formats._base import BREATH, REPEATED, Made, Payload
from app.formats._quake_level import level
from app.formats._quake_merge import MOST_EVENTS, MOST_KEPT, Merger, Quake
from app.formats._quake_report import BadReport, Report, depth_of, local, number_or_none
from app.formats._quake_sources import reports
from app.formats.quake import QuakeFormat

QUAKES = Path(__file__).parents[4] / "shared" / "data" / "feeds" / "quake"
needs_samples = pytest.mark.skipif(not QUAKES.is_dir(), reason="the shared samples are not here")
CITY = Catalog(
    regions={
        "320800": Region("320800", "淮安市", "淮安", "Huai'an"),
        "320812": Region("320812", "清江浦区", "清江浦", "Qingjiangpu", 119.0, 33.5),
    }
)
ORIGIN = 1_794_960_000_000  # 2026-11-18 08:00:00 in Beijing, 09:00:00 in Tokyo
NOW = ORIGIN + 60_000
REACHES = (50.0, 150.0, 300.0, 600.0, 1000.0)


def reader(catalog: Catalog = CITY, limits: Limits | None = None, **options: Any) -> QuakeFormat:
    config = FeedConfig(
        id="q", kind="mqtt", name_zh="地震", limits=limits or Limits(), format_options=options
    )
    return QuakeFormat(config, catalog, "Asia/Shanghai")


def read(message: Any, by: QuakeFormat | None = None, received: int = NOW) -> list[Made]:
    data = message if isinstance(message, bytes) else msgspec.json.encode(message)
    return [one for one in (by or reader()).read(Payload(data, received)) if one is not BREATH]


def one(message: Any, by: QuakeFormat | None = None) -> Warning:
    (made,) = read(message, by)
    assert isinstance(made.record, Warning), made
    return made.record


def found(message: Any) -> Report:
    (report,) = reports(message)
    assert isinstance(report, Report), report
    return report


def sc_eew(**changes: Any) -> dict[str, Any]:
    """As the relay sends it: every number a text, no zone, `Magunitude`."""
    return {
        "type": "sc_eew",
        "EventID": "20261118080000.001_1",
        "ReportTime": "2026-11-18 08:00:12",
        "ReportNum": "1",
        "OriginTime": "2026-11-18 08:00:00",
        "HypoCenter": "江苏淮安洪泽区",
        "Latitude": "33.3",
        "Longitude": "118.9",
        "Magunitude": "4.6",
        "Depth": None,
        "MaxIntensity": "5.1",
        **changes,
    }


def jma_eew(**changes: Any) -> dict[str, Any]:
    return {
        "type": "jma_eew",
        "EventID": "20261118090000",
        "Serial": "3",
        "AnnouncedTime": "2026/11/18 09:00:20",
        "OriginTime": "2026/11/18 09:00:00",
        "Hypocenter": "三陸沖",
        "Latitude": 33.3,
        "Longitude": 118.9,
        "Magunitude": 5.0,
        "Depth": 10,
        "isTraining": False,
        "isCancel": False,
        **changes,
    }


def emsc(unid: str = "20261118_1", **changes: Any) -> dict[str, Any]:
    said = {
        "unid": unid,
        "time": "2026-11-18T00:00:03.4Z",
        "lastupdate": "2026-11-18T00:04:00.1Z",
        "flynn_region": "EASTERN CHINA",
        "lat": 33.35,
        "lon": 118.95,
        "depth": 12.0,
        "mag": 4.4,
        "evtype": "ke",
        **changes,
    }
    return {
        "action": "create",
        "data": {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [said["lon"], said["lat"], -12.0]},
            "id": unid,
            "properties": said,
        },
    }


# ---- what the services send


@needs_samples
def test_depths_of_emsc_are_positive_and_the_geometrys_negative() -> None:
    lines = (QUAKES / "emsc_ws_messages.ndjson").read_bytes().splitlines()
    first, second, third = (found(msgspec.json.decode(line)) for line in lines)
    assert [one.depth for one in (first, second, third)] == [7.0, 20.0, 4.0]
    assert (first.event, first.lon, first.lat, first.magnitude) == (
        "20250305_0000090",
        28.5381,
        40.115,
        1.4,
    )
    # 2025-03-05T09:45:07Z is 1741167907 s, its last update 10:06:56.102425Z
    assert (first.origin, first.reported) == (1_741_167_907_000, 1_741_169_216_102)


def snapshot(name: str) -> bytes:
    data = (QUAKES / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


@needs_samples
@pytest.mark.parametrize(
    ("name", "features", "earthquakes"),
    [("usgs_2014_all_day.geojson", 146, 145), ("usgs_2018_week.geojson.gz", 1707, 1679)],
)
def test_a_snapshot_of_usgs(name: str, features: int, earthquakes: int) -> None:
    message = msgspec.json.decode(snapshot(name))
    assert len(message["features"]) == features
    assert sum(isinstance(one, Report) for one in reports(message)) == earthquakes
    assert read(snapshot(name)) == []  # blasts are passed over, and nothing of it is near Huai'an


@needs_samples
def test_the_first_of_that_day() -> None:
    first = next(reports(msgspec.json.decode(snapshot("usgs_2014_all_day.geojson"))))
    assert isinstance(first, Report)
    assert (first.event, first.magnitude, first.depth) == ("nc72199065", 1.7, 4.3)
    assert (first.origin, first.place) == (1_397_474_951_100, "8km W of Templeton, California")


def test_numbers_as_text_no_zone_and_a_depth_that_nobody_measured() -> None:
    report = found(sc_eew())
    assert (report.magnitude, report.lat, report.depth) == (4.6, 33.3, None)
    assert (report.origin, report.reported) == (ORIGIN, ORIGIN + 12_000)
    assert (report.event, report.number, report.early) == ("20261118080000.001", 1, True)


def test_slashes_are_tokyo_and_hyphens_beijing() -> None:
    assert found(jma_eew()).origin == ORIGIN
    assert local("2026/11/18 09:00", "time") == ORIGIN
    assert local("2026-11-18 08:00:00", "time") == ORIGIN


def test_magnitude_is_spelt_in_two_ways() -> None:
    message = sc_eew(type="cenc_eew", Magnitude="5.2")
    del message["Magunitude"]
    assert found(message).magnitude == 5.2


def test_a_list_of_the_relay() -> None:
    message = {
        "type": "cenc_eqlist",
        "md5": "x",
        "No1": {
            "type": "reviewed",
            "time": "2026-11-18 08:00:01",
            "location": "江苏淮安市洪泽区",
            "magnitude": "4.5",
            "depth": "10",
            "latitude": "33.31",
            "longitude": "118.91",
            "intensity": "5",
        },
        "No2": {"type": "automatic", "time": "x"},
    }
    good, wrong = reports(message)
    assert isinstance(good, Report) and good.reviewed and good.origin == ORIGIN + 1000
    assert isinstance(wrong, BadReport) and (wrong.reason, wrong.field) == ("bad_time", "time")
    japan = {"type": "jma_eqlist", "No1": {**message["No1"], "time": "2026/11/18 09:00",  # type: ignore[dict-item]
             "depth": "10km", "magnitude": "4.5"}}  # fmt: skip
    assert (found(japan).origin, found(japan).depth) == (ORIGIN, 10.0)


@pytest.mark.parametrize("kind", ["heartbeat", "pong"])
def test_a_sign_of_life_is_no_report(kind: str) -> None:
    assert read({"type": kind, "timestamp": 1}) == []


@pytest.mark.parametrize(
    ("message", "reason", "field"),
    [
        ([], "quake_unknown", ""),
        ({"type": "tsunami"}, "quake_unknown", "type"),
        (b"{", "not_json", ""),
        (sc_eew(Latitude="x"), "not_a_number", "latitude"),
        (sc_eew(Latitude="133"), "out_of_range", "latitude"),
        (sc_eew(Magunitude="46"), "out_of_range", "magnitude"),
        (sc_eew(OriginTime="2026-11-18T08:00:00"), "bad_time", "OriginTime"),
        (sc_eew(OriginTime=7), "bad_time", "OriginTime"),
        (emsc(unid=""), "missing", "unid"),
        (emsc(mag=None), "not_a_number", "magnitude"),
        (emsc(time="x"), "bad_time", "time"),
        ({"action": "create", "data": {}}, "missing", "properties"),
        ({"type": "FeatureCollection", "features": [7]}, "missing", "properties"),
    ],
)
def test_what_cannot_be_used_says_why(message: Any, reason: str, field: str) -> None:
    (made,) = read(message)
    assert (made.record, made.reason, made.field) == (None, reason, field)


def test_a_blast_is_no_earthquake() -> None:
    assert read(emsc(evtype="km")) == []


def test_an_oversized_message_is_not_looked_into() -> None:
    (made,) = read(sc_eew(), reader(limits=Limits(max_bytes=20)))
    assert made.reason == "oversized"


@pytest.mark.parametrize(
    ("value", "number"),
    [("4.6", 4.6), ("M4.6", 4.6), ("10km", 10.0), ("-3", -3.0), ("nan", None), ("1e3", None),
     (True, None), (None, None), (float("inf"), None), (float("nan"), None), ("9" * 500, None)],
)  # fmt: skip
def test_numbers(value: Any, number: float | None) -> None:
    assert number_or_none(value) == number
    assert depth_of(5000) is None


# ---- what concerns the city


@pytest.mark.parametrize(
    ("magnitude", "km", "expected"),
    [
        (2.9, 10, Level.NONE),
        (3.0, 50, Level.BLUE),
        (4.9, 50, Level.YELLOW),
        (5.0, 51, Level.YELLOW),
        (6.0, 49, Level.RED),
        (6.1, 500, Level.BLUE),
        (7.0, 999, Level.BLUE),
        (8.0, 299, Level.RED),
        (9.5, 1001, Level.NONE),
        (-1.0, 0, Level.NONE),
    ],
)
def test_the_table_of_levels(magnitude: float, km: float, expected: Level) -> None:
    assert level(magnitude, km, REACHES) is expected


def test_an_early_warning_becomes_a_warning_that_says_what_it_rests_on() -> None:
    warning = one(sc_eew())
    assert warning.id == "quake:sc_eew:20261118080000.001"
    assert (warning.level, warning.hazard) == (Level.YELLOW, "earthquake")
    assert warning.title == "江苏淮安洪泽区 4.6 级地震"
    # 0.2 degrees south and 0.1 west of the middle: 24 km
    assert "震中距市中心 24 公里，深度不详" in warning.evidence
    assert warning.evidence.endswith("来源为非官方转发，不得作为对外预警的唯一依据。")
    assert (warning.urgency, warning.issuer) == ("immediate", "四川地震预警（转发）")
    assert warning.expires == ORIGIN + 6 * 3_600_000


def test_far_ones_are_passed_over_unless_all_are_wanted() -> None:
    far = sc_eew(Latitude="30", Longitude="100")
    assert read(far) == []
    shown = one(far, reader(keep="all"))
    assert shown.level is Level.NONE and shown.state is WarningState.ACTIVE


def test_what_is_long_over_is_not_shown_at_the_start() -> None:
    assert read(sc_eew(), received=ORIGIN + 7 * 3_600_000) == []


def test_reports_of_one_earthquake_revise_one_warning() -> None:
    by = reader()
    first = one(sc_eew(), by)
    second = one(sc_eew(ReportNum="2", ReportTime="2026-11-18 08:00:15", Magunitude="4.9"), by)
    third = one(emsc(), by)
    assert {first.id, second.id, third.id} == {"quake:sc_eew:20261118080000.001"}
    assert [one_.revision for one_ in (first, second, third)] == [1, 2, 3]
    assert second.title == "江苏淮安洪泽区 4.9 级地震"
    assert third.title == "EASTERN CHINA 4.4 级地震"  # a report comes before an early warning
    assert "来源为非官方转发" not in third.evidence
    assert third.text.splitlines() == [
        "欧洲地中海地震中心：4.4 级，深 12 公里",
        "四川地震预警（转发）：4.9 级，深度不详",
    ]
    stamps = [(one_.observed, one_.revision) for one_ in (first, second, third)]
    assert stamps == sorted(stamps)
    (again,) = read(emsc(), by)
    assert again.reason == REPEATED


def test_the_order_of_sources_can_be_set() -> None:
    by = reader(order=["sc_eew", "emsc"])
    one(emsc(), by)
    assert one(sc_eew(), by).title == "江苏淮安洪泽区 4.6 级地震"


@pytest.mark.parametrize(
    "changes",
    [
        {"time": "2026-11-18T00:01:30Z"},
        {"lat": 34.9},
        {"mag": 6.0},
    ],
)
def test_what_is_apart_in_time_place_or_size_is_another(changes: dict[str, Any]) -> None:
    by = reader(keep="all")
    assert one(sc_eew(), by).id != one(emsc(**changes), by).id


def test_two_events_of_one_source_are_two() -> None:
    by = reader()
    assert one(emsc("a"), by).id != one(emsc("b"), by).id


def test_a_cancellation_ends_it_unless_another_source_stands_by_it() -> None:
    by = reader()
    one(jma_eew(), by)
    ended = one(jma_eew(isCancel=True, Serial="4"), by)
    assert ended.state is WarningState.CANCELLED
    by = reader()
    one(jma_eew(), by)
    one(emsc(mag=4.8), by)
    assert one(jma_eew(isCancel=True, Serial="4"), by).state is WarningState.UPDATED


def test_a_revision_to_something_small_takes_it_back() -> None:
    by = reader()
    one(sc_eew(), by)
    small = sc_eew(ReportNum="2", ReportTime="2026-11-18 08:00:20", Magunitude="2.1")
    assert one(small, by).state is WarningState.CANCELLED


def test_training_is_an_exercise_and_never_merged() -> None:
    by = reader()
    drill = one(jma_eew(isTraining=True), by)
    assert (drill.status, drill.world) == (WarningStatus.EXERCISE, World.DRILL)
    real = one(emsc(mag=4.8), by)
    assert real.id != drill.id and real.status is WarningStatus.ACTUAL


def test_an_older_report_changes_nothing() -> None:
    by = reader()
    one(sc_eew(ReportNum="2", ReportTime="2026-11-18 08:00:20"), by)
    (made,) = read(sc_eew(), by)
    assert made.reason == REPEATED


def test_a_city_without_a_place_must_state_it() -> None:
    with pytest.raises(ConfigError, match=r"format_options\.lon"):
        reader(Catalog())
    assert one(sc_eew(), reader(Catalog(), lon=119.0, lat=33.5)).level is Level.YELLOW


@pytest.mark.parametrize("half", [{"lon": 119.0}, {"lat": 33.5}])
def test_half_a_place_is_none(half: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        reader(**half)


def test_reach_and_hours_are_the_citys() -> None:
    """M 4 at 100 km: a reach of 150 km first would make it yellow, not blue."""
    near = emsc(mag=4.0, lon=120.0, lat=33.8, time="2026-11-18T00:00:00Z")
    usual, wide = one(near), one(near, reader(reach_km=[150.0, 300.0]))
    assert (usual.level, wide.level) == (Level.BLUE, Level.YELLOW)
    assert usual.expires == ORIGIN + 6 * 3_600_000
    assert one(near, reader(keep_hours=0.5)).expires == ORIGIN + 1_800_000
    assert read(near, reader(keep_hours=0.01)) == [], "over after 36 s"


def test_in_english() -> None:
    assert one(emsc(), reader(language="en")).title == "M 4.4 earthquake, EASTERN CHINA"


def restarted(by: QuakeFormat, now: int = NOW, **options: Any) -> QuakeFormat:
    """Another reader that was given what the first one has shown."""
    other = reader(**options)
    kept = msgspec.json.decode(msgspec.json.encode(by.told(now)), type=list[Quake])
    assert all(quake.holds() for quake in kept)
    other.put_back(kept, now)
    return other


def test_after_a_restart_another_source_revises_what_was_shown() -> None:
    by = reader()
    first = one(sc_eew(), by)
    after = restarted(by)
    second = one(emsc(), after)
    assert (first.id, second.id) == ("quake:sc_eew:20261118080000.001",) * 2
    assert (first.revision, second.revision) == (1, 2)
    assert len(second.text.splitlines()) == 2, "what each of them said"


def test_after_a_restart_what_is_said_again_is_told_once_as_it_was() -> None:
    by = reader()
    first = one(emsc(), by)
    after = restarted(by)
    assert one(emsc(), after) == first and after.changes == 0
    (again,) = read(emsc(), after)
    assert again.reason == REPEATED


def test_after_a_restart_what_was_taken_back_stays_so() -> None:
    by = reader()
    one(jma_eew(), by)
    one(jma_eew(isCancel=True, Serial="4"), by)
    assert read(jma_eew(isCancel=True, Serial="4"), restarted(by)) == []


def test_what_is_over_or_was_not_shown_is_not_kept() -> None:
    by = reader()
    one(emsc(), by)
    read(emsc("far", lat=-33.0), by)
    (kept,) = by.told(NOW)
    assert kept.names == {("emsc", "20261118_1")}
    over = ORIGIN + 3_400 + 6 * 3_600_000
    assert by.told(over - 1) == [kept] and by.told(over) == []
    after = reader(keep_hours=0.01)
    after.put_back([kept], NOW)
    assert after.told(0) == []


def test_what_came_before_it_is_put_back_holds() -> None:
    by, after = reader(), reader()
    one(emsc(), by)
    one(emsc(mag=5.0), after)
    after.put_back(by.told(NOW), NOW)
    assert [quake.reports["emsc"].magnitude for quake in after.told(NOW)] == [5.0]


def test_the_kept_earthquakes_are_bounded() -> None:
    merger = Merger()
    for number in range(MOST_KEPT + 50):
        at = ORIGIN + number * 300_000
        quake = merger.take(Report("usgs", str(number), at, 0.0, 0.0, 3.0, at))
        assert quake is not None
        quake.revision = 1
    kept = merger.told(0)
    assert (len(kept), kept[0].id, kept[-1].id) == (MOST_KEPT, "quake:usgs:50", "quake:usgs:549")


def test_the_memory_of_earthquakes_is_bounded() -> None:
    merger = Merger()
    for number in range(MOST_EVENTS + 50):
        at = ORIGIN + number * 300_000
        merger.take(Report("usgs", str(number), at, 0.0, 0.0, 3.0, at))
    assert len(merger._quakes) == len(merger._named) == len(merger._minutes) == MOST_EVENTS


@given(
    st.dictionaries(
        st.sampled_from(["type", "OriginTime", "Latitude", "Longitude", "Magunitude", "Depth",
                         "action", "data", "features", "No1", "ReportNum", "EventID"]),
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
            st.sampled_from(["jma_eew", "cenc_eqlist", "FeatureCollection"]),
            st.lists(st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), max_size=2),
            st.dictionaries(st.sampled_from(["properties", "geometry", "time"]),
                            st.dictionaries(st.text(max_size=3), st.none()), max_size=3),
        ),
    )
)  # fmt: skip
def test_any_message_gives_reports_or_reasons(message: dict[str, Any]) -> None:
    try:
        for report in reports(message):
            assert isinstance(report, Report | BadReport)
    except BadReport as error:
        assert error.reason == "quake_unknown"
