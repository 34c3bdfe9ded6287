"""The stall watch counts beats, keeps the worst, and names what held the loop."""

import time

import pytest

from tests.qt.conftest import until
from widgets.stall import StallWatch


@pytest.fixture
def watch(application):
    watch = StallWatch()
    watch.start()
    yield watch
    watch.stop()
    watch.deleteLater()


def hold_the_loop(watch):
    """Busy until the watch has seen where: what a slow panel would do."""
    while not watch._place:
        time.perf_counter()


def test_a_stall_is_counted_and_named(watch, run, expect_log):
    expect_log(r"stood still for \d+ ms in .*test_stall.py:\d+ hold_the_loop")

    async def scenario():
        hold_the_loop(watch)
        await until(lambda: watch.figures().stalls > 0)

    run(scenario())
    figures = watch.figures()
    assert figures.max >= 100.0
    assert figures.p99 <= figures.max


def test_a_new_measurement_begins_at_nothing(watch, run):
    async def scenario():
        await until(lambda: watch.figures().beats >= 3)

    run(scenario())
    watch.reset()
    assert watch.figures().beats == 0
    assert watch.figures().p99 == 0.0


def test_a_late_beat_counts_for_those_that_were_due_meanwhile(application):
    watch = StallWatch()
    watch._count(40.0)  # and 24 and 8 for the two that could not come
    figures = watch.figures()
    assert (figures.beats, figures.max) == (3, 40.0)
    assert 24.0 <= figures.p50 <= 24.25
    watch.deleteLater()


def test_after_a_late_beat_the_next_is_due_a_beat_later(application):
    watch = StallWatch()
    for late_s in (0.040, 0.004, -0.005):
        before = watch._due = time.perf_counter() - late_s
        watch._beat()
        assert watch._last_beat <= watch._due <= watch._last_beat + 0.016
        assert watch._due >= before + 0.016 or late_s < 0
    watch.deleteLater()
