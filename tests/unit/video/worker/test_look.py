"""A look at a picture: frozen is bit for bit, black is dark or of one colour."""

import av
import numpy as np
import pytest

from app.video.worker.look import Look, luma_of
from tests.helpers.clips import Pixels, dark, moving


def frame(luma: Pixels) -> av.VideoFrame:
    height, width = luma.shape
    grey = np.full((height // 2, width), 128, np.uint8)
    return av.VideoFrame.from_ndarray(np.vstack([luma, grey]), format="yuv420p")


def test_a_picture_that_is_the_same_did_not_change() -> None:
    look = Look()
    look.take(frame(moving(0, 640, 360)), 1.0)
    look.take(frame(moving(0, 640, 360)), 2.0)
    assert look.changed == 1.0
    look.take(frame(moving(1, 640, 360)), 3.0)
    assert look.changed == 3.0


@pytest.mark.parametrize("at", [(0, 0), (7, 9), (359, 639), (100, 301)])
def test_one_point_that_differs_is_a_change(at: tuple[int, int]) -> None:
    """Also between the points that are read first: the seconds in a camera's picture are small."""
    look = Look()
    look.take(frame(moving(0, 640, 360)), 1.0)
    other = moving(0, 640, 360)
    other[at] ^= 1
    look.take(frame(other), 2.0)
    assert look.changed == 2.0


def test_a_camera_that_changes_its_size_did_change() -> None:
    look = Look()
    look.take(frame(np.full((360, 640), 90, np.uint8)), 1.0)
    look.take(frame(np.full((720, 1280), 90, np.uint8)), 2.0)
    assert look.changed == 2.0


def written(luma: Pixels) -> Pixels:
    """With the white words that a camera writes over whatever it sees."""
    luma[8:20, 8:200] = 235
    return luma


@pytest.mark.parametrize(
    ("luma", "lit"),
    [
        (moving(0, 640, 360), True),
        (dark(0, 640, 360), False),
        (written(dark(0, 640, 360)), False),
        (np.full((360, 640), 130, np.uint8), False),  # covered, grey
        (written(np.full((360, 640), 200, np.uint8)), False),
        (np.zeros((360, 640), np.uint8), False),
        (np.add.outer(np.linspace(20, 60, 360), np.zeros(640)).astype(np.uint8), True),  # dusk
    ],
    ids=["moving", "dark", "dark-written", "grey", "white-written", "zero", "dusk"],
)
def test_light(luma: Pixels, lit: bool) -> None:
    look = Look()
    look.take(frame(luma), 5.0)
    assert (look.lit == 5.0) is lit


def test_the_mean_is_of_what_is_read() -> None:
    look = Look()
    look.take(frame(np.full((360, 640), 77, np.uint8)), 1.0)
    assert look.luma == 77.0


def test_what_has_no_luma_of_eight_bits_counts_as_alive() -> None:
    ten_bits = frame(moving(0, 64, 64)).reformat(format="yuv420p10le")
    assert luma_of(ten_bits) is None
    look = Look()
    look.take(ten_bits, 4.0)
    assert (look.changed, look.lit) == (4.0, 4.0)
