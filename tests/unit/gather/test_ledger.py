"""What a gatherer tells: each source alone, of what moves only what moved, of what is open what the
source said."""

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.core.health import FeedHealth, FeedState
from app.core.model import (
    AlarmKind,
    Event,
    EventStatus,
    Held,
    Level,
    Position,
    Reading,
    Segment,
    Sourced,
    Warning,
)
from app.feeds._columns import Layer
from app.gather.ledger import PART, Ledger, changed_rows, positions
from app.live.batch import Batch, Standing
from app.live.picture import KEPT_MS
from app.serving.told import Part
from app.serving.topics import Topics

NOW = 1_790_000_000_000
ALL = Topics(["#"])


def reading(value: float, at: int = NOW, key: str = "reading/water.level/a") -> Reading:
    return Reading(key, value, at)


def event(id_: str, status: EventStatus = EventStatus.NEW, at: int = NOW) -> Event:
    return Event(id_, "t", at, at, status)


def row(feed: str, state: FeedState = FeedState.LIVE) -> FeedHealth:
    return FeedHealth(feed, feed, feed, state, NOW)


def told(parts: list[Part], name: str) -> list[tuple[str, object]]:
    return [(part.source, item) for part in parts for item in getattr(part.told, name)]


def test_two_sources_of_one_key_are_both_told() -> None:
    ledger = Ledger(["one", "two"], [Held(reading(0.5, NOW - 9), "one", NOW)], [])
    batch = Batch(
        latest={"one": {reading(1.0).key: reading(1.0)}, "two": {reading(2.0).key: reading(2.0)}},
        log=[
            Segment("one", NOW, [reading(0.7, NOW - 5), reading(1.0)]),
            Segment("two", NOW, [reading(2.0)]),
        ],
    )
    parts = ledger.take(batch)
    values = [(source, item.value) for source, item in told(parts, "readings")]
    assert values == [("one", 0.7), ("one", 1.0), ("two", 2.0)], "the history too, in order"
    newest = told(list(ledger.newest(ALL, 500)), "readings")
    assert [(source, item.value) for source, item in newest] == [("one", 1.0), ("two", 2.0)]


def test_an_older_reading_is_told_but_not_the_newest() -> None:
    ledger = Ledger(["one"], [Held(reading(1.0), "one", NOW)], [])
    old = reading(0.1, NOW - 99)
    parts = ledger.take(Batch(latest={"one": {old.key: old}}, log=[Segment("one", NOW, [old])]))
    assert told(parts, "readings") == [("one", old)]
    assert told(list(ledger.newest(ALL, 500)), "readings") == [("one", reading(1.0))]


def test_what_is_no_feed_of_the_city_is_not_served_from_the_store() -> None:
    held = [Held(reading(1.0), "index:7", NOW)]
    ledger = Ledger(["one"], held, [Sourced("gone", NOW, event("x:1"))])
    assert not list(ledger.newest(ALL, 500))


def test_many_records_go_in_parts() -> None:
    ledger = Ledger(["one"], [], [])
    many = [reading(n, NOW + n) for n in range(PART + 1)]
    parts = ledger.take(Batch(log=[Segment("one", NOW, many)]))
    assert [len(part.told.readings) for part in parts] == [PART, 1]


def test_what_is_open_is_said_for_sources_that_said_it_and_are_there() -> None:
    warning = Warning("w:1", AlarmKind.ISSUED, Level.RED, "t", NOW, NOW)
    ledger = Ledger(["one", "two"], [], [Sourced("one", 1, event("x:old"))])
    ledger.take(
        Batch(
            records=[
                Sourced("one", NOW, event("x:1")),
                Sourced("one", NOW, event("x:2", EventStatus.CLOSED)),
                Sourced("one", NOW, warning),
                Sourced("two", NOW, event("y:1")),
            ],
            open={"one": Standing(NOW, frozenset({"x:1", "w:1"}))},
            health={"one": row("one"), "two": row("two")},
        )
    )

    def said() -> list[tuple[str, set[str]]]:
        parts = ledger.newest(ALL, 500)
        return [(part.source, set(part.open)) for part in parts if part.open is not None]

    assert said() == [("one", {"x:1", "w:1"})]
    assert ("one", event("x:old")) not in told(list(ledger.newest(ALL, 500)), "events")
    ledger.take(Batch(health={"one": row("one", FeedState.LOST)}))
    assert said() == [], "of a line that is down nobody knows what is over"


def test_what_came_after_the_list_in_one_batch_is_not_ended_by_it() -> None:
    ledger = Ledger(["one"], [], [])
    parts = ledger.take(
        Batch(
            records=[
                Sourced("one", NOW - 1, event("x:over")),
                Sourced("one", NOW, event("x:1")),
                Sourced("one", NOW + 9, event("x:new")),
            ],
            open={"one": Standing(NOW, frozenset({"x:1"}))},
        )
    )
    assert [set(part.open) for part in parts if part.open is not None] == [{"x:1", "x:new"}]
    found = {item.id for _, item in told(list(ledger.newest(ALL, 500)), "events")}
    assert found == {"x:1", "x:new"}


def test_what_is_over_for_an_hour_is_forgotten() -> None:
    closed = event("x:1", EventStatus.CLOSED)
    ledger = Ledger(["one"], [], [])
    ledger.take(Batch(records=[Sourced("one", NOW, closed), Sourced("one", NOW, event("x:2"))]))
    ledger.tidy(NOW + KEPT_MS)
    assert len(told(list(ledger.newest(ALL, 500)), "events")) == 2
    ledger.tidy(NOW + KEPT_MS + 1)
    assert told(list(ledger.newest(ALL, 500)), "events") == [("one", event("x:2"))]


moves = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.integers(NOW, NOW + 50),
        st.none() | st.floats(0, 359, width=32),
        st.booleans(),
    ),
    max_size=30,
)


@given(st.lists(moves, max_size=6))
def test_a_seat_that_is_told_what_moved_has_the_columns_of_the_gatherer(
    deliveries: list[list[tuple[str, int, float | None, bool]]],
) -> None:
    here, there = Layer("s", "bus"), Layer("s", "bus")
    before = None
    for delivery in deliveries:
        for id_, at, heading, suspect in delivery:
            doubt = "jump" if suspect else ""
            here.put(Position(id_, "bus", 119.0, 33.0, at, heading, None, suspect=doubt))
        columns = here.columns(NOW)
        moved = changed_rows(before, columns)
        for position in positions(columns, moved):
            assert there.put(position) == ""
        before = columns
    if before is not None:
        mine, theirs = here.columns(NOW), there.columns(NOW)
        for name in mine.__struct_fields__[3:]:
            one, other = getattr(mine, name), getattr(theirs, name)
            assert repr(one.tolist()) == repr(other.tolist()), name


def test_a_layer_that_began_anew_is_told_whole() -> None:
    first, again = Layer("s", "bus"), Layer("s", "bus")
    first.put(Position("a", "bus", 1.0, 2.0, NOW))
    first.put(Position("b", "bus", 1.0, 2.0, NOW))
    again.put(Position("b", "bus", 1.0, 2.0, NOW))
    again.put(Position("c", "bus", 1.0, 2.0, NOW))
    moved = changed_rows(first.columns(NOW), again.columns(NOW))
    assert np.array_equal(moved, [0, 1])
    assert msgspec.json.encode(list(positions(again.columns(NOW), moved)))
