"""The median delay of a feed is of its last minute, and is not found anew each second."""

from app.feeds._meter import Meter


def test_the_median_of_a_minute_every_five_seconds() -> None:
    meter = Meter(60_000)
    assert meter.delay(0) == 0.0
    for delay in (10, 20, 600):
        meter.delayed(1_000, delay)
    assert meter.delay(1_000) == 20.0, "the first is told at once"
    for delay in (700, 800):
        meter.delayed(2_000, delay)
    assert meter.delay(5_999) == 20.0
    assert meter.delay(6_000) == 600.0
    assert meter.delay(70_000) == 0.0, "a minute later none of them counts"
