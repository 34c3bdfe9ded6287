"""A mapping against msgspec's own rules, and against itself turned round."""

import csv
import io
import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import jmespath
import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.model import DeviceStatus, Event, Position, Reading, Record, Stock, Warning
from app.formats._base import Payload
from app.formats._map_check import CheckError, checks_of
from app.formats._map_config import MapConfig
from app.formats._map_expression import ExpressionError, NotComputable, expression
from app.formats._map_path import Paths, plain_steps
from tests.helpers.mapping import NOW, mapping, records

STRUCTS: list[type[Record]] = [Reading, Event, DeviceStatus, Position, Stock, Warning]
FIELDS = [(struct, name) for struct in STRUCTS for name in struct.__struct_fields__]
VALUES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "x" * 201, "x" * 9000, "online", "red", "real", "1.5", "-1", "nan"]),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.booleans(),
    st.lists(st.integers(), max_size=2),
)


@pytest.mark.parametrize(("struct", "name"), FIELDS)
@settings(max_examples=12, deadline=None)
@given(value=VALUES)
def test_what_a_check_lets_through_msgspec_lets_through_too(
    struct: type[Record], name: str, value: Any
) -> None:
    hint = next(item.type for item in msgspec.structs.fields(struct) if item.name == name)
    try:
        checked = checks_of(struct)[name](value)
    except CheckError:
        return
    assert msgspec.convert(msgspec.to_builtins(checked), hint) == checked


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
SAFE = NAMES.filter(lambda text: not set(text) & set("#+\\\"'/"))
READINGS = st.lists(
    st.builds(
        Reading,
        SAFE.map(lambda name: f"reading/water.level/320812/{name}"),
        st.floats(-1e6, 1e6).map(lambda value: round(value, 3)),
        st.integers(1_000_000_000, 4_000_000_000).map(lambda seconds: seconds * 1000),
    ),
    min_size=1,
    max_size=6,
)
TEXT = """
[[reading]]
key = {template = "reading/water.level/320812/{id}"}
value = "v"
observed = {from = "t", time = "epoch_s"}
"""


def rows(readings: list[Reading]) -> list[dict[str, str]]:
    return [
        {
            "id": reading.key.rsplit("/", 1)[1],
            "v": repr(reading.value),
            "t": str(reading.observed // 1000),
        }
        for reading in readings
    ]


def as_csv(items: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["id", "v", "t"])
    writer.writeheader()
    writer.writerows(items)
    return out.getvalue().encode()


def as_xml(items: list[dict[str, str]]) -> bytes:
    body = "".join(
        f"<r id={quoteattr(item['id'])}><v>{escape(item['v'])}</v><t>{item['t']}</t></r>"
        for item in items
    )
    return f"<all>{body}</all>".encode()


@settings(max_examples=40, deadline=None)
@given(READINGS)
def test_what_is_written_as_json_csv_or_xml_comes_back(readings: list[Reading]) -> None:
    items = rows(readings)
    listed = msgspec.json.encode({"a": [{"b": items}]})
    assert records('each = "a[0].b"' + TEXT, listed) == readings
    assert records('each = "a[].b[]"' + TEXT, listed) == readings
    columns = {name: [item[name] for item in items] for name in ("id", "v", "t")}
    assert records('zip = ["id", "v", "t"]' + TEXT, msgspec.json.encode(columns)) == readings
    assert records('explode = "b"' + TEXT, msgspec.json.encode({"b": items})) == readings
    lines = b"\n".join(map(msgspec.json.encode, items))
    assert records('format = "ndjson"' + TEXT, lines) == readings
    assert records('format = "csv"' + TEXT, as_csv(items)) == readings
    by_id = TEXT.replace("{id}", "{@id}")
    for each in ("/all/r", "//r", "r", "r[v]"):
        assert records(f'format = "xml"\neach = "{each}"' + by_id, as_xml(items)) == readings


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["json", "ndjson", "csv", "xml", "geojson"]))
def test_any_bytes_give_records_or_reasons(data: bytes, form: str) -> None:
    for start in (b"", b"<r>", b'{"features":[', b"id,v,t\n"):
        for one in mapping(f'format = "{form}"' + TEXT).read(Payload(start + data, NOW)):
            assert (one.record is None) == bool(one.reason)


@settings(max_examples=150, deadline=None)
@given(st.text("abc.0123456789+-*/%()[]<>=,\"' ifelsumxn_水", max_size=30))
def test_any_text_is_a_sum_or_refused(text: str) -> None:
    try:
        compute = expression(text, Paths(MapConfig()))
    except ExpressionError:
        return
    try:
        value = compute({"a": 1, "b": {"c": [1, 2]}, "水": "3"})
    except NotComputable:
        return
    assert value is None or isinstance(value, float)


PLAIN = st.sampled_from(["a", "水位", "b_1"])


@given(st.lists(st.one_of(PLAIN, st.integers(-9, 9)), min_size=1))
def test_plain_paths_are_read_as_they_are_written(steps: list[str | int]) -> None:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    assert plain_steps(text.removeprefix(".")) == tuple(steps)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4))
@example([""])
@example(['a"b', "\\", "\n"])
def test_any_name_in_quotes_is_the_one_that_jmespath_reads(names: list[str]) -> None:
    text = ".".join(json.dumps(name, ensure_ascii=False) for name in names)
    assert plain_steps(text) == tuple(names)
    held: Any = 7
    for name in reversed(names):
        held = {name: held}
    assert jmespath.search(text, held) == 7


@pytest.mark.parametrize("text", ['"a', '"\\x"', 'a"b"', '"a""b"', '"a\nb"'])
def test_a_name_that_is_not_whole_is_no_plain_path(text: str) -> None:
    assert plain_steps(text) is None
