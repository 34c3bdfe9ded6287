"""Feeds gone over once: the order and the counts are those of going over them for each question."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.core.health import FeedHealth, FeedState
from app.core.message import message
from widgets.paint.feed_cell import FeedMark
from widgets.panels._feeds import census, losses, mark_of

ORDER = list(FeedMark)


@st.composite
def feeds(draw: st.DrawFn) -> list[FeedHealth]:
    names = draw(st.lists(st.integers(0, 99), unique=True, max_size=30))
    few = st.integers(0, 2)
    return [
        FeedHealth(
            f"f{name:02d}",
            "源",
            "Feed",
            draw(st.sampled_from(FeedState)),
            0,
            rejected=draw(few),
            gaps=draw(few),
            dropped=draw(few),
            suspicion=draw(st.sampled_from([(), (message("feed.suspicion.frozen"),)])),
        )
        for name in names
    ]


@given(feeds())
def test_one_look_answers_all(held: list[FeedHealth]) -> None:
    found = census(held)
    assert found.feeds == sorted(
        held, key=lambda item: (ORDER.index(mark_of(item)), -losses(item), item.feed)
    )
    assert found.marks == [mark_of(item) for item in found.feeds]
    assert found.counts == Counter(map(mark_of, held))
    assert (found.rejected, found.gaps, found.dropped) == (
        sum(item.rejected for item in held),
        sum(item.gaps for item in held),
        sum(item.dropped for item in held),
    )
