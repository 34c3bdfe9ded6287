"""Which moment a picture of a recording is of: known answers for both kinds of servers."""

from collections.abc import Iterable

import pytest

from app.video.dating import LEARN_S, Dating

NOON = 1_764_561_600_000
FRAME = 0.04


def run(dating: Dating, pictures: Iterable[tuple[float, float]]) -> None:
    """Pictures as they come: pts and arrival, looked at one by one."""
    for pts, arrived in pictures:
        dating.look(pts, arrived)


def steps(first: float, count: int, by: float) -> list[float]:
    return [first + n * by for n in range(count)]


def test_without_a_picture_there_is_no_moment() -> None:
    dating = Dating()
    assert dating.moment == 0
    dating.begin(NOON, 1.0, 100.0)
    assert dating.moment == 0 and dating.waits(100.1) and not dating.waits(200.0)


def test_at_the_speed_of_the_clock_the_streams_own_clock_tells() -> None:
    dating = Dating()
    dating.begin(NOON, 1.0, 100.0)
    run(dating, [(7.0, 100.3), (8.0, 101.3), (9.5, 105.0)])  # the last one was held up by a line
    assert dating.moment == NOON + 2500


def test_what_was_on_its_way_when_it_was_sought_is_not_of_the_new_moment() -> None:
    dating = Dating()
    dating.begin(NOON, 1.0, 100.0)
    run(dating, [(0.0, 100.1), (5.0, 105.1)])
    dating.begin(NOON + 60_000, 1.0, 105.5)
    assert dating.moment == NOON + 5000  # it still stands there
    run(dating, [(5.3, 105.4)])
    assert dating.moment == NOON + 5000 and dating.waits(105.6)
    run(dating, [(5.5, 105.7), (6.5, 106.7)])  # a clock that goes on over the jump
    assert dating.moment == NOON + 61_000
    dating.begin(NOON + 10_000, 1.0, 107.0)
    run(dating, [(10.0, 107.2), (11.0, 108.2)])  # and one that jumps with it
    assert dating.moment == NOON + 11_000


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 4.0, 8.0])
@pytest.mark.parametrize("keeps", [True, False], ids=["its-own-clock", "as-they-leave"])
def test_at_another_speed_both_kinds_of_clocks_give_the_same(speed: float, keeps: bool) -> None:
    dating = Dating()
    dating.begin(NOON, speed, 100.0)
    arrived = steps(100.2, 100, FRAME)
    by = FRAME * speed if keeps else FRAME
    for pts, at in zip(steps(3.0, 100, by), arrived, strict=True):
        dating.look(pts, at)
        passed = (at - arrived[0]) * speed * 1000
        assert abs(dating.moment - NOON - passed) <= 1
    # Once it is known, a picture that is held up by the line does not change its moment.
    assert arrived[-1] - arrived[0] > LEARN_S
    dating.look(3.0 + 100 * by, arrived[-1] + 3.0)
    assert abs(dating.moment - NOON - 100 * FRAME * speed * 1000) <= 1


def test_it_stands_still_and_goes_on_from_there() -> None:
    dating = Dating()
    dating.begin(NOON, 1.0, 100.0)
    run(dating, [(0.0, 100.0), (4.0, 104.0)])
    dating.go_on(0.0, 104.1)
    run(dating, [(4.08, 104.12)])
    assert dating.moment == NOON + 4000
    dating.go_on(2.0, 200.0)
    assert dating.moment == NOON + 4000
    run(dating, [(100.0, 200.1), (101.0, 201.1)])  # its clock ran on meanwhile
    assert dating.moment == NOON + 6000


def test_a_moment_that_is_sought_while_it_stands_is_that_of_its_picture() -> None:
    dating = Dating()
    dating.begin(NOON, 1.0, 100.0)
    run(dating, [(0.0, 100.0)])
    dating.begin(NOON + 30_000, 0.0, 101.0)
    assert dating.moment == NOON + 30_000 and not dating.waits(101.0)
    dating.go_on(1.0, 102.0)
    run(dating, [(1.0, 102.1), (2.0, 103.1)])
    assert dating.moment == NOON + 31_000


def test_another_speed_before_the_first_picture_changes_no_moment() -> None:
    dating = Dating()
    dating.begin(NOON, 1.0, 100.0)
    dating.go_on(4.0, 100.1)
    run(dating, [(0.0, 100.2), (1.0, 100.45)])
    assert dating.moment == NOON + 1000
    dating.begin(NOON + 60_000, 4.0, 101.0)  # and none before it came to where it was sought
    dating.go_on(0.0, 101.1)
    assert dating.moment == NOON + 60_000


def test_a_clock_that_is_set_moves_no_moment() -> None:
    dating = Dating()
    dating.begin(NOON, 1.0, 100.0)
    run(dating, [(50.0, 100.0), (51.0, 101.0), (3.0, 101.1), (4.0, 102.1)])
    assert dating.moment == NOON + 2000
    run(dating, [(90_000.0, 102.2), (90_001.0, 103.2)])
    assert dating.moment == NOON + 3000


def test_a_file_of_ours_says_it_exactly_at_every_speed() -> None:
    dating = Dating()
    dating.fix(NOON, 4.0)
    run(dating, [(12.5, 1.0)])
    assert dating.moment == NOON + 12_500
    dating.go_on(0.5, 3.0)
    run(dating, [(2.25, 9.0)])
    assert dating.moment == NOON + 2250
