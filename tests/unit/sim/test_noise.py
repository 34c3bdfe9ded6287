"""Chance without a state: known answers, even spread, unit variance, correlation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.sim.noise import bits, normal, poisson, salt, smooth, uniform, wander


def test_bits_are_splitmix64() -> None:
    # The first outputs of SplitMix64 for seed 0 (state after n steps is n times the golden gamma).
    found = [int(item) for item in bits(0, np.array([1, 2, 3]))]
    assert found == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_salt_keeps_names_apart() -> None:
    assert salt(1, "ab", "c") != salt(1, "a", "bc")
    assert salt(1, "a") != salt(2, "a")


def test_uniform_is_even() -> None:
    chance = uniform(5, np.arange(20_000))
    assert abs(chance.mean() - 0.5) < 0.01
    assert abs(chance.var() - 1 / 12) < 0.003
    assert chance.min() >= 0.0
    assert chance.max() < 1.0


def test_normal_and_smooth_have_unit_variance() -> None:
    assert abs(normal(3, np.arange(20_000)).std() - 1.0) < 0.02
    curve = smooth(3, np.arange(0, 20_000_000, 250), 1000)
    assert abs(curve.std() - 1.0) < 0.03


def test_wander_is_correlated_not_white() -> None:
    at = np.arange(0, 4_000_000, 100)
    curve = wander(9, at, 1000)
    assert np.corrcoef(curve[:-1], curve[1:])[0, 1] > 0.9
    assert abs(np.corrcoef(curve[:-200], curve[200:])[0, 1]) < 0.3


def test_poisson_of_known_rates() -> None:
    chance = uniform(4, np.arange(20_000))
    for rate in (0.3, 4.0, 30.0):
        drawn = poisson(np.full(chance.shape, rate), chance)
        assert abs(drawn.mean() - rate) < 0.03 * rate + 0.02
        assert abs(drawn.var() - rate) < 0.06 * rate + 0.03


def test_poisson_by_hand() -> None:
    # exp(-1) = 0.3679, + exp(-1) = 0.7358, + exp(-1)/2 = 0.9197
    drawn = poisson(np.ones(4), np.array([0.36, 0.5, 0.8, 0.95]))
    assert drawn.tolist() == [0.0, 1.0, 2.0, 3.0]


@given(st.integers(0, 2**63), st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=20))
def test_order_of_asking_does_not_matter(stream: int, indices: list[int]) -> None:
    together = uniform(stream, np.array(indices))
    alone = [float(uniform(stream, np.array([index]))[0]) for index in indices]
    assert together.tolist() == alone
