"""Which step of a round costs most, against all steps counted one by one."""

from hypothesis import given
from hypothesis import strategies as st

from app.live.round_steps import heaviest, step_of

NAMES = [f"v:{n}" for n in range(12)]


def own(cameras: list[str], cells: int, at: int, elsewhere: set[str]) -> int:
    """Streams of its own that the step at a place brings, by its meaning alone."""
    turned = cameras[at:] + cameras[:at]
    return len([camera for camera in turned[:cells] if camera not in elsewhere])


def test_the_step_that_shares_nothing_is_the_heaviest() -> None:
    cameras = ["v:0", "v:1", "v:2", "v:3", "v:4", "v:5"]
    assert heaviest(cameras, 2, {"v:0", "v:3"}) == 1
    assert heaviest(cameras, 2, {"v:1", "v:3", "v:4"}) == 5  # from the last to the first
    assert step_of(cameras, 2, 5) == ("v:5", "v:0")
    assert heaviest(cameras, 2, set()) == heaviest(cameras, 6, {"v:0"}) == 0
    assert step_of(cameras, 9, 0) == tuple(cameras)
    assert heaviest([], 4, {"v:0"}) == 0 and step_of([], 4, 0) == ()


@given(
    st.lists(st.sampled_from(NAMES), unique=True, min_size=1),
    st.integers(0, 13),
    st.sets(st.sampled_from(NAMES)),
)
def test_no_step_brings_more(cameras: list[str], cells: int, elsewhere: set[str]) -> None:
    at = heaviest(cameras, cells, elsewhere)
    counts = [own(cameras, cells, place, elsewhere) for place in range(len(cameras))]
    assert counts[at] == max(counts) and at == counts.index(max(counts))
    assert step_of(cameras, cells, at) == tuple((cameras[at:] + cameras[:at])[:cells])
