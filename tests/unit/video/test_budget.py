"""What a layout costs before it is tried, and what the machine lets us use."""

import pytest

from app.video.budget import (
    LEAST,
    PRICE,
    SHARE,
    SLOW_S,
    Allowance,
    Cost,
    Prices,
    cores_of,
    layout,
)
from app.video.ladder import SHARES
from app.video.platform import Profile
from app.video.tile import Demand, Weight
from app.video.wire import Rung

P360 = 640 * 360 * 25.0


def test_a_usual_stream_is_priced_as_the_machine_was_measured() -> None:
    prices = Prices()
    # 97 streams of 360p and 18.6 of 1080p filled two cores
    assert prices.usual(Profile.SUB) == pytest.approx(2 / 97, rel=0.05)
    assert prices.usual(Profile.MAIN) == pytest.approx(2 / 18.6, rel=0.05)


def test_prices_are_learnt_from_whole_streams_only() -> None:
    prices = Prices()
    prices.learn([Cost(0.001, P360, Rung.KEYS), Cost(0.04, P360, Rung.FULL, settled=False)])
    assert prices.price == PRICE
    for _ in range(60):
        prices.learn([Cost(0.04, P360, Rung.FULL)])
    assert prices.estimate(P360) == pytest.approx(0.04, rel=0.02)


def test_a_measured_stream_costs_what_was_measured_at_its_rung() -> None:
    prices = Prices()
    assert prices.full(Cost(0.02, P360, Rung.FULL)) == 0.02
    assert prices.full(Cost(0.02, P360, Rung.PLAIN)) == pytest.approx(0.02 / SHARES[Rung.PLAIN])
    assert prices.full(Cost(0.02, P360, Rung.KEYS)) == prices.estimate(P360)


def test_a_layout_that_fits_and_one_that_does_not() -> None:
    prices = Prices()
    small = [Demand(f"p:{n}", 480, 270) for n in range(25)]
    fits = layout(small, prices, 1.6, 1)
    assert (fits.streams, fits.full, fits.reduced) == (25, 25, 0)
    assert fits.used == pytest.approx(25 * prices.usual(Profile.SUB), rel=0.01)
    many = [Demand(f"p:{n}", 480, 270) for n in range(200)]
    too_many = layout(many, prices, 1.6, 1)
    assert too_many.used > too_many.allowed and too_many.reduced > 0
    assert too_many.full + too_many.reduced == too_many.streams == 200


def test_a_camera_twice_in_a_layout_costs_once_and_large_ones_go_to_the_substream_first() -> None:
    prices = Prices()
    twice = [Demand("p:1", 480, 270), Demand("p:1", 960, 540)]
    assert layout(twice, prices, 1.6, 1).used == pytest.approx(prices.usual(Profile.MAIN), rel=0.01)
    large = [Demand(f"p:{n}", 960, 540) for n in range(16)]
    found = layout(large, prices, 1.6, 1)
    assert found.used > found.allowed and found.reduced == 0


def test_focus_is_counted_whole() -> None:
    focused = [Demand(f"p:{n}", 1920, 1080, Weight.FOCUS) for n in range(100)]
    assert layout(focused, Prices(), 1.6, 1).full == 100


def test_less_is_allowed_while_pictures_come_late() -> None:
    allowance = Allowance(2)
    assert allowance.cores == pytest.approx(2 * SHARE)
    for second in range(1, 100):
        allowance.heed([SLOW_S * 2] * 3, float(second))
    assert allowance.cores == pytest.approx(2 * SHARE * LEAST)
    allowance.heed([0.01], 99.5)
    assert allowance.cores == pytest.approx(2 * SHARE * LEAST)
    for second in range(101, 200):
        allowance.heed([0.01] * 3, float(second))
    assert allowance.cores == pytest.approx(2 * SHARE)


def test_cores_are_those_of_this_process() -> None:
    assert cores_of(4) == 4 and cores_of(0) == 1
    assert cores_of(None) >= 1


def test_what_would_not_move_is_counted_without_what_nobody_sees() -> None:
    many = [Demand(f"p:{n}", 480, 270) for n in range(200)]
    found = layout(many, Prices(), 1.6, 1)
    assert 0 < found.keys <= found.reduced
    hidden = [Demand(f"h:{n}", 480, 270, Weight.HIDDEN) for n in range(10)]
    assert layout(hidden, Prices(), 1.6, 1).keys == 0
    fewer = [Demand(f"p:{n}", 480, 270) for n in range(85)]  # 1.75 of 1.6 cores
    lighter = layout(fewer, Prices(), 1.6, 1)
    assert lighter.reduced > 0 and lighter.keys == 0
