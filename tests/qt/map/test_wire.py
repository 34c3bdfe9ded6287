"""The bytes of `app.gis.frames` and of the page mean the same, and broken bytes end nothing."""

import base64
import struct

import numpy as np
import pytest

from app.gis.frames import BUNDLE, bundle, encode, encode_json
from tests.helpers.map_page import opened
from widgets.map.said import Fault

TYPES = {"f4": "<f4", "f8": "<f8", "u1": "|u1", "u2": "<u2", "u4": "<u4", "i4": "<i4"}


def some_frames() -> list[bytes]:
    """Sections of every type and of lengths around the padding of eight."""
    rng = np.random.default_rng(5)
    frames = []
    for count in (0, 1, 2, 3, 7, 8, 9, 1000):
        sections = []
        for name, dtype in TYPES.items():
            if "f" in name:
                array = rng.normal(0, 1e3, count).astype(dtype)
            else:
                info = np.iinfo(dtype)
                array = rng.integers(info.min, info.max, count, dtype, endpoint=True)
            sections.append((name, array))
        head = {"kind": "probe", "layer": "层" * count, "n": count, "text": '"<b>\n\u2028'}
        frames.append(encode(head, sections))
    return frames


SUMS = (
    "frames.map(({head, sections}) => [head.n, head.layer.length, head.text,"
    " Object.entries(sections).map(([k, v]) => [k, v.constructor.name, Array.from(v)])])"
)
NAMES = {"f4": "Float32Array", "f8": "Float64Array", "u1": "Uint8Array", "u2": "Uint16Array",
         "u4": "Uint32Array", "i4": "Int32Array"}  # fmt: skip


def decoded(data: bytes) -> str:
    """JavaScript that decodes a bundle."""
    text = base64.b64encode(data).decode()
    return (
        f"(frames => {SUMS})(chengmai.wire.bundle("
        f"Uint8Array.from(atob('{text}'), c => c.charCodeAt(0)).buffer))"
    )


def test_every_type_of_section_comes_as_it_was(run, context):
    frames = some_frames()

    async def work():
        async with opened(context) as page:
            got = await page.script(decoded(bundle(frames)))
            assert await page.script(decoded(b"")) == []
            assert await page.script(decoded(bundle([]))) == []
        assert [one[:3] for one in got] == [
            [n, n, '"<b>\n\u2028'] for n in (0, 1, 2, 3, 7, 8, 9, 1000)
        ]
        for frame, (_, _, _, sections) in zip(frames, got, strict=True):
            at = 8 + struct.unpack_from("<I", frame, 4)[0]
            for name, kind, values in sections:
                at += -at % 8
                assert kind == NAMES[name]
                expected = np.frombuffer(frame, TYPES[name], len(values), at)
                assert np.array_equal(np.array(values, expected.dtype), expected), name
                at += expected.nbytes

    run(work())


def broken() -> dict[str, bytes]:
    """Bundles that are none."""
    good = encode({"kind": "probe"}, [("xy", np.zeros(4, np.float32))])
    short = good[:-9]
    whole = bundle([good])
    return {
        "two bytes": b"CM",
        "another word": b"XXXX" + whole[4:],
        "count too large": whole[:4] + struct.pack("<I", 1000) + whole[8:],
        "length too large": whole[:8] + struct.pack("<Q", 1 << 40) + whole[16:],
        "length beyond numbers": whole[:8] + struct.pack("<Q", (1 << 64) - 8) + whole[16:],
        "cut short": whole[:40],
        "no frame in it": BUNDLE + struct.pack("<IQ", 1, 8) + b"XXXXXXXX",
        "head beyond the end": bundle([b"CMF1" + struct.pack("<I", 4000) + b"{}      "]),
        "section beyond the end": bundle([short]),
        "head is no JSON": bundle([b"CMF1" + struct.pack("<I", 8) + b"{kind:1}"]),
        "head is no text": bundle([b"CMF1" + struct.pack("<I", 8) + b"\xff" * 8]),
        "no such type": bundle([encode({"kind": "probe"}).replace(b'[]', b'[["x","f2",1]]')]),
    }  # fmt: skip


def test_broken_bytes_are_told_and_the_page_goes_on(run, context, expect_log):
    expect_log("map page map-1: ")

    async def work():
        async with opened(context) as page:
            for name, data in broken().items():
                text = base64.b64encode(data).decode()
                kind = await page.script(
                    "(() => { try { chengmai.wire.bundle(Uint8Array.from("
                    f"atob('{text}'), c => c.charCodeAt(0)).buffer); return 'taken' }}"
                    " catch (e) { return e.name } })()"
                )
                assert kind in ("RangeError", "SyntaxError", "TypeError"), name
            # One that throws while it is drawn is told; what follows it is drawn.
            await page.script(
                "chengmai.page.on('probe', f => { window.probe = f.head.n; throw Error('<b>') })"
            )
            page.send(encode({"kind": "probe", "n": 1}))
            fault = await page.wait_said(Fault)
            assert "<b>" in fault.text
            page.send(encode_json("state", {"lon": 119, "lat": 33, "zoom": 9}))
            await page.wait_for("chengmai.page.map.getZoom() === 9 && window.probe === 1")

    run(work())


def test_a_place_is_where_python_puts_it(run, context):
    """Web Mercator in the page and in the program, and Leaflet's own, to a centimetre."""
    from app.gis.frames import Origin, project

    lon = np.array([-180.0, -73.5, 0.0, 116.4, 119.0, 179.99])
    lat = np.array([-85.0, -33.2, 0.0, 33.5, 39.9, 85.05])

    async def work():
        async with opened(context) as page:
            city = context.city
            offsets = project(lon, lat, Origin(city.lon, city.lat)).reshape(-1, 2)
            for (x, y), east, north in zip(offsets, lon, lat, strict=True):
                there = await page.script(f"chengmai.project({east}, {north})")
                assert there == pytest.approx((x, y), abs=4e-8)
                back = await page.script(f"chengmai.unproject({there[0]}, {there[1]})")
                assert back == pytest.approx((east, north), abs=1e-9)
                pixel = await page.script(
                    f"(p => [p.x, p.y])(chengmai.page.map.project([{north}, {east}], 18))"
                )
                ox, oy = await page.script("[chengmai.page.origin.x, chengmai.page.origin.y]")
                scale = 256 * 2**18
                mine = ((there[0] + ox) * scale, (there[1] + oy) * scale)
                assert mine == pytest.approx(pixel, abs=1e-3)

    run(work())
