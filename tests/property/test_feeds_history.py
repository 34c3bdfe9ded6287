"""Spans of history still to be asked for: nothing is lost, nothing is asked for twice."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import DAY
from app.feeds._history import Windows

HOURS = DAY // 24
SPAN = st.tuples(st.integers(0, 200), st.integers(0, 200))


def hours(spans: list[tuple[int, int]]) -> set[int]:
    """The hours inside spans, counted one by one."""
    return {hour for since, until in spans for hour in range(since // HOURS, until // HOURS)}


@given(st.lists(SPAN, max_size=8), st.integers(0, 200))
def test_every_hour_is_asked_for_once_newest_first(spans: list[tuple[int, int]], old: int) -> None:
    given_ = [(since * HOURS, until * HOURS) for since, until in spans]
    windows = Windows(given_)
    windows.drop_before(old * HOURS)
    wanted = {hour for hour in hours(given_) if hour >= old}
    assert hours(list(windows.spans)) == wanted
    assert list(windows.spans) == sorted(windows.spans)
    asked: list[tuple[int, int]] = []
    while (span := windows.ask()) is not None:
        assert 0 < span[1] - span[0] <= DAY
        asked.append(span)
        assert windows.answered()
    assert sum(len(hours([span])) for span in asked) == len(wanted)
    assert hours(asked) == wanted
    assert asked == sorted(asked, reverse=True)


@given(SPAN, st.lists(SPAN, max_size=4))
def test_what_goes_missing_while_a_question_is_out_stays_missing(
    first: tuple[int, int], later: list[tuple[int, int]]
) -> None:
    windows = Windows([(first[0] * HOURS, first[1] * HOURS)])
    span = windows.ask()
    held = hours(list(windows.spans))
    added = [(since * HOURS, until * HOURS) for since, until in later]
    for since, until in added:
        windows.add(since, until)
    assert windows.answered() is (span is not None)
    answered = hours([span]) if span else set()
    assert hours(list(windows.spans)) == (held | hours(added)) - answered


def test_a_question_without_its_answer_is_put_again() -> None:
    windows = Windows([(0, 3 * DAY)])
    assert windows.ask() == windows.ask() == (2 * DAY, 3 * DAY)
    assert windows.answered()
    assert not windows.answered()
    assert windows.spans == ((0, 2 * DAY),)
