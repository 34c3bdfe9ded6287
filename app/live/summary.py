"""What a screen says about many values at once: which stand out, what the sentence on top is.

Everything here counts; nothing is weighed into an index (that is a rule of its own). A value is
`over` when it has crossed any of its four limits, and only a live value may carry a verdict.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core import keys
from app.core.catalog import Catalog, Direction, Quantity
from app.core.model import Freshness, Level
from app.core.privacy import Privacy
from app.live.view import ValueView

DIMENSIONS = ("attribute", "drive", "pressure", "vitality")
LEAST_SHARE = 0.6
"""Below this share of fresh weight no verdict is given, only the reason."""


class Filter(StrEnum):
    """Which rows of a list of values are wanted."""

    ALL = "all"
    OVER = "over"
    LATE = "late"  # late, cached and missing: everything that is not what it should be now

    def takes(self, view: ValueView) -> bool:
        """Whether a value belongs to this choice."""
        if self is Filter.OVER:
            return view.level is not Level.NONE
        return self is Filter.ALL or view.freshness is not Freshness.LIVE


class GroupBy(StrEnum):
    """What the indicators of a list are gathered under."""

    BUREAU = "bureau"
    THEME = "theme"
    DIMENSION = "dimension"


class Tally(msgspec.Struct, frozen=True):
    """How many of some values are in which state; `over` counts live values by level."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    total: int = 0
    fresh: int = 0
    late: int = 0
    cached: int = 0
    none: int = 0
    over: Mapping[Level, int] = {}
    stale_over: int = 0  # crossed a limit when last heard of, and not live now

    @property
    def over_total(self) -> int:
        """Live values that have crossed a limit, whatever its colour."""
        return sum(self.over.values())

    @property
    def calm(self) -> int:
        """Live values within their limits, or without any."""
        return self.fresh - self.over_total

    @property
    def worst(self) -> Level:
        """The gravest level among the live values."""
        return max(self.over, key=lambda level: level.rank, default=Level.NONE)


class Group(msgspec.Struct, frozen=True):
    """The keys of the indicators of one bureau, theme or dimension, in catalogue order."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    keys: tuple[str, ...]


class Selection(msgspec.Struct, frozen=True):
    """The values that stand out most, and what became of the others."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    shown: tuple[ValueView, ...]
    rest: Tally


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


def indicator_keys(held: Iterable[str], catalog: Catalog, region: str) -> dict[str, str]:
    """The key that stands for each indicator of the catalogue, by code.

    The value of the whole `region` where there is one; else the only other place it is known for
    (a lake's gauge, an airport), the first by name where there are several.
    """
    elsewhere: dict[str, str] = {}
    known = set()
    for key in held:
        parts = keys.parse(key)
        if parts.kind != "reading" or parts.code not in catalog.quantities:
            continue
        known.add(key)
        if parts.code not in elsewhere or key < elsewhere[parts.code]:
            elsewhere[parts.code] = key
    found = {}
    for quantity in catalog.indicators:
        whole = keys.reading_key(quantity.code, region)
        found[quantity.code] = whole if whole in known else elsewhere.get(quantity.code, whole)
    return found


def grouped(chosen: Mapping[str, str], catalog: Catalog, by: GroupBy) -> list[Group]:
    """The chosen keys gathered; bureaus in the order of their catalogue, others as they appear."""
    gathered: dict[str, list[str]] = {}
    if by is GroupBy.BUREAU:
        gathered = {code: [] for code in catalog.bureaus}
    elif by is GroupBy.DIMENSION:
        gathered = {code: [] for code in DIMENSIONS}
    field: Callable[[Quantity], str] = {
        GroupBy.BUREAU: lambda item: item.bureau,
        GroupBy.THEME: lambda item: item.theme,
        GroupBy.DIMENSION: lambda item: item.dimension,
    }[by]
    for code, key in chosen.items():
        gathered.setdefault(field(catalog.quantities[code]), []).append(key)
    return [Group(code, tuple(members)) for code, members in gathered.items() if members]


def tally(views: Iterable[ValueView]) -> Tally:
    """Count values by state and level."""
    counts = dict.fromkeys(Freshness, 0)
    over: dict[Level, int] = {}
    stale_over = 0
    for view in views:
        counts[view.freshness] += 1
        if view.level is Level.NONE:
            continue
        if view.freshness is Freshness.LIVE:
            over[view.level] = over.get(view.level, 0) + 1
        else:
            stale_over += 1
    return Tally(
        total=sum(counts.values()),
        fresh=counts[Freshness.LIVE],
        late=counts[Freshness.LATE],
        cached=counts[Freshness.CACHED],
        none=counts[Freshness.NONE],
        over=over,
        stale_over=stale_over,
    )


def deviation(value: float, quantity: Quantity) -> float | None:
    """How far a value stands from its best: 0 there, 1 at `good`, 2 at blue up to 5 at red.

    Linear between two limits and going on at the last slope beyond red, so that two values of
    different units can be put in order. None where the catalogue gives no two limits.
    """
    upper = _ladder(quantity, low=False)
    if quantity.direction is Direction.POSITIVE:
        return _climb(-value, [(step, -limit) for step, limit in upper])
    found = _climb(value, upper)
    if quantity.direction is Direction.BAND:
        lower = _climb(-value, [(step, -limit) for step, limit in _ladder(quantity, low=True)])
        sides = [side for side in (found, lower) if side is not None]
        return max(sides, default=None)
    return found


def _ladder(quantity: Quantity, *, low: bool) -> list[tuple[float, float]]:
    limits = quantity.thresholds
    names: tuple[str, ...] = ("best", "good", "watch", "yellow", "orange", "red")
    if low:
        names = ("best", *(f"{name}_low" for name in names[1:]))
    found = [(float(step), getattr(limits, name)) for step, name in enumerate(names)]
    return [(step, limit) for step, limit in found if limit is not None]


def _climb(value: float, ladder: Sequence[tuple[float, float]]) -> float | None:
    if len(ladder) < 2:
        return None
    if value <= ladder[0][1]:
        return ladder[0][0]
    for (step, limit), (next_step, next_limit) in itertools.pairwise(ladder):
        if next_limit <= limit:
            continue
        reached = step + (next_step - step) * (value - limit) / (next_limit - limit)
        if value < next_limit or (next_step, next_limit) == ladder[-1]:
            return reached
    return ladder[-1][0]


def standing_out(views: Iterable[ValueView], catalog: Catalog, count: int) -> Selection:
    """The `count` values that deviate most: gravest level, live before stale, then distance."""
    ordered = sorted(views, key=lambda view: _standing(view, catalog))
    return Selection(tuple(ordered[:count]), tally(ordered[count:]))


def _standing(view: ValueView, catalog: Catalog) -> tuple[float, ...]:
    quantity = catalog.quantity(view.key)
    if view.value is None or quantity is None:
        return (2.0,)
    stale = view.freshness is not Freshness.LIVE
    away = deviation(view.value, quantity) or 0.0
    # A stale value over its limit still outranks what is calm: somebody has to look at it.
    return (
        1.0 if stale and view.level is Level.NONE else 0.0,
        -float(view.level.rank),
        float(stale),
        -away,
        -quantity.weight,
    )


def verdict(views: Iterable[ValueView], catalog: Catalog, worst: int = 5) -> Verdict:
    """Count the four dimensions and name the values furthest over their limits."""
    everything = list(views)
    by_dimension: dict[str, list[ValueView]] = {code: [] for code in DIMENSIONS}
    for view in everything:
        quantity = catalog.quantity(view.key)
        if quantity is not None and quantity.dimension in by_dimension:
            by_dimension[quantity.dimension].append(view)
    counted = [view for members in by_dimension.values() for view in members]
    over = [
        view
        for view in counted
        if view.level is not Level.NONE and view.freshness is Freshness.LIVE
    ]
    return Verdict(
        tally=tally(counted),
        share=fresh_share(counted, catalog),
        dimensions=tuple(_dimension(code, by_dimension[code], catalog) for code in DIMENSIONS),
        worst=standing_out(over, catalog, worst).shown,
    )


def _dimension(code: str, views: list[ValueView], catalog: Catalog) -> DimensionState:
    first = standing_out(views, catalog, 1).shown
    return DimensionState(
        code=code,
        tally=tally(views),
        share=fresh_share(views, catalog),
        worst=first[0] if first and first[0].value is not None else None,
    )


def fresh_share(views: Sequence[ValueView], catalog: Catalog) -> float:
    """The share of weight that is live (0 to 1); by count where the catalogue gives no weights."""
    whole = fresh = 0.0
    for view in views:
        quantity = catalog.quantity(view.key)
        weight = quantity.weight if quantity is not None else 0.0
        whole += weight
        if view.freshness is Freshness.LIVE:
            fresh += weight
    if whole > 0:
        return fresh / whole
    live = sum(view.freshness is Freshness.LIVE for view in views)
    return live / len(views) if views else 0.0
