"""Positions into columns: many at once as one by one, and large updates handed over whole."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.clock import ManualClock
from app.core.model import Position, World
from app.feeds._columns import Layer
from app.feeds._sink import Sink
from app.live.batch import Batch, PositionColumns

NOW = 1_784_268_202_000


@dataclass
class Made:
    """A sink with its clock."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))

    def __post_init__(self) -> None:
        config = FeedConfig(id="bus", kind="ws-json", name_zh="公交")
        self.sink = Sink(
            config,
            Catalog(quantities={}),
            self.clock,
            city_world=World.DEMO,
            urgent=lambda: None,
            waiting=lambda: 0,
        )

    def columns(self) -> PositionColumns | None:
        """What would be handed over now."""
        batch = Batch()
        self.sink.pour(batch)
        return batch.positions.get(("bus", "bus"))


def place(number: int, seconds: int = 0, **more: object) -> Position:
    given = {"lon": 119.0 + number / 1e6, "lat": 33.0, "observed": NOW - 60_000 + seconds * 1000}
    return Position(f"b{number}", "bus", **{**given, **more})  # type: ignore[arg-type]


places = st.builds(
    lambda number, seconds, heading, name, suspect: place(
        number, seconds, heading=heading, name=name, suspect=suspect
    ),
    st.integers(0, 30),
    st.integers(0, 5),
    st.none() | st.floats(0, 359, width=32),
    st.sampled_from(["", "1路", "2路"]),
    st.sampled_from(["", "spoofed"]),
)


@given(st.lists(st.lists(places, max_size=40), max_size=6))
def test_many_at_once_are_what_one_by_one_are(updates: list[list[Position]]) -> None:
    together, alone = Made(), Layer("bus", "bus")
    for update in updates:
        together.sink.positions(update)
        for position in update:
            alone.put(position)
    found, wanted = together.columns(), alone.columns(NOW)
    if found is None:
        assert not len(wanted.ids)
        return
    for name in ("ids", "lon", "observed", "heading", "speed", "suspect", "names", "kinds"):
        ours, theirs = getattr(found, name), getattr(wanted, name)
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


def test_late_and_repeated_ones_among_many_are_counted() -> None:
    made = Made()
    made.sink.positions([place(number, 1) for number in range(100)])
    made.sink.positions([place(number, 2 if number < 50 else 0) for number in range(100)])
    made.sink.positions([place(number, 2) for number in range(50)])
    health = made.sink.health()
    assert (health.accepted, health.late, health.duplicates) == (150, 50, 50)


def test_one_of_the_future_is_turned_away_alone() -> None:
    made = Made()
    made.sink.positions([place(number) for number in range(100)])
    update = [place(number, 1) for number in range(99)]
    made.sink.positions([*update, place(99, observed=NOW + 3_600_000)])
    columns = made.columns()
    assert columns is not None
    assert made.sink.quarantine.reasons["future"] == 1
    assert int((columns.observed == NOW - 59_000).sum()) == 99


def test_a_large_update_waits_for_its_end_and_no_longer_than_told() -> None:
    made = Made()
    every = [place(number) for number in range(6000)]
    made.sink.positions(every)
    assert made.columns() is not None  # things that are new come one by one and at once
    made.sink.positions([place(number, 1) for number in range(6000)])
    assert made.columns() is None
    made.clock.advance(50)
    whole = made.columns()
    assert whole is not None and int((whole.observed == NOW - 59_000).sum()) == 6000
    waited = 0
    for second in range(2, 30):  # without an end
        made.sink.positions([place(number, second) for number in range(6000)])
        if made.columns() is not None:
            break
        made.clock.advance(40)
        waited += 40
    assert waited == 520


def test_words_are_handed_over_as_the_same_until_one_changes() -> None:
    made = Made()
    made.sink.positions([place(number) for number in range(20)])
    first = made.columns()
    made.sink.positions([place(number, 1) for number in range(20)])
    second = made.columns()
    made.sink.positions([place(number, 2, name="3路") for number in range(20)])
    third = made.columns()
    assert first is not None and second is not None and third is not None
    assert second.ids is first.ids and second.names is first.names
    assert third.ids is first.ids and list(third.names) == ["3路"] * 20
    assert list(first.names) == [""] * 20
    made.sink.positions([place(20, 3)])
    fourth = made.columns()
    assert fourth is not None and len(fourth.ids) == 21 and len(first.ids) == 20
