"""What a screen says about many values at once: how they stand, and which stand out.

Everything here counts; nothing is weighed into an index (that is a rule of its own). A value is
`over` when it has crossed any of its four limits, and only a live value may carry a verdict.
"""

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import ClassVar

import msgspec

from app.core import keys
from app.core.catalog import Catalog, Direction, Quantity
from app.core.model import Freshness, Level
from app.core.privacy import Privacy
from app.live.view import ValueView

DIMENSIONS = ("attribute", "drive", "pressure", "vitality")


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


class IndicatorKeys:
    """The key that stands for each indicator of the catalogue, kept as new keys become known.

    The value of the whole `region` where there is one; else the only other place it is known for
    (a lake's gauge, an airport), the first by name where there are several.
    """

    def __init__(self, catalog: Catalog, region: str) -> None:
        self._quantities = catalog.quantities
        self._seen = 0
        self._whole = {
            item.code: keys.reading_key(item.code, region) for item in catalog.indicators
        }
        self.by_code: dict[str, str] = dict(self._whole)

    def grow(self, held: Mapping[str, object]) -> bool:
        """Look at the keys that came since the last call (none ever goes); whether one of the
        indicators is found at another key now."""
        if len(held) == self._seen:
            return False
        new = list(islice(held, self._seen, None))
        self._seen = len(held)
        return self.learn(new, held)

    def learn(self, new: Iterable[str], held: Collection[str]) -> bool:
        """Take keys of `held` into account; whether anything moved."""
        moved = False
        for key in new:
            parts = keys.parse(key)
            whole = self._whole.get(parts.code)
            if parts.kind != "reading" or whole is None or whole in held:
                continue
            here = self.by_code[parts.code]
            if here == whole or key < here:
                self.by_code[parts.code] = key
                moved = True
        return self._come_home(held) or moved

    def _come_home(self, held: Collection[str]) -> bool:
        """Where the value of the whole region came after one of a part."""
        home = [
            code for code, whole in self._whole.items()
            if self.by_code[code] != whole and whole in held
        ]  # fmt: skip
        self.by_code.update((code, self._whole[code]) for code in home)
        return bool(home)


def indicator_keys(held: Iterable[str], catalog: Catalog, region: str) -> dict[str, str]:
    """The key that stands for each indicator of the catalogue, by code (see IndicatorKeys)."""
    known = held if isinstance(held, Mapping) else dict.fromkeys(held)
    found = IndicatorKeys(catalog, region)
    found.grow(known)
    return found.by_code


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


class Counts:
    """Values counted by state and level; what one value does moves one count."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Freshness, Level], int] = {}

    def add(self, view: ValueView, by: int = 1) -> None:
        """Count a value; with -1 no longer."""
        kind = (view.freshness, view.level)
        self._counts[kind] = self._counts.get(kind, 0) + by

    def without(self, views: Iterable[ValueView]) -> Tally:
        """The counts less some of the values that are counted."""
        rest = Counts()
        rest._counts = dict(self._counts)
        for view in views:
            rest.add(view, -1)
        return rest.tally()

    def tally(self) -> Tally:
        """The counts as they are shown."""
        states = dict.fromkeys(Freshness, 0)
        over: dict[Level, int] = {}
        stale_over = 0
        for (state, level), count in self._counts.items():
            states[state] += count
            if level is Level.NONE or not count:
                continue
            if state is Freshness.LIVE:
                over[level] = count
            else:
                stale_over += count
        return Tally(
            total=sum(states.values()),
            fresh=states[Freshness.LIVE],
            late=states[Freshness.LATE],
            cached=states[Freshness.CACHED],
            none=states[Freshness.NONE],
            over=over,
            stale_over=stale_over,
        )


def tally(views: Iterable[ValueView]) -> Tally:
    """Count values by state and level."""
    counts = Counts()
    for view in views:
        counts.add(view)
    return counts.tally()


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
    ordered = sorted(views, key=lambda view: standing(view, catalog.quantity(view.key)))
    return Selection(tuple(ordered[:count]), tally(ordered[count:]))


def standing(view: ValueView, quantity: Quantity | None) -> tuple[float, ...]:
    """What values are put in order by; the one that stands out most comes first."""
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
