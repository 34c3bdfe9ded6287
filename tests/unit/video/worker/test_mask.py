"""What nobody may see is covered at every size and form, and nothing else is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.camera_mask import Areas, read_areas
from app.video.worker.mask import CHROMA, LUMA, Mask

CAMERA = (640, 360)


def covered(areas: Areas, width: int, height: int, camera: tuple[int, int] = CAMERA) -> np.ndarray:
    """Which pixels of a white picture are covered."""
    picture = np.full((height, width, 4), 255, np.uint8)
    Mask(areas).packed(picture, camera)
    changed = picture != 255
    assert (changed.all(axis=2) == changed.any(axis=2)).all()
    assert (picture[changed] == LUMA).all()
    return changed.any(axis=2)


def test_a_rectangle_covers_its_pixels_and_two_around_them() -> None:
    found = covered(read_areas("0.25,0.25 0.5,0.5"), 640, 360)
    rows, columns = np.nonzero(found)
    # 160 to 319 and 90 to 179, with a pixel for the scaler and one to be sure.
    assert (columns.min(), columns.max()) == (158, 321)
    assert (rows.min(), rows.max()) == (88, 181)
    assert found.sum() == 164 * 94


def test_a_triangle_leaves_the_other_half_of_its_box() -> None:
    found = covered(read_areas("0.1,0.1 0.9,0.1 0.1,0.9"), 1000, 1000, (1000, 1000))
    assert found[200, 200]
    assert found[110, 850]
    assert not found[700, 700]
    half, ring = 800 * 800 / 2, 2 * (800 + 800 + 1132)
    assert half < found.sum() < half + 2 * ring


def test_one_that_crosses_itself_has_no_hole() -> None:
    star = read_areas("0.5,0.05 0.78,0.9 0.05,0.37 0.95,0.37 0.22,0.9")
    assert covered(star, 400, 400, (400, 400))[200, 200]


def test_where_a_camera_is_shown_larger_its_own_pixels_count() -> None:
    """A scaler runs a pixel of the camera into its neighbour: 8 pixels here."""
    rows, columns = np.nonzero(covered(read_areas("0.5,0.5 0.75,0.75"), 640, 640, (80, 80)))
    assert columns.min() == 320 - 9
    assert rows.max() == 479 + 9


@pytest.mark.parametrize("paired", [False, True], ids=["i420", "nv12"])
@pytest.mark.parametrize("size", [(640, 360), (333, 187)], ids=["even", "odd"])
def test_planes_lose_their_colour_wherever_they_lose_their_light(
    size: tuple[int, int], *, paired: bool
) -> None:
    width, height = size
    half = (height + 1) // 2, (width + 1) // 2
    luma = np.full((height, width), 200, np.uint8)
    colours = [np.full((half[0], 2 * half[1]), 7, np.uint8)] if paired else [
        np.full(half, 7, np.uint8) for _ in range(2)
    ]  # fmt: skip
    Mask(read_areas("0.301,0.303 0.55,0.61; 0.9,0.9 1,1")).planes([luma, *colours], size)
    dark = luma == LUMA
    assert dark.any()
    assert not dark.all()
    for plane in colours:
        grey = plane.reshape(half[0], half[1], -1) == CHROMA
        seen = grey.all(axis=2)
        assert (seen == grey.any(axis=2)).all()
        assert seen.repeat(2, axis=0).repeat(2, axis=1)[:height, :width][dark].all()
        assert not seen.all()


points = st.tuples(st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(points, min_size=3, max_size=7).map(tuple),
    st.tuples(st.integers(2, 90), st.integers(2, 90)),
    st.floats(0, 1),
)
def test_no_point_of_an_edge_is_seen(
    area: tuple[tuple[float, float], ...], size: tuple[int, int], along: float
) -> None:
    width, height = size
    found = covered((area,), width, height, size)
    for (ax, ay), (bx, by) in zip(area, (*area[1:], area[0]), strict=True):
        x, y = (ax + along * (bx - ax)) * width, (ay + along * (by - ay)) * height
        assert found[min(height - 1, int(y)), min(width - 1, int(x))]


@settings(max_examples=60, deadline=None)
@given(points, points, st.floats(0, 1), st.floats(0, 1))
def test_no_point_of_a_rectangle_is_seen(
    first: tuple[float, float], other: tuple[float, float], across: float, down: float
) -> None:
    found = covered(((first, other),), 64, 48, (64, 48))
    x = (first[0] + across * (other[0] - first[0])) * 64
    y = (first[1] + down * (other[1] - first[1])) * 48
    assert found[min(47, int(y)), min(63, int(x))]
