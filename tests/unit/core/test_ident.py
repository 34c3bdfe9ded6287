"""ULIDs against the example of their specification, and their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ident import is_ulid, moment_of, ulid

moments = st.integers(0, 2**48 - 1)


def test_the_example_of_the_specification() -> None:
    # github.com/ulid/javascript, README: ulid(1469918176385) begins with 01ARYZ6S41
    assert moment_of("01ARYZ6S41TSV4RRFFQ69G5FAV") == 1469918176385
    assert ulid(1469918176385)[:10] == "01ARYZ6S41"


@given(moments)
def test_form_and_moment(moment: int) -> None:
    made = ulid(moment)
    assert is_ulid(made)
    assert moment_of(made) == moment


@given(moments, moments)
def test_ids_sort_as_their_moments(first: int, second: int) -> None:
    if first != second:
        assert (ulid(first) < ulid(second)) == (first < second)


def test_two_of_one_moment_differ() -> None:
    assert len({ulid(0) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    ["", "01ARYZ6S41", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARYZ6S41TSV4RRFFQ69G5FAU\n", "I" * 26],
)
def test_what_is_no_ulid(text: str) -> None:
    assert not is_ulid(text)
