"""What a feed on trial brings is nowhere but in its book, until it is admitted."""

from app.core.model import DeviceState, DeviceStatus, Held, Reading, Segment, Sourced
from app.live.batch import Batch
from app.live.trial import MOST_READINGS, TrialBook, on_trial

KEY = "reading/rain.depth/320812/jiangba"


def batch(source: str, value: float, observed: int) -> Batch:
    reading = Reading(KEY, value, observed)
    status = DeviceStatus("demo:1", observed, DeviceState.ONLINE)
    return Batch(
        latest={source: {KEY: reading}},
        received={source: observed + 5},
        log=[Segment(source, observed + 5, [reading])],
        records=[Sourced(source, observed + 5, status)],
    )


def merged(*batches: Batch) -> Batch:
    whole = Batch()
    for one in batches:
        whole.absorb(one)
    return whole


def test_only_what_comes_from_elsewhere_is_left_in_a_batch() -> None:
    book = TrialBook()
    book.feeds = {"new"}
    left = book.take(merged(batch("new", 1.0, 100), batch("old", 2.0, 100)))
    assert set(left.latest) == {"old"}
    assert [segment.source for segment in left.log] == ["old"]
    assert [one.source for one in left.records] == ["old"]
    assert book.readings["new"][KEY] == Held(Reading(KEY, 1.0, 100), "new", 105)
    assert set(book.records["new"]) == {"demo:1"}


def test_the_newest_is_kept_and_given_at_the_end() -> None:
    book = TrialBook()
    book.feeds = {"new"}
    for value, observed in ((1.0, 100), (3.0, 300), (2.0, 200)):
        book.take(batch("new", value, observed))
    readings, records = book.admit("new")
    assert readings[KEY].reading.value == 3.0
    assert [one.record.observed for one in records] == [300]
    assert not book.feeds and not book.readings and not book.records
    after = batch("new", 4.0, 400)
    assert book.take(after) is after and after.latest["new"][KEY].value == 4.0


def test_a_feed_gone_wild_fills_no_memory() -> None:
    book = TrialBook()
    book.feeds = {"new"}
    many = {f"{KEY}-{n}": Reading(f"{KEY}-{n}", 1.0, 1) for n in range(MOST_READINGS + 50)}
    book.take(Batch(latest={"new": many}, received={"new": 1}))
    assert len(book.readings["new"]) == MOST_READINGS


def test_a_persons_word_counts_more_than_the_settings() -> None:
    assert on_trial({"a", "b"}, {"a": True, "c": False}) == {"b", "c"}
