"""What a page says is decoded strictly: kinds, ranges, lengths."""

import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.map.said import LIMIT, Clicked, Drawn, Moved, Ready, decode

GOOD = {
    "kind": "moved",
    "lon": 118.3,
    "lat": 33.9,
    "zoom": 11.25,
    "west": 118.0,
    "south": 33.5,
    "east": 118.6,
    "north": 34.2,
    "by": "hand",
}


def body(**changed: object) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


def test_a_telling_is_decoded() -> None:
    assert decode(body()) == Moved(118.3, 33.9, 11.25, 118.0, 33.5, 118.6, 34.2, "hand")
    ready = {"kind": "ready", "renderer": "", "webgl": False, "width": 9, "height": 8, "dpr": 2}
    assert decode(json.dumps(ready).encode()) == Ready("", False, 9, 8, 2)
    click = b'{"kind":"picked","lon":1,"lat":2,"layer":"bus","index":3,"also":[["taxi",4]]}'
    assert decode(click) == Clicked(1, 2, "bus", 3, 0, [("taxi", 4)])


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"lon": 1}',
        b'{"kind": "eval", "code": "1"}',
        body(by="nobody"),
        body(zoom=-1),
        body(zoom=99),
        body(zoom="11"),
        body().replace(b"118.3", b"NaN"),
        body().replace(b"118.3", b"1e999"),
        b'{"kind":"picked","lon":181,"lat":0}',
        b'{"kind":"picked","lon":0,"lat":91}',
        b'{"kind":"picked","lon":0,"lat":0,"index":-1}',
        b'{"kind":"picked","lon":0,"lat":0,"index":1.5}',
        json.dumps({"kind": "picked", "lon": 0, "lat": 0, "also": [["a", 1]] * 501}).encode(),
        json.dumps({"kind": "fault", "text": "x" * 2001}).encode(),
        json.dumps({"kind": "drawn", "tool": "box", "points": [[0, 0]] * 20_001}).encode(),
        b'{"kind":"drawn","tool":"circle","points":[],"radius_m":-1}',
        b'{"kind":"fault","text":' + b'"' + b"x" * LIMIT + b'"}',
        b"[" * 100_000,
    ],
)
def test_what_is_none_is_refused(wrong: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(wrong)


def test_html_in_a_text_is_a_text() -> None:
    said = decode(b'{"kind":"drawn","tool":"text","points":[],"text":"<img src=x onerror=1>"}')
    assert isinstance(said, Drawn) and said.text == "<img src=x onerror=1>"


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    with suppress(msgspec.DecodeError):
        decode(data)
