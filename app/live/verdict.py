"""The sentence on top of a screen: four dimensions in counts, and the values furthest over.

Counted and not weighed, except for the share of what is fresh. It can be made in parts, so that a
city of thousands of indicators does not hold up the windows.
"""

from typing import ClassVar

import msgspec

from app.core.catalog import Catalog
from app.core.model import Freshness, Level
from app.core.privacy import Privacy
from app.live.summary import DIMENSIONS, Counts, Tally, standing
from app.live.view import ValueView

LEAST_SHARE = 0.6
"""Below this share of fresh weight no verdict is given, only the reason."""


class DimensionState(msgspec.Struct, frozen=True):
    """One dimension in counts: `share` is the part of its weight that is fresh (0 to 1)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    tally: Tally
    share: float
    worst: ValueView | None


class Verdict(msgspec.Struct, frozen=True):
    """What the sentence on top of a screen is made of."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    tally: Tally
    share: float
    dimensions: tuple[DimensionState, ...]
    worst: tuple[ValueView, ...]

    @property
    def known(self) -> bool:
        """Whether enough is fresh to say anything."""
        return self.share >= LEAST_SHARE

    @property
    def over(self) -> tuple[DimensionState, ...]:
        """The dimensions with values over a limit, the gravest and fullest first."""
        found = [item for item in self.dimensions if item.tally.over_total]
        return tuple(
            sorted(found, key=lambda item: (-item.tally.worst.rank, -item.tally.over_total))
        )


class _Part:
    """One dimension while it is counted; `weight` and `fresh` are the whole and the live weight."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.weight = self.fresh = 0.0
        self.worst: ValueView | None = None
        self.standing: tuple[float, ...] = (3.0,)  # behind everything


class VerdictCount:
    """A verdict in the making: `add` each value once, then ask for the `verdict`."""

    def __init__(self, catalog: Catalog, worst: int) -> None:
        self._catalog = catalog
        self._listed = worst
        self._parts = {code: _Part() for code in DIMENSIONS}
        self._all = Counts()
        self._over: list[tuple[tuple[float, ...], int, ValueView]] = []

    def add(self, view: ValueView) -> None:
        """Count one value; one of no dimension is left out."""
        quantity = self._catalog.quantity(view.key)
        part = self._parts.get(quantity.dimension) if quantity is not None else None
        if quantity is None or part is None:
            return
        part.counts.add(view)
        self._all.add(view)
        part.weight += quantity.weight
        live = view.freshness is Freshness.LIVE
        if live:
            part.fresh += quantity.weight
        calm = view.level is Level.NONE
        if view.value is None or (calm and part.worst and part.worst.level is not Level.NONE):
            return  # it cannot stand out more than one over its limit
        place = standing(view, quantity)
        if place < part.standing:
            part.standing, part.worst = place, view
        if live and not calm:
            self._over.append((place, len(self._over), view))

    def verdict(self) -> Verdict:
        """What was counted so far."""
        parts = self._parts.values()
        everything = self._all.tally()
        return Verdict(
            tally=everything,
            share=_share(
                sum(part.weight for part in parts), sum(part.fresh for part in parts), everything
            ),
            dimensions=tuple(_state(code, part) for code, part in self._parts.items()),
            worst=tuple(view for _, _, view in sorted(self._over)[: self._listed]),
        )


def _state(code: str, part: _Part) -> DimensionState:
    counts = part.counts.tally()
    return DimensionState(code, counts, _share(part.weight, part.fresh, counts), part.worst)


def _share(weight: float, fresh: float, counts: Tally) -> float:
    """The share of weight that is live; by count where the catalogue gives no weights."""
    if weight > 0:
        return fresh / weight
    return counts.fresh / counts.total if counts.total else 0.0
