"""Which cut explains what is down; every case worked out by hand."""

from hypothesis import given
from hypothesis import strategies as st

from app.rules.causes import Cause, causes, closure

ABOVE = {"iot": ("net",), "video": ("net",), "net": (), "bus": ()}
FEEDS = {
    "rain": ("iot",),
    "level": ("iot",),
    "cameras": ("video",),
    "hotline": ("net",),
    "gas": ("bus",),
    "lonely": (),
}


def found(down: str, up: str = "") -> list[tuple[str, str]]:
    told = causes(FEEDS, ABOVE, down.split(), up.split())
    return [("+".join(cause.links), " ".join(cause.feeds)) for cause in told]


def test_a_platform_is_named_when_all_behind_it_is_down_and_the_rest_is_up() -> None:
    assert found("rain level", "cameras hotline gas lonely") == [("iot", "level rain")]


def test_the_line_above_is_named_once_for_everything_behind_it() -> None:
    down = "rain level cameras hotline"
    assert found(down, "gas") == [("net", "cameras hotline level rain")]


def test_one_feed_that_answers_acquits_the_link() -> None:
    assert found("rain", "level") == []
    assert found("rain level hotline", "cameras") == [("iot", "level rain")]


def test_one_feed_alone_needs_no_common_cause() -> None:
    assert found("gas lonely cameras", "rain level hotline") == []


def test_two_cuts_are_two_causes() -> None:
    feeds = {**FEEDS, "heat": ("bus",)}
    told = causes(feeds, ABOVE, {"rain", "level", "gas", "heat"}, {"cameras", "hotline"})
    assert {cause.links for cause in told} == {("iot",), ("bus",)}


def test_links_that_cannot_be_told_apart_are_named_together() -> None:
    above = {"platform": ("line",), "line": ()}
    told = causes({"a": ("platform",), "b": ("platform",)}, above, {"a", "b"}, ())
    assert told == (Cause(("line", "platform"), ("a", "b")),)


def test_what_is_neither_up_nor_down_says_nothing() -> None:
    assert found("rain level", "") == [("iot+net", "level rain")]
    assert found("rain", "") == []


def test_a_ring_of_links_does_no_harm() -> None:
    assert closure(("a",), {"a": ("b",), "b": ("a",)}) == {"a", "b"}


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.sampled_from("xyz")), max_size=8),
    st.dictionaries(st.sampled_from("xyz"), st.sets(st.sampled_from("xyz")), max_size=3),
    st.sets(st.sampled_from("abcdefgh")),
)
def test_a_cause_explains_only_what_is_down_and_more_than_those_before_it(
    feeds: dict[str, set[str]], above: dict[str, set[str]], down: set[str]
) -> None:
    up = set(feeds) - down
    told = causes(feeds, above, down, up)
    for cause in told:
        assert set(cause.feeds) <= down
        for link in cause.links:
            assert all(feed in down for feed in feeds if link in closure(feeds[feed], above))
    explained: set[str] = set()
    for cause in told:
        assert not set(cause.feeds) <= explained
        explained |= set(cause.feeds)
