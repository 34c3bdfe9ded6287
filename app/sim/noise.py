"""Chance that is a pure function of (seed, name, index): any moment can be asked in any order.

Indices are hashed with SplitMix64's finalizer (Steele, Lea, Flood 2014) instead of drawn from a
generator with a state, so the value at a time never depends on what was asked before.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Stream = int | np.ndarray[Any, np.dtype[np.uint64]]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def salt(seed: int, *names: str) -> int:
    """A 64-bit number for a stream of chance."""
    text = "\0".join((str(seed), *names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def bits(stream: Stream, index: Ints) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """64 well-mixed bits per index."""
    with np.errstate(over="ignore"):
        mixed = np.asarray(stream, dtype=np.uint64) + np.asarray(index).astype(np.uint64) * _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def uniform(stream: Stream, index: Ints) -> Floats:
    """Even chance in [0, 1)."""
    return np.asarray((bits(stream, index) >> np.uint64(11)) * (1.0 / (1 << 53)))


def normal(stream: Stream, index: Ints) -> Floats:
    """Normal chance of mean 0 and deviation 1 (Box and Muller 1958)."""
    streams = np.asarray(stream, dtype=np.uint64)
    first = 1.0 - uniform(streams, index)
    second = uniform(streams ^ np.uint64(0x5DEECE66D), index)
    return np.asarray(np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second))


def smooth(stream: int, at: Ints, step: int) -> Floats:
    """A curve through normal chance every `step`, of unit variance everywhere."""
    return np.asarray(curves([stream], at, [step])[0])


def curves(streams: Sequence[int], at: Ints, steps: Sequence[int]) -> Floats:
    """One smooth curve a row, each of its own stream and step: one hash for all, because a call
    for a single moment costs as much as one for a thousand."""
    step = np.array(steps, dtype=np.int64)[:, None]
    index = at[None, :] // step
    part = (at[None, :] - index * step) / step
    weight = part * part * (3.0 - 2.0 * part)
    salts = np.array(streams, dtype=np.uint64)[:, None]
    before, after = normal(salts, np.stack([index, index + 1]))
    mixed = before * (1.0 - weight) + after * weight
    return np.asarray(mixed / np.sqrt((1.0 - weight) ** 2 + weight**2))


def wander(stream: int, at: Ints, step: int) -> Floats:
    """Correlated noise of unit variance: slow, middle and quick parts."""
    return np.asarray(wanders([stream], at, step)[0])


def wanders(streams: Sequence[int], at: Ints, step: int) -> Floats:
    """Correlated noise of several streams, one a row."""
    parts = [stream ^ number for stream in streams for number in (1, 2, 3)]
    steps = [step * 6, step, max(1, step // 5)] * len(streams)
    slow, middle, quick = curves(parts, at, steps).reshape(len(streams), 3, -1).swapaxes(0, 1)
    return np.asarray(0.66 * slow + 0.66 * middle + 0.36 * quick)


def poisson(rate: Floats, chance: Floats) -> Floats:
    """The Poisson count whose cumulative share holds an even chance; rates above 60 as normal."""
    small = np.minimum(rate, 60.0)
    term = np.exp(-small)
    total = term.copy()
    count = np.zeros_like(small)
    for number in range(1, 110):
        more = chance >= total
        if not more.any():
            break
        count += more
        term = term * small / number
        total = total + term
    return np.where(rate > 60.0, np.round(rate), count)
