"""Whether a device drifts away from the others of its kind near it.

Of each hour the device's own level against the median of its peers, both as departures from what
each usually shows: a storm that lifts all of them moves no residual. The residual is measured in
the wider of its own usual spread and of how far the peers lie apart in that hour (a storm falls
unevenly), and summed by an EWMA (Roberts 1959; its limit as in app.rules.anomaly).
"""

from typing import Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import HOUR
from app.core.model import Ms
from app.core.privacy import Privacy
from app.rules.anomaly import ewma, ewma_limit, runs, with_hysteresis

Table = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]

NEIGHBOURS = 12
LEAST_PEERS = 4
REFERENCE = 24
"""Hours before which a device's usual level is learnt; the newer ones are judged by it."""
LEAST_REFERENCE = 12
WEIGHT = 0.25
LIMIT = 5.0
TAME = 8.0
"""One hour counts at most so many scales: a spike is no drift, a wide departure is one soon."""
CORRELATED = 0.9  # neighbouring hours count as no more alike than this
_MAD = 1.4826
_METRES = 111_320.0


class Drift(msgspec.Struct, frozen=True):
    """A device that has left its peers: since when, by how much against usual, how far over the
    limit (1: just)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ms
    off: float
    size: float


def neighbours(lon: Table, lat: Table, count: int = NEIGHBOURS) -> Places:
    """For each place the nearest others, nearest first: n x count indices, -1 where there are
    fewer."""
    size = len(lon)
    east = (lon - lon.mean()) * np.cos(np.radians(lat.mean())) * _METRES if size else lon
    north = lat * _METRES
    apart = np.hypot(east[:, None] - east[None, :], north[:, None] - north[None, :])
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, : min(count, max(0, size - 1))]
    found = np.full((size, count), -1, np.int64)
    found[:, : nearest.shape[1]] = nearest
    return found


def drifting(
    levels: Table, peers: Places, start: Ms, finest: float, step: Ms = HOUR
) -> list[Drift | None]:
    """For each device of a kind whether it drifts at the end of the table.

    `levels` are hourly means (devices x hours, NaN where nothing came), the first of the hour that
    begins at `start`; `peers` as `neighbours` gives them; `finest` is the smallest difference that
    the values can show.
    """
    count, hours = levels.shape
    reference = hours - REFERENCE
    if reference < LEAST_REFERENCE or count <= LEAST_PEERS:
        return [None] * count
    residuals = _residuals(levels, peers, reference)
    own = np.full(count, np.nan)
    heard = np.isfinite(residuals[:, :reference]).sum(axis=1) >= LEAST_REFERENCE
    own[heard] = _MAD * np.nanmedian(np.abs(residuals[heard, :reference]), axis=1)
    uneven = _unevenness(residuals)
    scale = np.maximum(np.maximum(own[:, None], uneven[None, :]), finest)
    z = residuals / scale
    return [
        _judge(z[row], residuals[row], start, reference, step) if heard[row] else None
        for row in range(count)
    ]


def _residuals(levels: Table, peers: Places, reference: int) -> Table:
    """Own departure from usual less the median departure of the peers."""
    usual = np.full(len(levels), np.nan)
    known = np.isfinite(levels[:, :reference]).any(axis=1)
    usual[known] = np.nanmedian(levels[known, :reference], axis=1)
    departures = levels - usual[:, None]
    found = np.full(levels.shape, np.nan)
    for row, near in enumerate(peers):
        others = departures[near[near >= 0]]
        enough = np.isfinite(others).sum(axis=0) >= LEAST_PEERS
        if enough.any():
            middle = np.nanmedian(others[:, enough], axis=0)
            found[row, enough] = departures[row, enough] - middle
    offsets = np.full(len(levels), np.nan)
    known = np.isfinite(found[:, :reference]).any(axis=1)
    offsets[known] = np.nanmedian(found[known, :reference], axis=1)
    return np.asarray(found - offsets[:, None])


def _unevenness(residuals: Table) -> Table:
    """How far the devices of the kind lie apart in each hour."""
    found = np.zeros(residuals.shape[1])
    enough = np.isfinite(residuals).sum(axis=0) > LEAST_PEERS
    if enough.any():
        found[enough] = _MAD * np.nanmedian(np.abs(residuals[:, enough]), axis=0)
    return found


def _judge(z: Table, residual: Table, start: Ms, reference: int, step: Ms) -> Drift | None:
    tame = np.clip(z, -TAME, TAME)
    limit = ewma_limit(LIMIT, WEIGHT, _correlation(tame[:reference]))
    strength = np.abs(ewma(tame, WEIGHT)) / limit
    on = with_hysteresis(strength, 1.0, 0.5)
    if not on[-1] or not np.isfinite(z[-3:]).any():
        return None
    first = list(runs(on))[-1][0]
    recent = residual[np.isfinite(residual)][-3:]
    return Drift(start + first * step, float(np.median(recent)), float(strength[-1]))


def _correlation(z: Table) -> float:
    """Of neighbouring hours of the reference, 0 to CORRELATED."""
    pairs = np.isfinite(z[1:]) & np.isfinite(z[:-1])
    if pairs.sum() < LEAST_REFERENCE:
        return 0.0
    before, after = z[:-1][pairs], z[1:][pairs]
    spread = float(before.std() * after.std())
    if not spread:
        return 0.0
    found = float(((before - before.mean()) * (after - after.mean())).mean()) / spread
    return min(CORRELATED, max(0.0, found))
