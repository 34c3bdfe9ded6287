"""A value that cannot be is refused, and its key goes along: its device is in doubt."""

import pytest

from app.config import FeedConfig
from app.core.clock import ManualClock
from app.core.model import Reading, World
from app.feeds._sink import Sink
from app.live.batch import Batch
from tests.helpers.ingesting import CATALOG, level_key

NOW = 1_795_000_000_000


@pytest.fixture
def sink() -> Sink:
    config = FeedConfig(id="f", kind="ws-json", name_zh="水位")
    return Sink(
        config,
        CATALOG,
        ManualClock(NOW),
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
    )


def poured(sink: Sink) -> Batch:
    batch = Batch()
    sink.pour(batch)
    return batch


def test_its_key_and_moment_go_with_the_batch_once(sink: Sink) -> None:
    good, bad, nan = level_key("good"), level_key("bad"), level_key("nan")
    sink.take(
        [
            Reading(good, 3.0, NOW - 1000),
            Reading(bad, 99.0, NOW - 900),
            Reading(nan, float("nan"), NOW - 800),
        ]
    )
    batch = poured(sink)
    assert batch.impossible == {bad: NOW - 900, nan: NOW - 800}
    assert list(batch.latest["f"]) == [good]
    assert poured(sink).impossible == {}


def test_a_moment_to_come_is_taken_as_now(sink: Sink) -> None:
    sink.take([Reading(level_key(), 99.0, NOW + 86_400_000)])
    assert poured(sink).impossible == {level_key(): NOW}


def test_a_flood_of_them_is_bounded(sink: Sink) -> None:
    sink.take([Reading(level_key(f"s{n}"), 99.0, NOW) for n in range(5000)])
    assert 0 < len(poured(sink).impossible) <= 1000


def test_two_batches_become_one() -> None:
    first, second = Batch(impossible={"a": 1, "b": 2}), Batch(impossible={"b": 3})
    first.absorb(second)
    assert first.impossible == {"a": 1, "b": 3}
