"""Where recordings begin and end, and what is missing between them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.message import message
from app.video.platform import PlatformError, Recording
from app.video.recordings import JOINED_MS, gaps, joined, recorded

MINUTE = 60_000
spans = st.lists(
    st.tuples(st.integers(0, 500_000), st.integers(1, 100_000)).map(
        lambda pair: Recording(pair[0], pair[0] + pair[1])
    ),
    max_size=20,
)


def test_files_of_one_recording_are_one() -> None:
    files = [Recording(10, 20), Recording(20 + JOINED_MS, 5000), Recording(9000, 9500)]
    assert joined(reversed(files)) == [Recording(10, 5000), Recording(9000, 9500)]
    assert joined([Recording(0, 9000), Recording(100, 200)]) == [Recording(0, 9000)]
    assert joined([Recording(5, 5)]) == []


def test_what_is_missing() -> None:
    found = [Recording(10 * MINUTE, 20 * MINUTE), Recording(30 * MINUTE, 40 * MINUTE)]
    assert gaps(found, 0, 50 * MINUTE) == [
        (0, 10 * MINUTE),
        (20 * MINUTE, 30 * MINUTE),
        (40 * MINUTE, 50 * MINUTE),
    ]
    assert gaps(found, 12 * MINUTE, 18 * MINUTE) == []
    assert gaps([], 5, 9000) == [(5, 9000)]
    assert gaps([Recording(1000, MINUTE)], 0, MINUTE + JOINED_MS) == []  # whole seconds
    assert gaps(found, 41 * MINUTE, 42 * MINUTE) == [(41 * MINUTE, 42 * MINUTE)]


@given(spans, st.integers(0, 600_000), st.integers(0, 300_000))
def test_all_that_is_not_recorded_is_missing(found: list[Recording], begin: int, more: int) -> None:
    end = begin + more
    missing, whole = gaps(found, begin, end), joined(found)
    assert all(begin <= first < last <= end for first, last in missing)
    assert all(a[1] < b[0] for a, b in pairwise(missing))
    inside = [(max(begin, one.begin), min(end, one.end)) for one in whole]
    inside = [(first, last) for first, last in inside if last > first]
    assert not any(first < b and a < last for first, last in inside for a, b in missing)
    covered = sum(last - first for first, last in [*inside, *missing])
    assert more - JOINED_MS * (len(inside) + 1) <= covered <= more


class Says:
    """What a platform lists."""

    def __init__(self, *found: Recording) -> None:
        self.found = list(found)

    async def records(self, camera: str, begin: int, end: int) -> list[Recording]:
        return [one for one in self.found if one.end > begin and one.begin < end]


async def test_a_recording_is_played_up_to_its_gap_and_none_in_it() -> None:
    platform = Says(Recording(0, 10 * MINUTE), Recording(20 * MINUTE, 30 * MINUTE))
    end = 60 * MINUTE
    assert await recorded(platform, "c", 5 * MINUTE, end) == 10 * MINUTE  # type: ignore[arg-type]
    assert await recorded(platform, "c", 21 * MINUTE, 22 * MINUTE) == 22 * MINUTE  # type: ignore[arg-type]
    for begin in (10 * MINUTE, 15 * MINUTE, 30 * MINUTE):
        with pytest.raises(PlatformError) as raised:
            await recorded(platform, "c", begin, end)  # type: ignore[arg-type]
        assert raised.value.reason == message("videostate.no_recording")
