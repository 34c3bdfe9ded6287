"""Batches: coalescing for the eye never thins the history; the mailbox never grows."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from app.core.model import DeviceState, DeviceStatus, Reading, Segment, Sourced, World
from app.live.batch import Batch, Mailbox, supersedes
from app.live.picture import Picture

KEYS = ["reading/a/320800", "reading/b/320800"]

readings = st.builds(
    Reading,
    key=st.sampled_from(KEYS),
    value=st.integers(-100, 100).map(float),
    observed=st.integers(0, 5),
    revision=st.integers(0, 2),
)
bursts = st.lists(st.lists(readings, max_size=6), max_size=6)


def batch_of(source: str, burst: list[Reading], received: int) -> Batch:
    """What ingest makes of a burst: the newest per key, and all of it for the log."""
    latest: dict[str, Reading] = {}
    for reading in burst:
        held = latest.get(reading.key)
        if held is None or supersedes(reading, held):
            latest[reading.key] = reading
    return Batch(
        latest={source: latest},
        received={source: received},
        log=[Segment(source, received, list(burst))],
    )


def show(picture: Picture, batch: Batch) -> None:
    for source, latest in batch.latest.items():
        picture.apply_readings(source, batch.received[source], latest.items())


def values_of(picture: Picture) -> dict[str, Reading]:
    return {key: held.reading for key, held in picture.readings.items()}


@given(bursts)
def test_merged_batches_show_what_single_ones_would(found: list[list[Reading]]) -> None:
    one_by_one, merged = Picture({}, World.REAL), Picture({}, World.REAL)
    waiting = Batch()
    for number, burst in enumerate(found):
        show(one_by_one, batch_of("feed", burst, number))
        waiting.absorb(batch_of("feed", burst, number))
    show(merged, waiting)
    assert values_of(merged) == values_of(one_by_one)


@given(bursts)
def test_the_log_keeps_every_reading_in_order(found: list[list[Reading]]) -> None:
    waiting = Batch()
    for number, burst in enumerate(found):
        waiting.absorb(batch_of("feed", burst, number))
    kept = [reading for segment in waiting.log for reading in segment.readings]
    assert kept == [reading for burst in found for reading in burst]


def test_two_sources_of_one_key_stay_apart() -> None:
    waiting = batch_of("one", [Reading(key=KEYS[0], value=1.0, observed=5)], 5)
    waiting.absorb(batch_of("two", [Reading(key=KEYS[0], value=2.0, observed=4)], 6))
    assert waiting.latest["one"][KEYS[0]].value == 1.0
    assert waiting.latest["two"][KEYS[0]].value == 2.0
    assert waiting.received == {"one": 5, "two": 6}


def test_records_are_never_merged_away() -> None:
    def off(moment: int) -> Batch:
        status = DeviceStatus(id="iot:1", observed=moment, state=DeviceState.OFFLINE)
        return Batch(records=[Sourced("iot", moment, status)])

    waiting = off(1)
    waiting.absorb(off(1))
    waiting.absorb(off(2))
    assert [sourced.record.observed for sourced in waiting.records] == [1, 1, 2]


def test_what_supersedes() -> None:
    def reading(observed: int, revision: int = 0) -> Reading:
        return Reading(key=KEYS[0], value=0.0, observed=observed, revision=revision)

    assert supersedes(reading(2), reading(1))
    assert not supersedes(reading(1, revision=9), reading(2))
    assert supersedes(reading(1, revision=1), reading(1))
    assert supersedes(reading(1), reading(1))
    assert not supersedes(reading(1), reading(1, revision=1))


def test_the_mailbox_tells_once_and_merges() -> None:
    told: list[int] = []
    box = Mailbox(lambda: told.append(1))
    assert box.take() is None
    for number in range(3):
        box.put(batch_of("feed", [Reading(key=KEYS[0], value=number, observed=number)], number))
    assert len(told) == 1
    taken = box.take()
    assert taken is not None
    assert taken.latest["feed"][KEYS[0]].value == 2
    assert len(taken.log) == 3
    assert box.take() is None
    box.put(Batch())
    assert len(told) == 2


def test_nothing_is_lost_between_two_threads() -> None:
    box = Mailbox(lambda: None)
    total = 2000

    def send() -> None:
        for number in range(total):
            box.put(batch_of("feed", [Reading(key=KEYS[0], value=number, observed=number)], 0))

    sender = threading.Thread(target=send)
    sender.start()
    seen: list[float] = []
    while sender.is_alive() or box.waiting:
        batch = box.take()
        if batch is not None:
            seen += [reading.value for segment in batch.log for reading in segment.readings]
    sender.join()
    assert seen == list(range(total))
