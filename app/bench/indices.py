"""`bench indices`: how long all indices take, anew from the values of 2,000 indicators.

The same values are worked out by plain Python (a loop over members, a line through thresholds per
value): the baseline, and a check that both come to the same.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import quantiles

import numpy as np

from app.bench._base import Figure
from app.bench._city import REGION, key_of, write_city
from app.city import load_city
from app.core import keys
from app.core.catalog import Catalog
from app.core.clock import ManualClock
from app.core.freshness import freshness
from app.core.health import FeedHealth, FeedState
from app.core.model import Freshness, Ms, Reading, World
from app.live.hub import Hub
from app.live.indices import Indices
from app.live.picture import Picture
from app.rules.confidence import CARRIED, LEAST, LEAST_HALF_LIFE_MS
from app.rules.score import score
from app.store.store import Store

INDICATORS, THEMES = 2_000, 20
ROUNDS, PLAIN_ROUNDS = 100, 10
START: Ms = 1_784_268_202_125
STEP: Ms = 5_000


def recompute() -> Figure:
    """Milliseconds, the 95th of a hundred: every value changed, every index with its reading and
    its move since yesterday, apart by indicator; the baseline is the indices in plain Python."""
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        folder = Path(place)
        city = load_city(write_city(folder / "city", INDICATORS, themes=THEMES))
        clock = ManualClock(START)
        store = Store.open(folder / "data", clock)
        picture = Picture({}, World.DEMO)
        picture.feeds["bench"] = FeedHealth("bench", "bench", "bench", FeedState.LIVE, START)
        indices = Indices(picture, city.catalog, REGION, Hub(), clock, store)
        chance = np.random.default_rng(7)

        def whole() -> None:
            indices.mark(list(picture.readings))
            indices.follow()

        def plain() -> None:
            _same(picture, city.catalog, _plainly(picture, city.catalog, clock.now()))

        try:
            _bring(picture, chance, clock)
            whole()
            leaves = indices.city.leaves
            indices.city.past = indices.city.at(START, leaves.values.copy(), leaves.as_of)
            ours = _times(lambda: _bring(picture, chance, clock), whole, ROUNDS)
            other = _times(lambda: None, plain, PLAIN_ROUNDS)
        finally:
            store.close()
    return Figure("recompute", _p95(ours), "ms", "plain Python", _p95(other))


def _bring(picture: Picture, chance: np.random.Generator, clock: ManualClock) -> None:
    """Every indicator anew."""
    clock.advance(STEP)
    now = clock.now()
    values = chance.uniform(0, 100, INDICATORS).tolist()
    readings = [
        Reading(key=key_of(number), value=value, observed=now)
        for number, value in enumerate(values)
    ]
    picture.apply_readings("bench", now, [(item.key, item) for item in readings])


def _times(before: Callable[[], None], what: Callable[[], None], rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        before()
        begun = time.perf_counter()
        what()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[18]


def _plainly(picture: Picture, catalog: Catalog, now: Ms) -> dict[str, float]:
    """The scores of all indices, one value after the other."""
    found: dict[str, float] = {}
    for spec in catalog.plan.specs.values():
        total, whole = 0.0, 0.0
        for member in spec.members:
            points, counted = found.get(member.code), 1.0
            if points is None:
                points, counted = _of_value(picture, catalog, member.code, now)
            total += member.weight * counted * points
            whole += member.weight * counted
        found[spec.code] = total / whole
    return found


def _of_value(picture: Picture, catalog: Catalog, code: str, now: Ms) -> tuple[float, float]:
    quantity = catalog.quantities[code]
    held = picture.readings[keys.reading_key(code, REGION)]
    points = score(held.reading.value, quantity)
    period, lag, as_of = quantity.period_ms, quantity.lag_ms, held.reading.as_of
    line = picture.connected(held.source, now)
    if freshness(as_of, now, period, lag, connected=line) is Freshness.LIVE:
        return points or 0.0, 1.0
    overdue = max(0, now - as_of - 2 * period - lag)
    counted: float = CARRIED * 0.5 ** (overdue / max(LEAST_HALF_LIFE_MS, 2 * period))
    return points or 0.0, counted if counted >= LEAST else 0.0


def _same(picture: Picture, catalog: Catalog, plain: Mapping[str, float]) -> None:
    results = picture.indices.results
    for code, points in plain.items():
        ours = results[keys.reading_key(code, REGION)].score
        if ours is None or abs(ours - points) > 1e-6:
            raise RuntimeError(f"{code}: {ours} is not {points}")
