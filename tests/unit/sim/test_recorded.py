"""The recorded city: what its journals hold, checked against the sources' own figures."""

import gzip
import json
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.city import load_city
from app.cli.convert import RECORDINGS, command
from app.core.clock import iso
from app.core.keys import parse
from app.core.model import Event, EventStatus, Origin, Reading, World
from app.feeds._journal import Entry, Journal
from app.sim import recorded

CITY = resources.files("assets") / "cities" / "recorded"


def entries(name: str) -> list[Entry]:
    refused: list[str] = []
    found = list(
        Journal(CITY / f"{name}.journal").entries(lambda reason, _: refused.append(reason))
    )
    assert refused == []
    return found


@pytest.mark.parametrize("name", [item.feed for item in RECORDINGS])
def test_a_journal_names_whom_to_thank_and_goes_forward(name: str) -> None:
    head = Journal(CITY / f"{name}.journal").head
    assert head.licence
    assert head.attribution_zh
    assert head.attribution_en
    times = [entry.received for entry in entries(name)]
    assert times == sorted(times)
    assert head.begun == times[0]


def test_every_reading_is_in_the_catalogue_and_in_range() -> None:
    city = load_city("recorded")
    assert city.config.world is World.REPLAY
    for name in ("air", "river"):
        for entry in entries(name):
            assert isinstance(entry.record, Reading)
            quantity = city.catalog.quantity(entry.record.key)
            assert quantity is not None
            assert quantity.in_range(entry.record.value), entry.record


def test_every_event_has_its_kind_and_no_address() -> None:
    types = {item.code for item in load_city("recorded").event_types}
    for name in ("quakes", "requests"):
        for entry in entries(name):
            assert isinstance(entry.record, Event)
            assert entry.record.type in types
            assert entry.record.reporter == ""
            if name == "requests" and entry.record.lon is not None:
                assert entry.record.lon == round(entry.record.lon, 2)


def test_the_flood_of_june_2018() -> None:
    levels = [
        entry.record
        for entry in entries("river")
        if isinstance(entry.record, Reading) and parse(entry.record.key).code == "river.level"
    ]
    highest = max(levels, key=lambda reading: reading.value)
    # The gauge's highest stage of that month: 6.17 ft on 2018-06-03 at 22:05 UTC.
    assert iso(highest.observed) == "2018-06-03T22:05:00.000Z"
    assert highest.value == pytest.approx(6.17 * 0.3048, abs=5e-5)


def test_the_haze_of_december_2016() -> None:
    found = [entry.record for entry in entries("air") if isinstance(entry.record, Reading)]
    changping = [item for item in found if item.key == "reading/station.pm25/recorded/changping"]
    assert max(item.value for item in changping) == 596.0
    assert len(changping) == 740  # 744 hours less 4 not measured
    means = [item for item in found if item.key == "reading/air.pm25/recorded"]
    assert {item.origin for item in means} == {Origin.COMPUTED}
    assert all(item.valid_to - item.valid_from == 3_600_000 for item in means)


def test_requests_are_opened_then_closed() -> None:
    events = [entry.record for entry in entries("requests") if isinstance(entry.record, Event)]
    counts = Counter(item.status for item in events)
    assert counts[EventStatus.NEW] == 666
    assert 150 <= counts[EventStatus.CLOSED] <= 167  # 166 rows state a time of closing
    assert min(iso(item.occurred) for item in events) == "2024-04-16T02:51:53.000Z"


def small_source(folder: Path) -> Path:
    for name in ("urban", "hydro", "feeds/quake", "events"):
        (folder / name).mkdir(parents=True)
    head = "year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,RAIN,WSPM"
    for number, station in enumerate(recorded.STATIONS):
        pm25 = ("NA", "10", "20", "40")[number]
        rows = f"{head}\n2016,12,1,0,{pm25},1,2,3,4,5,-6.5,0,1.5\n2016,11,30,23,9,9,9,9,9,9,9,9,9\n"
        with gzip.open(folder / "urban" / f"prsa_{station}.csv.gz", "wt") as file:
            file.write(rows)
    with gzip.open(folder / "hydro" / "usgs_DeadRun_Instant.csv.gz", "wt") as file:
        file.write(
            "datetimeUTC,USGS:01589330:00060:00000,USGS:01589330:00065:00000\n"
            "2018-06-01 04:00:00+00:00,100,10\n2018-06-01 04:05:00+00:00,,nan\n"
        )
    said = {"type": "earthquake", "mag": 6.1, "place": "X", "time": 1_517_966_773_840}
    small = {**said, "mag": 2.4}
    quake = [
        {"id": "a", "properties": said, "geometry": {"coordinates": [10.0, 20.0, 30.4]}},
        {"id": "b", "properties": small, "geometry": {"coordinates": [10.0, 20.0, 30.4]}},
    ]
    with gzip.open(folder / "feeds" / "quake" / "usgs_2018_week.geojson.gz", "wt") as file:
        json.dump({"features": quake}, file)
    with gzip.open(folder / "events" / "nyc311.csv.gz", "wt") as file:
        file.write(
            "unique_key,created_date,closed_date,agency,complaint_type,descriptor,borough,"
            "incident_address,latitude,longitude\n"
            "7,2024-04-15T22:00:00.000,2024-04-15T22:30:00.000,NYPD,Noise,Loud,BRONX,"
            "1 SECRET STREET,40.8254,-73.8775\n"
            "8,2024-04-15T22:00:00.000,2024-04-15T21:00:00.000,HPD,Heat,None,QUEENS,,,\n"
        )
    return folder


def test_readers_by_hand(tmp_path: Path) -> None:
    source = small_source(tmp_path)
    air = {item.record.key: item.record for item in recorded.air(source)}  # type: ignore[union-attr]
    mean = air["reading/air.pm25/recorded"]
    assert isinstance(mean, Reading)
    assert mean.value == pytest.approx(23.33)  # of 10, 20, 40; one station gave none
    assert iso(mean.valid_from) == "2016-11-30T16:00:00.000Z"
    assert "reading/station.pm25/recorded/aotizhongxin" not in air
    assert air["reading/air.rain/recorded"].value == 0.0  # type: ignore[union-attr]
    river = [item.record for item in recorded.river(source)]
    assert [item.value for item in river] == [3.048, 2.8317]  # type: ignore[union-attr]
    quakes = [item.record for item in recorded.quakes(source)]
    assert [item.id for item in quakes] == ["usgs:a"]  # type: ignore[union-attr]
    requests = [item.record for item in recorded.requests(source)]
    assert len(requests) == 3  # closed before it was opened: that row's closing is left out
    assert all("SECRET" not in repr(item) for item in requests)
    assert requests[0].lon == -73.88  # type: ignore[union-attr]


def test_converting_twice_gives_the_same(tmp_path: Path) -> None:
    source, out = small_source(tmp_path / "source"), tmp_path / "out"
    contents = []
    for _ in range(2):
        result = CliRunner().invoke(command, [str(source), str(out)])
        assert result.exit_code == 0, result.output
        contents.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert contents[0] == contents[1]
    assert set(contents[0]) == {f"{item.feed}.journal" for item in RECORDINGS}
