"""Tracks that cannot be right; distances are worked out by hand (one degree is 111.195 km)."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats._track import JUMP, SETTLE_MS, TWO_PLACES, ZERO_PLACE, Track, distance

SPOOFED = Path(__file__).parents[3].parent / "shared" / "data/feeds/adsb/noisy_spoofing.json.gz"
SHIP = 30.0  # m/s
MINUTE = 60_000


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert distance(118.3, 33.0, 118.3, 34.0) == pytest.approx(111_195, abs=1)
    assert distance(0.0, 60.0, 1.0, 60.0) == pytest.approx(55_597, abs=5)  # half, at 60 degrees
    assert distance(179.5, 0.0, -179.5, 0.0) == pytest.approx(111_195, abs=1)  # over the date line


def test_no_fix_is_a_word_of_its_own() -> None:
    track = Track(SHIP)
    assert track.judge("a", 0.0, 0.0, 0) == ZERO_PLACE
    assert track.judge("a", 118.0, 33.0, 1) == ""  # and it is not where the thing was


def test_a_thing_may_go_as_fast_as_it_can_and_no_faster() -> None:
    track = Track(SHIP)
    assert track.judge("a", 118.0, 33.0, 0) == ""
    # 0.016 degrees are 1779 m; in 60 s (and 2 s of slack) 30 m/s are 1860 m, and 150 m of slack.
    assert track.judge("a", 118.0, 33.016, MINUTE) == ""
    # 0.020 degrees are 2224 m > 2010 m.
    assert track.judge("a", 118.0, 33.036, 2 * MINUTE) == JUMP
    assert track.judge("b", 118.0, 33.036, 2 * MINUTE) == ""  # another one's business
    assert track.judge("c", 118.0, 33.0, 0, 300.0) == ""
    assert track.judge("c", 118.0, 33.1, MINUTE, 300.0) == ""  # a speed of its own


def test_one_wild_fix_is_one_wild_fix() -> None:
    track = Track(SHIP)
    for step in range(5):
        assert track.judge("a", 118.0, 33.0, step * MINUTE) == ""
    assert track.judge("a", 119.0, 33.0, 5 * MINUTE) == JUMP
    for step in range(6, 12):
        assert track.judge("a", 118.0, 33.0, step * MINUTE) == ""


def test_the_longer_story_is_believed() -> None:
    track = Track(SHIP)
    assert track.judge("a", 100.0, 10.0, 0) == ""  # the first fix was wrong
    said = [track.judge("a", 118.0, 33.0, step * 1000) for step in range(1, 5)]
    assert said == [JUMP, JUMP, "", ""]
    # After an hour there it takes ten minutes elsewhere.
    for step in range(60):
        assert track.judge("a", 118.0, 33.0, step * MINUTE) == ""
    said = [track.judge("a", 125.0, 33.0, (60 + step) * MINUTE) for step in range(12)]
    assert said == [JUMP] * (SETTLE_MS // MINUTE) + ["", ""]


def test_two_things_under_one_identity_are_both_marked() -> None:
    track = Track(SHIP)
    said = [
        track.judge("a", 118.0 if step % 2 == 0 else 125.0, 33.0, step * MINUTE)
        for step in range(12)
    ]
    assert said[:3] == ["", JUMP, ""]
    assert set(said[3:]) == {TWO_PLACES}
    # The other one was silent for longer than ten minutes: this one is believed again.
    assert track.judge("a", 118.0, 33.0, 30 * MINUTE) == ""


def test_a_fix_that_came_late_is_judged_and_moves_nothing() -> None:
    track = Track(SHIP)
    assert track.judge("a", 118.0, 33.0, 0) == ""
    assert track.judge("a", 118.0, 33.1, 10 * MINUTE) == ""
    assert track.judge("a", 118.0, 33.05, 5 * MINUTE) == ""
    assert track.judge("a", 118.0, 35.0, 5 * MINUTE) == JUMP


def test_the_longest_silent_is_forgotten() -> None:
    track = Track(SHIP, max_ids=2)
    for name in ("a", "b", "c"):
        assert track.judge(name, 118.0, 33.0, 0) == ""
    assert track.judge("b", 125.0, 33.0, 1) == JUMP
    assert track.judge("a", 125.0, 33.0, 1) == ""  # nothing is known of it


@pytest.mark.skipif(not SPOOFED.exists(), reason="the shared samples are not here")
def test_an_airliner_led_astray_is_marked() -> None:
    """A flight whose receiver was spoofed: at 5717 s it stands 30 km aside after 25 s."""
    columns = json.loads(gzip.decompress(SPOOFED.read_bytes()))
    start = columns["timestamp"]["0"]
    track = Track(350.0)
    said: dict[int, str] = {}
    seen = 0
    for row in sorted(columns["timestamp"], key=int):
        at = columns["last_position"][row]
        if columns["longitude"][row] is None or at == seen:
            continue
        seen = at
        word = track.judge("4baac6", columns["longitude"][row], columns["latitude"][row], at)
        said[(columns["timestamp"][row] - start) // 1000] = word
    assert all(word == "" for second, word in said.items() if second < 5717)
    assert all(word == JUMP for second, word in said.items() if 5717 <= second < 6200)
    assert all(word == "" for second, word in said.items() if second > 7500)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.floats(-180, 180),
            st.floats(-90, 90),
            st.integers(0, 4_102_444_800_000),
        ),
        max_size=60,
    )
)
def test_whatever_comes_is_judged_with_one_of_the_words(
    fixes: list[tuple[str, float, float, int]],
) -> None:
    track = Track(SHIP, max_ids=2)
    for name, lon, lat, observed in fixes:
        assert track.judge(name, lon, lat, observed) in ("", ZERO_PLACE, JUMP, TWO_PLACES)
