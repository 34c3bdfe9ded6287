"""Keys: what is one, what is refused, and that taking apart and putting together agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.keys import FORBIDDEN, BadKey, parse, reading_key

part = st.text(st.characters(exclude_characters="/" + "".join(FORBIDDEN)), min_size=1, max_size=20)
tail = st.one_of(st.just(""), st.lists(part, min_size=1, max_size=3).map("/".join))


def test_the_key_of_the_design() -> None:
    parts = parse("reading/water.level/320812/jiangba")
    assert parts == ("reading", "water.level", "320812", "jiangba")


def test_a_qualifier_may_have_levels_of_its_own() -> None:
    assert parse("reading/air.pm25/320800/a/b").qualifier == "a/b"


@pytest.mark.parametrize(
    "text",
    ["", "reading", "reading/a", "reading//320812", "/a/b", "a/b/c/", "a/b/c d", "a/b/#", "+/b/c"],
)
def test_refuses(text: str) -> None:
    with pytest.raises(BadKey):
        parse(text)


@pytest.mark.parametrize("character", sorted(FORBIDDEN))
def test_refuses_every_forbidden_character(character: str) -> None:
    with pytest.raises(BadKey):
        parse(f"reading/a/b/c{character}d")


@given(part, part, tail)
def test_made_and_taken_apart(code: str, region: str, qualifier: str) -> None:
    assert parse(reading_key(code, region, qualifier)) == ("reading", code, region, qualifier)


@given(st.text(max_size=60))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        parts = parse(text)
    except BadKey:
        return
    assert "/".join(item for item in parts if item) == text
