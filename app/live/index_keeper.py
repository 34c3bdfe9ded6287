"""The indices on their way into the history: few enough to be kept, often enough for a chart."""

from collections.abc import Iterable

from app.core.catalog import HOUR, MINUTE, Catalog
from app.core.index import IndexResult
from app.core.model import Ms, Origin, Reading, Segment, World
from app.store.store import Store

DISTRICT_KEPT = 10 * MINUTE
"""Of a district's index one value is kept in this span, of the city's one a minute."""


def reading_of(result: IndexResult, now: Ms, world: World) -> Reading | None:
    """An index of ours as a reading: worked out now, as old as its evidence. None for no value."""
    if result.ours is None:
        return None
    return Reading(
        key=result.key,
        value=result.ours,
        observed=now,
        valid_to=result.evidence or 0,
        origin=Origin.COMPUTED,
        world=world,
    )


class IndexKeeper:
    """Gives the store what changed since it was kept last; what did not change once a period, at
    most an hour, so that a chart has no hole where nothing happened."""

    def __init__(self, store: Store, catalog: Catalog, source: str, world: World) -> None:
        self._store = store
        self._catalog = catalog
        self._source = source
        self._world = world
        self._kept: dict[str, Reading] = {}  # by key: what the store was given last

    def keep(self, results: Iterable[IndexResult], city: frozenset[str], now: Ms) -> None:
        """Keep what is due; `city` are the keys of the city's own indices."""
        readings: list[Reading] = []
        for result in results:
            reading, last = reading_of(result, now, self._world), self._kept.get(result.key)
            if reading is None:
                continue
            often = MINUTE if result.key in city else DISTRICT_KEPT
            if last is None or self._is_due(reading, last, result.code, often):
                readings.append(reading)
                self._kept[result.key] = reading
        if readings:
            self._store.recorder.submit([Segment(self._source, now, readings)], [])

    def _is_due(self, reading: Reading, last: Reading, code: str, often: int) -> bool:
        waited = reading.observed - last.observed
        if (reading.value, reading.valid_to) == (last.value, last.valid_to):
            return waited >= max(MINUTE, min(HOUR, self._catalog.quantities[code].period_ms))
        return waited >= often
