"""The law of freshness for thousands at once is the one for a single value."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import Catalog
from app.core.health import FeedHealth, FeedState
from app.core.keys import reading_key
from app.core.model import Freshness, Reading, World
from app.live.index_leaves import Leaves
from app.live.picture import Picture
from app.live.view import value_view
from app.rules.score import Scorer
from tests.helpers.indices import CITY, quantity

NOW = 1_000_000_000
FEEDS = ("a", "b", "c")


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(0, 10**8),  # age, None: never heard
            st.sampled_from([1000, 60_000, 3_600_000]),
            st.sampled_from([0, 5000, 3_600_000]),
            st.sampled_from(FEEDS),
            st.none() | st.integers(0, 10**7),  # valid_to before now
        ),
        min_size=1,
        max_size=12,
    ),
    st.lists(
        st.tuples(st.sampled_from(FeedState), st.sampled_from([0, NOW - 5000, NOW - 60_000])),
        min_size=3,
        max_size=3,
    ),
)
def test_each_stands_as_it_is_shown(
    cells: list[tuple[int | None, int, int, str, int | None]], lines: list[tuple[FeedState, int]]
) -> None:
    picture = Picture({}, World.REAL)
    for feed, (state, lost) in zip(FEEDS[:2], lines, strict=False):  # of c nothing is known
        picture.feeds[feed] = FeedHealth(feed, feed, feed, state, NOW, lost_since=lost)
    quantities = {}
    for number, (age, period, lag, feed, ended) in enumerate(cells):
        code = f"x.n{number}"
        quantities[code] = quantity(code, period_ms=period, lag_ms=lag)
        if age is not None:
            reading = Reading(
                key=reading_key(code, CITY),
                value=50.0,
                observed=NOW - age,
                valid_to=NOW - ended if ended is not None else 0,
            )
            picture.apply_readings(feed, NOW, [(reading.key, reading)])
    codes = list(quantities)
    keys = {code: reading_key(code, CITY) for code in codes}
    leaves = Leaves(codes, quantities, Scorer(list(quantities.values())), keys)
    leaves.take(picture, keys.values())
    leaves.judge(picture, NOW)
    catalog = Catalog(quantities)
    for place, key in enumerate(keys.values()):
        view = value_view(picture, catalog, key, NOW)
        assert leaves.freshness(place) is view.freshness
        assert leaves.source(place) == view.source
        assert bool(leaves.counted[place] == 1.0) is (view.freshness is Freshness.LIVE)
        assert (int(leaves.as_of[place]) or None) == view.as_of
        assert bool(leaves.scores[place] == 50.0) is (view.value is not None)
