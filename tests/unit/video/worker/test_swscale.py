"""Pictures that are scaled straight into a slot are those that PyAV's own scaler makes."""

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from app.video.worker import swscale
from app.video.worker.swscale import LINE, MAX_SIZES, Middles, Straight, room_of

pytestmark = pytest.mark.skipif(swscale.LIBRARY is None, reason="libswscale is not reached here")

FORMATS = ["yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "nv12"]
SIZES = [(640, 360), (320, 180), (212, 134), (333, 187), (960, 540)]


def chart(form: str, width: int = 640, height: int = 360) -> av.VideoFrame:
    """Sixteen fields of different colours, each with a slope of light in it."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    field = x * 4 // width + 4 * (y * 4 // height)
    rgb = np.stack([field % 3 * 90, field % 5 * 50, field * 13], axis=2) + (x % 40)[..., None]
    made = av.VideoFrame.from_ndarray(rgb.astype(np.uint8), format="rgb24")
    return made.reformat(format=form, src_colorspace=None)


def by_pyav(frame: av.VideoFrame, width: int, height: int) -> np.ndarray:
    smaller = width < frame.width or height < frame.height
    made = VideoReformatter().reformat(
        frame,
        width,
        height,
        "bgra",
        src_colorspace=Colorspace.ITU709 if frame.height >= 720 else None,
        interpolation=Interpolation.AREA if smaller else Interpolation.FAST_BILINEAR,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    return made.to_ndarray()


def straight(frame: av.VideoFrame, width: int, height: int) -> np.ndarray:
    stride = (width * 4 + LINE - 1) // LINE * LINE
    memory = bytearray(stride * height + LINE)
    memory[-LINE:] = b"\x5a" * LINE
    assert Straight().bgra(frame, (width, height), room_of(memory)) == stride
    assert memory[-LINE:] == b"\x5a" * LINE, "written beyond the end"
    lines = np.frombuffer(memory, np.uint8)[: stride * height].reshape(height, stride)
    return lines[:, : width * 4].reshape(height, width, 4)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_is_as_pyav_scales_it(form: str, size: tuple[int, int]) -> None:
    frame = chart(form)
    apart = np.abs(straight(frame, *size).astype(int) - by_pyav(frame, *size).astype(int))
    assert apart.mean() < 2.0
    # where two colours meet, the colour of a smaller picture is shared by two pixels
    assert np.percentile(apart, 95) <= 6
    assert not apart[..., 3].any()


@pytest.mark.parametrize("matrix", [1, 5, 6, 9])
def test_the_matrix_that_a_stream_names_is_taken(matrix: int) -> None:
    frame = chart("yuv420p")
    frame.colorspace = matrix
    found = {said: straight(_tagged(frame, said), 320, 180).astype(int) for said in (matrix, 2)}
    apart = np.abs(found[matrix] - by_pyav(_tagged(frame, matrix), 320, 180))
    assert apart.mean() < 2.0
    # what says nothing is BT.601 at this size, which 5 and 6 are too
    assert np.array_equal(found[matrix], found[2]) is (matrix in (5, 6))


def _tagged(frame: av.VideoFrame, matrix: int) -> av.VideoFrame:
    frame.colorspace = matrix
    return frame


@pytest.mark.parametrize(("luma", "full", "expected"), [(16, 1, 0), (235, 1, 255), (235, 2, 235)])
def test_the_range_that_a_stream_names_is_taken(luma: int, full: int, expected: int) -> None:
    frame = av.VideoFrame(640, 360, "yuv420p")
    for plane, value in zip(frame.planes, (luma, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.color_range = full
    found = straight(frame, 320, 180)[..., :3]
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_a_camera_that_changes_its_size_is_followed() -> None:
    one, memory = Straight(), bytearray(320 * 4 * 180)
    for width, height in ((640, 360), (1280, 720), (320, 180), (160, 90), (640, 360)):
        frame = chart("yuv420p", width, height)
        assert one.bgra(frame, (320, 180), room_of(memory)) == 1280
        found = np.frombuffer(memory, np.uint8).reshape(180, 320, 4)
        apart = np.abs(found.astype(int) - by_pyav(frame, 320, 180))
        assert apart.mean() < 2.0, (width, height)


@pytest.mark.parametrize("form", ["yuv420p10le", "rgb24", "gray", "yuv444p"])
def test_what_is_not_known_here_is_left_to_pyav(form: str) -> None:
    memory = bytearray(b"\x11" * (320 * 4 * 180))
    frame = chart("yuv420p").reformat(format=form)
    assert Straight().bgra(frame, (320, 180), room_of(memory)) is None
    assert memory == b"\x11" * len(memory)


def test_a_slot_that_is_too_small_is_not_written() -> None:
    memory = bytearray(b"\x11" * (320 * 4 * 179))
    assert Straight().bgra(chart("yuv420p"), (320, 180), room_of(memory)) is None
    assert memory == b"\x11" * len(memory)


def test_streams_of_one_size_share_what_lies_between_the_scalers() -> None:
    middles, size = Middles(), (320, 180)
    pictures = [chart("yuv420p"), chart("yuv422p")]
    alone, shared = [], []
    for frame in pictures:
        for one, found in ((Straight(), alone), (Straight(middles), shared)):
            memory = bytearray(1280 * 180)
            assert one.bgra(frame, size, room_of(memory)) == 1280
            found.append(memory)
    assert alone == shared
    middle = middles.take(size)
    assert middles.take(size) is not middle  # there was one, and it is taken
    middles.give(size, middle)
    assert middles.take(size) is middle


def test_memory_is_kept_for_a_few_sizes_only() -> None:
    middles = Middles()
    first = middles.take((16, 16))
    middles.give((16, 16), first)
    for width in range(32, 32 + 2 * MAX_SIZES, 2):
        middles.give((width, 16), middles.take((width, 16)))
    assert middles.take((16, 16)) is not first
