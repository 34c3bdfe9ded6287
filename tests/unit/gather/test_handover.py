"""When a standby takes over and hands back, by times given."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.gather.handover import Handover

SILENT, STEADY = 15.0, 60.0


def seconds(handover: Handover, up: list[bool], start: float = 0.0) -> list[bool]:
    """What it decides, a look each second."""
    return [handover.look(one, start + number) for number, one in enumerate(up)]


def test_after_15_silent_seconds_it_asks_and_after_60_steady_ones_it_leaves() -> None:
    handover = Handover(SILENT, STEADY, 0.0)
    up = [True] * 100 + [False] * 40 + [True] * 100
    decided = seconds(handover, up)
    assert decided.index(True) == 115
    assert decided[115:200] == [True] * 85
    assert decided[200:] == [False] * 40


def test_a_standby_that_never_saw_the_first_takes_over_too() -> None:
    decided = seconds(Handover(SILENT, STEADY, 0.0), [False] * 20)
    assert decided.index(True) == 15


def test_a_short_break_changes_nothing() -> None:
    up = [True] * 30 + [False] * 14 + [True] * 30
    assert not any(seconds(Handover(SILENT, STEADY, 0.0), up))


def test_a_line_that_comes_and_goes_counts_as_gone_and_is_not_followed() -> None:
    up = ([False] * 8 + [True] * 4) * 30
    decided = seconds(Handover(SILENT, STEADY, 0.0), up)
    first = decided.index(True)
    assert first <= 26 and all(decided[first:]), "it takes over once and stays"


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 90)), max_size=30))
def test_it_never_flaps_and_the_overlap_is_bounded(spells: list[tuple[bool, int]]) -> None:
    up = [state for state, length in spells for _ in range(length)]
    decided = seconds(Handover(SILENT, STEADY, 0.0), up)
    changes = [n for n in range(1, len(decided)) if decided[n] != decided[n - 1]]
    for earlier, later in pairwise(changes):
        assert later - earlier >= SILENT
    for number in range(len(up)):
        back = up[max(0, number - 61) : number + 1]
        if len(back) == 62 and all(back):
            assert not decided[number], "both ask no longer than the overlap"
        gone = up[max(0, number - 16) : number + 1]
        if len(gone) == 17 and not any(gone):
            assert decided[number], "nobody asks no longer than the silence"
