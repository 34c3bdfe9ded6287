"""The gate of one feed: range, time and duplicate checks of readings, in one tight loop.

A reading that is newer than the last of its key, possible and not from the future takes the short
way; whatever is odd about it is sorted out apart. Measured by `bench ingest`.
"""

import math
from collections import deque
from collections.abc import Callable
from sys import float_info

from app.core import keys
from app.core.catalog import Catalog
from app.core.model import Ms, Reading

FUTURE_MS = 5 * 60_000
"""A record observed later than this after now has a wrong clock: quarantine."""

MAX_KEYS = 500_000
_RECENT = 32
_REVISIONS = 64


class _Slot:
    """What is known of one key. `recent` are the last instants seen, to know a repetition."""

    __slots__ = ("high", "low", "observed", "recent", "revised")

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high
        self.observed: Ms = -1
        self.recent: deque[Ms] = deque(maxlen=_RECENT)
        self.revised: dict[Ms, int] = {}


class Gate:
    """Decides on every reading of one feed; `refuse(reason, reading)` hears what is turned away."""

    def __init__(self, catalog: Catalog, refuse: Callable[[str, Reading], None]) -> None:
        self._catalog = catalog
        self._refuse = refuse
        self._slots: dict[str, _Slot] = {}
        self.duplicates = 0
        self.late = 0

    def admit(self, readings: list[Reading], latest: dict[str, Reading], now: Ms) -> list[Reading]:
        """The readings that are good, in order; the newest of each key goes into `latest`."""
        horizon = now + FUTURE_MS
        slots = self._slots
        odd: list[Reading] = []
        for reading in readings:
            slot = slots.get(reading.key)
            if (
                slot is not None
                and slot.low <= reading.value <= slot.high
                and slot.observed < (observed := reading.observed) <= horizon
                and reading.valid_to <= horizon
                and not reading.revision
            ):
                slot.observed = observed
                slot.recent.append(observed)
                latest[reading.key] = reading
            else:
                odd.append(reading)
        if not odd:
            return readings
        refused = {id(reading) for reading in odd if not self._odd(reading, latest, horizon)}
        if not refused:
            return readings
        return [reading for reading in readings if id(reading) not in refused]

    def forget(self) -> None:
        """Start anew: a recording was wound back."""
        self._slots.clear()

    def _odd(self, reading: Reading, latest: dict[str, Reading], horizon: Ms) -> bool:
        slot = self._slots.get(reading.key) or self._new_slot(reading)
        if slot is None:
            return False
        if not slot.low <= reading.value <= slot.high:
            finite = math.isfinite(reading.value)
            self._refuse("out_of_range" if finite else "not_finite", reading)
            return False
        if reading.observed > horizon or reading.valid_to > horizon:
            self._refuse("future", reading)
            return False
        if self._known(slot, reading):
            self.duplicates += 1
            return False
        self._remember(slot, reading, latest)
        return True

    def _new_slot(self, reading: Reading) -> _Slot | None:
        key = reading.key
        if len(self._slots) >= MAX_KEYS:
            self._refuse("too_many_keys", reading)
            return None
        try:
            kind = keys.parse(key).kind
        except keys.BadKey:
            kind = ""
        if kind != "reading":
            self._refuse("bad_key", reading)
            return None
        quantity = self._catalog.quantity(key)
        low = quantity.valid_min if quantity else None
        high = quantity.valid_max if quantity else None
        slot = _Slot(
            -float_info.max if low is None else low, float_info.max if high is None else high
        )
        self._slots[key] = slot
        return slot

    @staticmethod
    def _known(slot: _Slot, reading: Reading) -> bool:
        return (
            reading.observed == slot.observed or reading.observed in slot.recent
        ) and slot.revised.get(reading.observed, 0) >= reading.revision

    def _remember(self, slot: _Slot, reading: Reading, latest: dict[str, Reading]) -> None:
        observed = reading.observed
        slot.recent.append(observed)
        if reading.revision:
            slot.revised[observed] = reading.revision
            if len(slot.revised) > _REVISIONS:
                del slot.revised[min(slot.revised)]
        if observed < slot.observed:
            self.late += 1
            return
        slot.observed = observed
        latest[reading.key] = reading
