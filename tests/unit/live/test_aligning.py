"""Cameras on one time line: what they are compared with, and who is sent after the others."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.aligning import FAR_MS, MOST, WAIT_MS, Aligning
from app.live.video_past import Past, Replays, drifts, paced, reference, sought, stretch
from app.live.video_wall import Look, VideoWall

NOON = 1_764_561_600_000
BEGIN, END = NOON - 600_000, NOON
CAMERAS = ("p:1", "p:2", "p:3")


@pytest.mark.parametrize(
    ("moments", "common"),
    [((5,), 5), ((5, 9), 5), ((1, 5, 9), 5), ((1, 5, 6, 9), 5), ((0, 0, 7), 7), ((), 0)],
)
def test_all_are_compared_with_the_lower_median(moments: tuple[int, ...], common: int) -> None:
    assert reference(moments) == common


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), max_size=9))
def test_half_of_them_are_not_behind_and_somebody_is_with_it(moments: dict[str, int]) -> None:
    found = drifts(moments)
    assert found.keys() == {name for name, moment in moments.items() if moment}
    if found:
        assert 0 in found.values()
        assert sum(drift >= 0 for drift in found.values()) * 2 > len(found)


def reviewing() -> VideoWall:
    wall = VideoWall(Look(count=4, cameras=dict(enumerate(CAMERAS))))
    wall.review(dict.fromkeys(CAMERAS, stretch(BEGIN, END)))
    return wall


def seen(**by: int) -> Replays:
    """What is seen, in ms after the begin; `p1` for the first camera."""
    replays = Replays()
    replays.put({(f"p:{name[1:]}", END): BEGIN + at for name, at in by.items()})
    return replays


def places(wall: VideoWall) -> Mapping[str, Past]:
    return wall.look.past


def test_who_is_far_off_is_sent_to_where_the_others_will_be() -> None:
    wall, aligning = reviewing(), Aligning()
    late = seen(p1=20_000, p2=20_400, p3=20_000 - FAR_MS - 1)
    assert not aligning.look(wall, late, NOON)  # it may only have begun late
    assert not aligning.look(wall, late, NOON + WAIT_MS - 1)
    assert aligning.look(wall, late, NOON + WAIT_MS)
    assert places(wall)["p:3"] == Past(BEGIN, END, BEGIN + 21_000, turn=1)
    assert places(wall)["p:1"] == places(wall)["p:2"] == stretch(BEGIN, END)
    assert not aligning.look(wall, late, NOON + WAIT_MS + 1)


def test_what_does_not_help_is_not_done_for_ever() -> None:
    wall, aligning = reviewing(), Aligning()
    late = seen(p1=20_000, p2=20_000, p3=1)
    sent = [aligning.look(wall, late, NOON + n * WAIT_MS) for n in range(3 * MOST)]
    assert sent == [False, *[True] * MOST, *[False] * (2 * MOST - 1)]
    past = sought(places(wall)["p:3"], BEGIN + 5000, NOON)  # the officer seeks: it is tried anew
    wall.play("p:3", past)
    times = (NOON + n * WAIT_MS for n in range(3 * MOST, 4 * MOST + 1))
    assert [aligning.look(wall, late, at) for at in times] == [False, *[True] * MOST]


def test_near_is_near_enough_and_faster_is_further() -> None:
    wall, aligning = reviewing(), Aligning()
    near = seen(p1=20_000, p2=20_000, p3=20_000 + FAR_MS)
    for n in range(4):
        assert not aligning.look(wall, near, NOON + n * WAIT_MS)
    for name in CAMERAS:
        wall.play(name, paced(places(wall)[name], 4.0))
    far = seen(p1=20_000, p2=20_000, p3=20_000 + 4 * FAR_MS)
    for n in range(4, 8):
        assert not aligning.look(wall, far, NOON + n * WAIT_MS)


def test_what_stands_still_has_no_picture_or_is_alone_is_left_alone() -> None:
    wall, aligning = reviewing(), Aligning()
    wall.play("p:3", paced(places(wall)["p:3"], 0.0))
    for n in range(3):
        assert not aligning.look(wall, seen(p1=20_000, p2=20_000, p3=1), NOON + n * WAIT_MS)
        assert not aligning.look(wall, seen(p1=20_000, p2=20_000), NOON + n * WAIT_MS)
    single = VideoWall(Look(count=1, cameras={0: "p:1"}))
    single.play("p:1", stretch(BEGIN, END))
    for n in range(3):
        assert not aligning.look(single, seen(p1=1), NOON + n * WAIT_MS)
