"""ADS-B: readsb's JSON, BaseStation lines, real tracks with and without spoofing."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import FeedConfig, Limits
from app.core.catalog import Catalog
from app.core.model import Position
from app.formats._base import Made, Payload
from app.formats.adsb import Adsb
from tests.contract.house import ROOT

NOW = 1_795_003_200_000  # 2026-11-18T12:00:00Z
SHARED = ROOT.parent / "shared" / "data" / "feeds" / "adsb"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not there")


def adsb(**options: Any) -> Adsb:
    config = FeedConfig(id="x", kind="mqtt", name_zh="试", format_options=options)
    return Adsb(config, Catalog(), "Asia/Shanghai")


def read(made: Adsb, data: str | bytes) -> list[Made]:
    raw = data.encode() if isinstance(data, str) else data
    return list(made.read(Payload(raw, NOW)))


def positions(made: Adsb, data: str | bytes) -> list[Position]:
    return [one.record for one in read(made, data) if isinstance(one.record, Position)]


def snapshot(*aircraft: dict[str, Any], now: Any = 1_795_003_200.0) -> str:
    return json.dumps({"now": now, "messages": 1, "aircraft": aircraft})


FLYING = {
    "hex": "780abc",
    "flight": "CQH8845 ",
    "category": "A3",
    "alt_baro": 11000,
    "gs": 286.4,
    "track": 271.3,
    "lat": 33.79,
    "lon": 119.13,
    "seen_pos": 0.4,
    "nic": 8,
}


def test_feet_and_knots_become_metres() -> None:
    (made,) = positions(adsb(), snapshot(FLYING))
    # 11000 ft = 3352.8 m; 286.4 kn = 147.337 m/s; seen 0.4 s before `now`
    assert made == Position(
        id="icao:780abc",
        layer="aircraft",
        lon=119.13,
        lat=33.79,
        observed=NOW - 400,
        heading=271.3,
        speed=pytest.approx(147.337, abs=0.001),
        name="CQH8845",
        kind="airplane",
        altitude=3352.8,
        expires=NOW - 400 + 60_000,
    )


def test_one_on_the_ground_has_no_height() -> None:
    parked = {"hex": "780ABD", "alt_baro": "ground", "lat": 33.79, "lon": 119.12, "r": "B-1"}
    (made,) = positions(adsb(), snapshot(parked | {"true_heading": 400}))
    assert (made.id, made.kind, made.altitude) == ("icao:780abd", "ground", None)
    assert (made.name, made.heading) == ("B-1", 40.0)
    assert positions(adsb(ground=False), snapshot(parked)) == []


def test_one_without_a_place_is_left_out_and_one_bad_one_alone() -> None:
    made = read(adsb(), snapshot({"hex": "780abe", "seen": 3}, {"hex": 7}, FLYING))
    assert [one.reason for one in made] == ["wrong_type", ""]
    assert made[0].number == 2


def test_services_that_say_ac_and_milliseconds() -> None:
    text = json.dumps({"now": NOW, "ac": [FLYING]})
    (made,) = positions(adsb(), text)
    assert made.observed == NOW - 400


def test_one_aircraft_a_line() -> None:
    line = json.dumps(FLYING | {"now": 1_795_003_200.0})
    assert len(positions(adsb(), line)) == 1
    other = json.dumps(FLYING | {"now": 1_795_003_201.0, "hex": "780abd"})
    assert len(positions(adsb(), f"{line}\n{other}\n")) == 2


def test_a_doubtful_place_is_marked() -> None:
    (made,) = positions(adsb(min_nic=7), snapshot(FLYING | {"nic": 0}))
    assert made.suspect == "low_integrity"
    (made,) = positions(adsb(min_nic=7), snapshot(FLYING))
    assert made.suspect == ""


def test_base_station_lines_are_put_together() -> None:
    lines = "\r\n".join(
        [
            "SEL,,496,2286,4CA4E5,27215,2010/02/19,18:06:07.710,2010/02/19,18:06:07.710,RYR1427",
            "MSG,1,1,1,4CA2D6,1,2026/11/18,19:59:58.000,2026/11/18,19:59:58.100,RYR1427,,,,,,,,,,,",
            "MSG,4,5,211,4CA2D6,10057,2026/11/18,19:59:59.000,2026/11/18,19:59:59.000,,,408.3,146.4,"
            ",,64,,,,,",
            "MSG,3,496,211,4CA2D6,10057,2026/11/18,20:00:00.000,2026/11/18,20:00:01.153,,37000,,,"
            "51.45735,-1.02826,,,0,0,0,0",
        ]
    )
    (made,) = positions(adsb(), lines)
    # 37000 ft = 11277.6 m; 408.3 kn = 210.048 m/s; 20:00 in the city's zone
    assert made == Position(
        id="icao:4ca2d6",
        layer="aircraft",
        lon=-1.02826,
        lat=51.45735,
        observed=NOW,
        heading=146.4,
        speed=pytest.approx(210.048, abs=0.001),
        name="RYR1427",
        altitude=11277.6,
        expires=NOW + 60_000,
    )
    abroad = adsb(zone="UTC")
    assert positions(abroad, lines)[0].observed == NOW + 8 * 3_600_000


def test_base_station_on_the_surface() -> None:
    line = (
        "MSG,2,496,603,400CB6,13168,2008/10/13,12:24:32.414,2008/10/13,12:28:52.074,,,0,76.4,"
        "258.3,54.05735,-4.38826,,,,,,0"
    )
    # The published example has its place one column late: 258.3 is no latitude.
    (refused,) = read(adsb(), line)
    assert refused.reason == "no_place"
    right = line.replace(",76.4,258.3,", ",76.4,")
    (made,) = positions(adsb(), right)
    assert (made.kind, made.heading, made.lat) == ("ground", 76.4, 54.05735)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("{", "not_json"),
        ("{}", "not_adsb"),
        ("hello", "not_adsb"),
        ("MSG,3", "not_adsb"),
        ("MSG,3,1,1,XYZ,1,a,b,c,d,", "bad_identity"),
        (
            "MSG,3,1,1,4CA2D6,1,2026/13/18,20:00:00.0,,,,1,,,51.4,-1.0,,,0,0,0,0",
            "bad_time",
        ),
        ("MSG,3,1,1,4CA2D6,1,2026/11/18,20:00:00.0,,,,1,,,nan,-1.0,,,0,0,0,0", "no_place"),
        (snapshot(FLYING, now=None), "missing"),
        (snapshot(FLYING, now=5), "bad_time"),
        (snapshot(FLYING | {"lat": 91}), "no_place"),
        (snapshot(FLYING | {"hex": "nothex"}), "bad_identity"),
    ],
)
def test_what_cannot_be_used_says_why(data: str, reason: str) -> None:
    (made,) = read(adsb(), data)
    assert (made.record, made.reason) == (None, reason)


def test_what_is_too_large_is_not_looked_at() -> None:
    config = FeedConfig(id="x", kind="mqtt", name_zh="试", limits=Limits(max_bytes=10))
    (made,) = read(Adsb(config, Catalog(), ""), snapshot(FLYING))
    assert made.reason == "oversized"


# ---- real tracks


def traffic(name: str) -> Iterator[dict[str, Any]]:
    """The rows of the `traffic` library's JSON, rows or columns, as aircraft of readsb's."""
    with gzip.open(SHARED / name) as file:
        found = json.load(file)
    if isinstance(found, dict):
        columns = list(found)
        found = [{name: found[name][row] for name in columns} for row in found["timestamp"]]
    for row in sorted(found, key=lambda item: item["timestamp"]):
        if row["latitude"] is not None:
            yield {
                "hex": row["icao24"],
                "flight": row["callsign"] or "",
                "alt_baro": "ground" if row.get("onground") else row["altitude"],
                "gs": row["groundspeed"],
                "track": row["track"],
                "lat": row["latitude"],
                "lon": row["longitude"],
                "now": row["timestamp"] / 1000,
            }


def judged(name: str) -> tuple[int, Counter[str], set[str]]:
    """How many fixes, the words of those marked, and whose they are."""
    made = adsb()
    fixes, words, whose = 0, Counter[str](), set[str]()
    for row in traffic(name):
        for position in positions(made, json.dumps(row)):
            fixes += 1
            if position.suspect:
                words[position.suspect] += 1
                whose.add(position.id)
    return fixes, words, whose


@needs_shared
def test_a_spoofed_aircraft_is_marked_for_half_of_its_way() -> None:
    fixes, words, _ = judged("noisy_spoofing.json.gz")
    assert fixes == 8670
    assert words["jump"] > 3000
    assert words["two_places"] > 100
    assert 0.45 < words.total() / fixes < 0.5  # measured: 47.7 %


@needs_shared
def test_aircraft_that_fight_fires_are_not_marked() -> None:
    fixes, words, whose = judged("calfire.json.gz")
    assert fixes == 9955
    assert words.total() / fixes < 0.001  # measured: 7 fixes, kilometres away within a second
    assert whose == {"icao:a4b817", "icao:a53602"}


@needs_shared
def test_an_airport_is_not_marked_save_one_that_leaps_over_its_apron() -> None:
    fixes, words, whose = judged("zurich_airport.json.gz")
    assert fixes == 17132
    assert words.total() / fixes < 0.006  # measured: 0.54 %
    assert whose == {"icao:4b17fd"}  # parked, and 4 km away within a second


@needs_shared
def test_a_days_trace_of_one_aircraft() -> None:
    made = positions(adsb(), (SHARED / "trace_full_ac671b.json").read_bytes())
    assert len(made) == 2500
    first, last = made[0], made[-1]
    # 2025-02-04T21:13:42.619Z, 32000 ft, 478.6 kn
    assert (first.id, first.observed, first.altitude) == ("icao:ac671b", 1738703622619, 9753.6)
    assert first.speed == pytest.approx(246.21, abs=0.01)
    assert (last.kind, last.altitude, last.name) == ("ground", None, "DAL2927")
    assert {position.suspect for position in made} == {""}
    assert sum(position.kind == "ground" for position in made) == 394


@given(
    st.dictionaries(
        st.sampled_from(["hex", "lat", "lon", "now", "alt_baro", "gs", "track", "seen_pos", "nic"]),
        st.one_of(
            st.floats(),
            st.integers(),
            st.text(max_size=8),
            st.none(),
            st.just("780abc"),
            st.just(1_795_003_200),
        ),
    ),
    st.lists(st.lists(st.one_of(st.floats(), st.integers(), st.text(max_size=4)), max_size=10)),
)
def test_no_values_raise(aircraft: dict[str, Any], trace: list[Any]) -> None:
    made = adsb()
    for data in (
        {"now": 1_795_003_200, "aircraft": [aircraft]},
        aircraft,
        {"icao": "780abc", "timestamp": 1_795_003_200, "trace": trace},
    ):
        for one in read(made, json.dumps(data)):
            assert (one.record is None) == bool(one.reason)
    for one in read(made, "MSG,3," + ",".join(map(str, aircraft.values()))):
        assert (one.record is None) == bool(one.reason)


def test_how_long_and_how_fast_are_the_settings() -> None:
    """51.5 km in 120 s are 429 m/s: more than the usual 350, less than 500."""
    second = FLYING | {"lat": FLYING["lat"] + 0.4633}  # type: ignore[operator]
    for limit, marked in ((350.0, True), (500.0, False)):
        made = adsb(limit_m_s=limit, expire_s=15)
        (first,) = positions(made, snapshot(FLYING))
        assert first.expires == first.observed + 15_000
        (later,) = positions(made, snapshot(second, now=1_795_003_320.0))
        assert bool(later.suspect) is marked
