"""Arbitrary bytes never raise out of a decoder; what cannot be used is counted."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.config import FeedConfig, Limits
from app.core.catalog import Catalog
from app.core.envelope import Delta
from app.core.model import Position, Reading
from app.feeds import _frames
from app.feeds._frames import decoded
from app.feeds._gate import FUTURE_MS, Gate
from app.feeds._quarantine import MAX_SAMPLE, Quarantine, describe
from app.formats._base import Payload
from app.formats._map_time import TimeFormatError, time_parser
from app.formats.mapping import Mapping
from app.formats.records import KINDS, decode_records
from tests.helpers.ingesting import CATALOG

NOW = 1_795_000_000_000

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
names = st.sampled_from(
    ["t", "seq", "prev", "readings", "warnings", "key", "value", "observed", "final", "id"]
)
near = st.recursive(
    anything | st.sampled_from(["delta", "snapshot", "refilled", "welcome", "reading/a/b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)


def as_json(value: Any) -> bytes:

    return json.dumps(value).encode("utf-8", "surrogatepass")


payloads = st.binary(max_size=200) | near.map(as_json)


@given(payloads)
@example(b"[" * 100_000)
@example(b'{"t":"delta","seq":-1}')
@example(b'{"t":"snapshot","seq":1,"readings":[' + b"[" * 5000 + b"]}")
@example(b"[]")
@example(b'[[{"t":"gone","first":1,"last":2}]]')
def test_a_frame_is_decoded_or_counted(data: bytes) -> None:
    refused: list[str] = []
    frames = list(decoded((data,), lambda reason, _sample: refused.append(reason)))
    assert frames or refused


@given(payloads, st.sampled_from(sorted(KINDS)))
@example(b"[" * 100_000, "reading")
def test_records_are_decoded_or_counted(data: bytes, kind: str) -> None:
    refused: list[str] = []
    records = decode_records(data, kind, Limits(), lambda reason, _sample: refused.append(reason))
    assert records or refused or msgspec.json.decode(data) == []


MAPPING = Mapping(
    FeedConfig(
        id="f",
        kind="mqtt",
        name_zh="f",
        map={
            "each": "readings",
            "zone": "Asia/Shanghai",
            "reading": [
                {
                    "key": {"template": "reading/water.level/{id}/{key}"},
                    "value": {"from": "value", "unit": "cm"},
                    "observed": {"from": "observed", "time": "epoch_ms"},
                }
            ],
        },
    ),
    CATALOG,
)
CSV = Mapping(
    FeedConfig(
        id="f",
        kind="mqtt",
        name_zh="f",
        map={
            "format": "csv",
            "crs": "bd09",
            "position": [
                {
                    "id": "id",
                    "layer": {"value": "bus"},
                    "lon": "lon",
                    "lat": "lat",
                    "observed": {"from": "t", "time": "%Y%m%d%H%M%S%z"},
                }
            ],
        },
    ),
    Catalog(),
)


@given(payloads)
@example(b'{"readings":[{"id":1,"key":"a","value":1e308,"observed":1e308}]}')
@example(b'{"readings":[{"id":1,"key":"a","value":"1e999","observed":9e99}]}')
@example(b'{"readings":{"value":[]}}')
def test_a_mapping_gives_records_or_reasons(data: bytes) -> None:
    for made in MAPPING.read(Payload(data, NOW)):
        assert (made.record is None) == bool(made.reason)


@given(st.binary(max_size=200) | st.text(alphabet="id,lont\n\"'0123456789.-\x00").map(str.encode))
@example(b"id,lon,lat,t\n1,nan,inf,20260101000000+0800\n")
@example(b"id,lon,lat,t\n1,1e300,5,20260101000000+0800\n")
@example(b'id,lon\n"unclosed')
def test_a_csv_mapping_gives_records_or_reasons(data: bytes) -> None:
    for made in CSV.read(Payload(data, NOW)):
        assert (made.record is None) == bool(made.reason)


@given(anything, st.sampled_from(["iso", "epoch_s", "epoch_ms", "%Y-%m-%d"]))
def test_a_time_is_a_moment_or_an_error(value: Any, form: str) -> None:
    try:
        moment = time_parser(form, "Asia/Shanghai")(value)
    except (TimeFormatError, ValueError, OverflowError, TypeError):
        return
    assert isinstance(moment, int)


@given(near | st.binary(max_size=300))
def test_a_sample_is_short_and_names_nobody(value: Any) -> None:
    text = describe({"reporter": "张三丰", "phone": 13812345678, "x": value})
    assert len(text) <= MAX_SAMPLE
    assert "张三丰" not in text and "13812345678" not in text


@given(st.lists(st.sampled_from("abc"), max_size=300))
def test_the_quarantine_is_bounded_and_counts_all(reasons: list[str]) -> None:
    quarantine = Quarantine()
    for reason in reasons:
        quarantine.put(NOW, reason, b"{}")
    assert quarantine.reasons.total() == len(reasons)
    assert len(quarantine.samples()) <= 20


readings = st.builds(
    Reading,
    key=st.sampled_from(["reading/water.level/1/a", "reading/other/1/a", "event/x/y", "nonsense"]),
    value=st.floats(-10, 40) | st.sampled_from([float("nan"), float("inf")]),
    observed=st.integers(NOW - 5, NOW + 3) | st.just(NOW + FUTURE_MS + 1),
    revision=st.integers(0, 2),
)


@given(st.lists(st.lists(readings, max_size=8), max_size=8))
def test_the_gate_agrees_with_the_plain_rules(batches: list[list[Reading]]) -> None:
    """Every accepted reading is possible, timely and new; the newest is in the picture."""
    refused: list[Reading] = []
    gate = Gate(CATALOG, lambda _reason, reading: refused.append(reading))
    latest: dict[str, Reading] = {}
    accepted: list[Reading] = []
    for batch in batches:
        accepted += gate.admit(list(batch), latest, NOW)
    total = sum(map(len, batches))
    assert len(accepted) + len(refused) + gate.duplicates == total
    versions = [(item.key, item.observed, item.revision) for item in accepted]
    assert len(set(versions)) == len(versions)
    for item in accepted:
        assert item.key in ("reading/water.level/1/a", "reading/other/1/a")
        assert item.observed <= NOW + FUTURE_MS
        assert abs(item.value) < 1e308
        assert "water" not in item.key or -5 <= item.value <= 30
    for key, reading in latest.items():
        held = [item for item in accepted if item.key == key]
        assert reading.observed == max(item.observed for item in held)


def test_a_bad_frame_of_a_bundle_costs_itself_only() -> None:
    good = msgspec.json.encode(Delta(seq=2, prev=1, source="a"))
    bad = b'{"t":"delta","seq":3,"prev":2,"readings":[{"key":"x"}]}'
    refused: list[str] = []
    bundle = b"[" + b",".join((good, bad, b'{"t":"nonsense"}', good)) + b"]"
    frames = list(decoded((bundle,), lambda reason, _sample: refused.append(reason)))
    assert [type(frame) for frame in frames] == [Delta, Delta, Delta]
    assert refused == ["bad_record", "not_a_frame"]


RECORDS = st.lists(
    st.sampled_from(
        [
            {"id": "p1", "layer": "bus", "lon": 119.0, "lat": 33.0, "observed": NOW},
            {"id": "p2", "layer": "bus", "lon": 119.0, "lat": 33.0, "observed": NOW, "speed": 3},
            {"id": "p3", "layer": "bus", "lon": 519.0, "lat": 33.0, "observed": NOW},  # nowhere
            {"id": "p4"},
            [],
            "p5",
        ]
    ),
    max_size=9,
)
FRAMES = st.fixed_dictionaries(
    {"t": st.sampled_from(["delta", "snapshot", "refilled"]), "seq": st.integers(-1, 3)},
    optional={
        "positions": RECORDS,
        "readings": RECORDS,
        "final": st.booleans(),
        "sent": st.sampled_from([NOW, -5, 2**60]),
        "source": st.sampled_from(["a", "a" * 201]),
        "open": st.sampled_from([["e1"], [""]]),
    },
).map(as_json)


def _plain(frame: msgspec.Struct) -> tuple[type, dict[str, Any]]:
    """No records are no records, whether as a list or a tuple."""
    fields = msgspec.structs.asdict(frame).items()
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in fields}
    return type(frame), plain


@given(FRAMES | payloads)
def test_a_large_frame_in_parts_is_what_it_is_whole(data: bytes) -> None:
    told: list[tuple[object, object]] = []
    calls: list[None] = []
    for large, part in ((len(data) + 1, 500), (0, 2)):
        refused: list[object] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_frames, "LARGE_BYTES", large)
            patch.setattr(_frames, "PART", part)
            found = decoded(
                (data,), lambda *refusal, to=refused: to.append(refusal), lambda: calls.append(None)
            )
            told.append(([_plain(frame) for frame in found], refused))
    assert told[0] == told[1]


def test_others_may_go_first_between_two_parts_of_a_large_frame() -> None:
    count, calls = 1_234, []
    positions = [Position(f"p{n}", "bus", 119.0, 33.0, NOW, name="路" * 20) for n in range(count)]
    data = msgspec.json.encode(Delta(seq=2, prev=1, positions=positions))
    assert len(data) > _frames.LARGE_BYTES
    [frame] = decoded((data,), lambda *refused: None, lambda: calls.append(None))
    assert isinstance(frame, Delta) and list(frame.positions) == positions
    assert len(calls) == 2  # 1000, 234


def test_a_delta_of_the_server_is_a_delta_of_the_client() -> None:
    frame = Delta(seq=2, prev=1, readings=[Reading("reading/a/b", 1.0, NOW)])
    [again] = decoded((msgspec.json.encode(frame),), lambda *refused: None)
    assert isinstance(again, Delta) and list(again.readings) == list(frame.readings)
