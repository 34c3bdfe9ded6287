"""Pictures in shared memory: the row says what lies there, and its number comes last."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from app.video.board import BYTES, ROW, SLOTS, rows, slot_bytes
from app.video.segments import Segment
from app.video.wire import PixelFormat, Rung, Show
from app.video.worker.sink import _FACTS, Facts, Sink
from tests.helpers.clips import number_of

Wanted = tuple[int, int, PixelFormat]


class Memory:
    """A board and slots, as a parent gives them."""

    def __init__(self) -> None:
        self.board = Segment(BYTES)
        self.rows = rows(self.board.memory)
        self._slots: list[Segment] = []

    def sink(self, wanted: Wanted, row: int = 3) -> tuple[Sink, Segment]:
        size = slot_bytes(*wanted)
        slots = Segment(size * SLOTS)
        self._slots.append(slots)
        show = Show(1, row, slots.name, size, *wanted)
        return Sink(self.board.memory, show), slots

    def close(self) -> None:
        for segment in (self.board, *self._slots):
            segment.unlink()


@pytest.fixture
def memory() -> Iterator[Memory]:
    made = Memory()
    yield made
    made.close()


@pytest.fixture(scope="module")
def frames(clips: dict[str, Path]) -> list[av.VideoFrame]:
    with av.open(str(clips["h264"])) as file:
        return list(file.decode(video=0))


def newest(memory: Memory, slots: Segment, row: int = 3) -> np.ndarray:
    """The picture that the row names, `height x width x 4`."""
    found = memory.rows[row]
    size = len(slots.memory) // SLOTS
    at = int(found["seq"]) % SLOTS * size
    height, stride, width = int(found["height"]), int(found["stride"]), int(found["width"])
    lines = np.frombuffer(slots.memory, np.uint8)[at : at + height * stride]
    return lines.reshape(height, stride)[:, : width * 4].reshape(height, width, 4)


def test_the_facts_lie_where_the_board_says() -> None:
    assert _FACTS.size == ROW.itemsize - 8
    shape = ("width", "height", "stride", "format", "matrix", "full")
    assert ROW.names == ("seq", *shape, *Facts.__struct_fields__)


def test_each_fact_is_read_under_its_name(memory: Memory) -> None:
    sink, _ = memory.sink((64, 64, PixelFormat.BGRA))
    values = {name: float(at) for at, name in enumerate(Facts.__struct_fields__, 1)}
    whole = ("packets", "decoded", "corrupt", "bytes")
    given = {name: int(value) if name in whole else value for name, value in values.items()}
    sink.facts(Facts(**(given | {"rung": Rung.STILL})))  # type: ignore[arg-type]
    assert {name: memory.rows[3][name] for name in given} == values | {"rung": 4}
    assert memory.rows[3]["seq"] == 0
    others = np.delete(memory.rows, 3)
    assert not others.view(np.uint8).any()


@pytest.mark.parametrize("size", [(640, 360), (240, 136), (333, 187), (1280, 720), (2, 2)])
def test_pictures_take_turns_in_three_slots(
    memory: Memory, frames: list[av.VideoFrame], size: tuple[int, int]
) -> None:
    sink, slots = memory.sink((*size, PixelFormat.BGRA))
    for number in range(7):
        sink.picture(frames[number], Facts(pts=number))
        row = memory.rows[3]
        assert (row["seq"], row["pts"]) == (number + 1, number)
        assert (row["width"], row["height"], row["format"]) == (*size, PixelFormat.BGRA)
        if size[0] > 200:
            assert number_of(newest(memory, slots)) == number


def test_a_row_that_had_pictures_goes_on_counting(
    memory: Memory, frames: list[av.VideoFrame]
) -> None:
    """Another worker took it over: what it shows must be seen as new."""
    first, _ = memory.sink((64, 64, PixelFormat.BGRA))
    for frame in frames[:5]:
        first.picture(frame, Facts())
    second, _ = memory.sink((64, 64, PixelFormat.BGRA))
    assert memory.rows[3]["seq"] == 5
    second.picture(frames[5], Facts())
    assert memory.rows[3]["seq"] == 6


# Studio luma and chroma of a colour by BT.601 and BT.709, from the recommendations' equations.
RED = {"601": (81, 90, 240), "709": (63, 102, 240)}


@pytest.mark.parametrize(
    ("colour", "tagged", "height", "expected"),
    [
        (RED["601"], 6, 360, "red"),
        (RED["709"], 1, 360, "red"),
        (RED["601"], 2, 360, "red"),  # nothing said: small pictures are BT.601
        (RED["709"], 2, 720, "red"),  # and those of high definition BT.709
        (RED["601"], 1, 720, "other"),
    ],
    ids=["601", "709", "small", "hd", "wrong"],
)
def test_colours_are_those_of_the_camera(
    memory: Memory, colour: tuple[int, int, int], tagged: int, height: int, expected: str
) -> None:
    width = height * 16 // 9
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, colour, strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.colorspace, frame.color_range = tagged, 1
    sink, slots = memory.sink((64, 36, PixelFormat.BGRA))
    sink.picture(frame, Facts())
    blue, green, red = (int(part) for part in newest(memory, slots)[18, 32, :3])
    near = red > 245 and green < 10 and blue < 10
    assert near is (expected == "red"), (red, green, blue)


@pytest.mark.parametrize("format_", [PixelFormat.I420, PixelFormat.NV12])
def test_planes_lie_one_behind_the_other(
    memory: Memory, frames: list[av.VideoFrame], format_: PixelFormat
) -> None:
    sink, slots = memory.sink((640, 360, format_))
    sink.picture(frames[9], Facts())
    row = memory.rows[3]
    assert (row["width"], row["height"], row["stride"]) == (640, 360, 640)
    at = slot_bytes(640, 360, format_)
    found = np.frombuffer(slots.memory, np.uint8)[at : at + 640 * 540]
    name = {PixelFormat.I420: "yuv420p", PixelFormat.NV12: "nv12"}[format_]
    assert np.array_equal(found, frames[9].to_ndarray(format=name).ravel())


def test_a_camera_that_grows_is_halved_until_it_fits(
    memory: Memory, clips: dict[str, Path]
) -> None:
    with av.open(str(clips["hd"])) as file:
        large = next(file.decode(video=0))
    sink, _ = memory.sink((640, 360, PixelFormat.I420))
    sink.picture(large, Facts())
    assert (memory.rows[3]["width"], memory.rows[3]["height"]) == (640, 360)


def test_an_odd_size_has_even_lines(memory: Memory, frames: list[av.VideoFrame]) -> None:
    odd = frames[0].reformat(333, 187)
    sink, _ = memory.sink((333, 187, PixelFormat.I420))
    sink.picture(odd, Facts())
    row = memory.rows[3]
    assert (row["width"], row["height"], row["stride"]) == (333, 187, 334)


@pytest.mark.parametrize(
    "broken",
    [
        {"segment": "chengmai-0-0"},
        {"segment": "/etc/passwd"},
        {"slot_bytes": 1 << 30},
        {"slot_bytes": 10},
        {"width": 0},
        {"height": 1 << 20},
        {"row": 256},
        {"row": -1},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(memory: Memory, broken: dict[str, object]) -> None:
    _, slots = memory.sink((64, 64, PixelFormat.BGRA))
    good = {"row": 3, "segment": slots.name, "slot_bytes": 64 * 64 * 4, "width": 64, "height": 64}
    show = Show(1, **(good | broken))  # type: ignore[arg-type]
    with pytest.raises((OSError, ValueError)):
        Sink(memory.board.memory, show)
