"""A device that leaves its peers is found; a storm over all of them is no drift."""

import numpy as np

from app.core.catalog import HOUR
from app.rules.device_drift import REFERENCE, drifting, neighbours

START = 1_800_000_000_000 // HOUR * HOUR
HOURS = 72
COUNT = 20


def town(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Twenty gauges at levels of their own, with a common day and a little noise."""
    random = np.random.default_rng(seed)
    day = 0.3 * np.sin(np.arange(HOURS) / 24 * 2 * np.pi)
    levels = random.uniform(2, 9, (COUNT, 1)) + day + random.normal(0, 0.02, (COUNT, HOURS))
    peers = neighbours(random.uniform(119, 119.2, COUNT), random.uniform(33, 33.2, COUNT))
    return levels, peers


def test_a_sensor_that_creeps_away_is_found_with_how_far() -> None:
    levels, peers = town()
    levels[7, -12:] += np.linspace(0.02, 0.3, 12)  # 0.3 m in half a day: fifteen times the noise
    found = drifting(levels, peers, START, 0.01)
    assert [row for row, item in enumerate(found) if item] == [7]
    drift = found[7]
    assert drift is not None
    assert abs(drift.off - 0.27) < 0.05  # the middle of the last three hours
    assert 0 <= drift.since - (START + (HOURS - 12) * HOUR) <= 6 * HOUR


def test_a_common_storm_is_no_drift() -> None:
    levels, peers = town()
    levels[:, -10:] += np.linspace(0.2, 3.0, 10)  # every one rises by three metres
    assert drifting(levels, peers, START, 0.01) == [None] * COUNT


def test_nor_is_a_storm_that_falls_unevenly() -> None:
    levels, peers = town()
    share = np.random.default_rng(5).uniform(0.5, 1.5, (COUNT, 1))
    levels[:, -10:] += share * np.linspace(0.2, 3.0, 10)
    assert drifting(levels, peers, START, 0.01) == [None] * COUNT


def test_a_drift_under_a_storm_is_found_when_it_is_larger_than_the_storm_is_uneven() -> None:
    levels, peers = town()
    levels[:, -10:] += np.linspace(0.2, 3.0, 10)
    levels[3, -10:] -= np.linspace(0.1, 0.6, 10)
    assert [row for row, item in enumerate(drifting(levels, peers, START, 0.01)) if item] == [3]


def test_noise_alone_gives_next_to_nothing() -> None:
    told = sum(
        item is not None for seed in range(50) for item in drifting(*town(seed), START, 0.01)
    )
    assert told <= 5  # of a thousand devices


def test_what_came_back_does_not_drift() -> None:
    levels, peers = town()
    levels[7, -20:-8] += 0.5
    assert drifting(levels, peers, START, 0.01) == [None] * COUNT


def test_little_is_known_of_the_new_and_of_the_alone() -> None:
    levels, peers = town()
    assert drifting(levels[:, : REFERENCE + 5], peers, START, 0.01) == [None] * COUNT
    assert drifting(levels[:3], peers[:3], START, 0.01) == [None] * 3
    silent = np.full((COUNT, HOURS), np.nan)
    assert drifting(silent, peers, START, 0.01) == [None] * COUNT
    levels[4, : HOURS - REFERENCE - 3] = np.nan  # fitted yesterday
    levels[4, -5:] += 9
    assert drifting(levels, peers, START, 0.01)[4] is None


def test_neighbours_are_the_nearest() -> None:
    lon, lat = np.array([0.0, 1.0, 2.0, 10.0]), np.zeros(4)
    assert neighbours(lon, lat, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert neighbours(lon[:2], lat[:2], 2).tolist() == [[1, -1], [0, -1]]
