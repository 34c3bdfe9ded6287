"""One indicator or index told by district, put in order: the league table, and two districts side
by side.

Equal values share a rank (1, 2, 2, 4). A district without a value stays in the table and has no
rank. The order follows what is good for the quantity; a band has no better side, so it is ordered
by distance from its best where the catalogue says one, else from the largest down.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import ClassVar

import msgspec

from app.core import keys
from app.core.catalog import Catalog, Direction, Quantity
from app.core.model import Level
from app.core.privacy import Privacy
from app.live.summary import deviation
from app.live.view import ValueView
from app.rules.parts import holds_for_parts

AGREES = 0.01
"""Districts whose values add up to the city's within this share are parts of a whole."""


class Order(StrEnum):
    """From where the table counts."""

    BEST = "best"  # the best first
    WORST = "worst"
    LARGEST = "largest"  # where no side is better


class Place(msgspec.Struct, frozen=True):
    """A district in the table; `rank` is None without a value. `share` is its part of the city's
    value, where the values of all districts add up to it."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    region: str
    view: ValueView
    rank: int | None = None
    share: float | None = None


class League(msgspec.Struct, frozen=True):
    """The table of one code; those without a value come last, in the order of the catalogue."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    order: Order
    places: tuple[Place, ...]

    @property
    def ranked(self) -> tuple[Place, ...]:
        """The districts that have a value."""
        return tuple(place for place in self.places if place.rank is not None)


class DistrictCodes:
    """The codes that are known for at least two districts, kept as new keys become known."""

    def __init__(self, catalog: Catalog, city: str) -> None:
        self._catalog = catalog
        self._regions = frozenset(catalog.regions) - {city}
        self._seen = 0
        self._of: dict[str, set[str]] = {}
        self.codes: tuple[str, ...] = ()

    @property
    def regions(self) -> tuple[str, ...]:
        """The districts in the order of the catalogue."""
        return tuple(code for code in self._catalog.regions if code in self._regions)

    def grow(self, held: Mapping[str, object]) -> bool:
        """Look at the keys that came since the last call; whether there are more codes now."""
        if len(held) == self._seen:
            return False
        for key in islice(held, self._seen, None):
            parts = keys.parse(key)
            if parts.kind == "reading" and parts.region in self._regions and not parts.qualifier:
                self._of.setdefault(parts.code, set()).add(parts.region)
        self._seen = len(held)
        before, self.codes = self.codes, self._in_order()
        return self.codes != before

    def _in_order(self) -> tuple[str, ...]:
        """Indices first, then what weighs most; what is in no catalogue is left out."""
        known = self._catalog.quantities
        found = [code for code, at in self._of.items() if len(at) > 1 and code in known]
        places = {code: number for number, code in enumerate(known)}

        def place(code: str) -> tuple[bool, float, int]:
            return (code not in self._catalog.plan.specs, -known[code].weight, places[code])

        return tuple(sorted(found, key=place))


def usual_order(quantity: Quantity) -> Order:
    """Trouble first where there is a bad side: that is what somebody has to look at. A total is
    larger where the district is, which is neither good nor bad."""
    if not holds_for_parts(quantity):
        return Order.LARGEST
    if quantity.direction is Direction.BAND and deviation(0.0, quantity) is None:
        return Order.LARGEST
    return Order.WORST


def as_part(view: ValueView, quantity: Quantity) -> ValueView:
    """A district's value as it is shown: against limits of the whole city a total says nothing, so
    it wears no level."""
    if view.level is Level.NONE or holds_for_parts(quantity):
        return view
    return msgspec.structs.replace(view, level=Level.NONE)


def league(
    quantity: Quantity, views: Mapping[str, ValueView], whole: ValueView | None, order: Order
) -> League:
    """The table of one quantity: `views` by district in the order of the catalogue, `whole` is the
    city's own value."""
    known = [(region, view) for region, view in views.items() if view.value is not None]
    ordered = sorted(known, key=lambda pair: _place(pair[1], quantity, order))
    shares = _shares(views.values(), whole, quantity)
    places: list[Place] = []
    for number, (region, view) in enumerate(ordered, 1):
        before = places[-1] if places else None
        tied = before is not None and _shown(before.view) == _shown(view)
        rank = before.rank if tied and before is not None else number
        places.append(Place(region, view, rank, shares.get(view.key)))
    silent = [Place(region, view) for region, view in views.items() if view.value is None]
    return League(quantity.code, order, (*places, *silent))


def _shown(view: ValueView) -> float:
    """As it is written: what reads the same has the same rank."""
    assert view.value is not None
    return round(view.value, view.decimals)


def _place(view: ValueView, quantity: Quantity, order: Order) -> float:
    value = _shown(view)
    if order is Order.LARGEST:
        return -value
    if quantity.direction is Direction.BAND:
        away = deviation(value, quantity) or 0.0
        return -away if order is Order.WORST else away
    rising = (quantity.direction is Direction.NEGATIVE) is (order is Order.WORST)
    return -value if rising else value


def _shares(
    views: Iterable[ValueView], whole: ValueView | None, quantity: Quantity
) -> dict[str, float]:
    """Each district's part of the city's value, where they are the parts of one whole: all have a
    value of one sign and together they are the city's. A rate never does that."""
    found = list(views)
    if whole is None or not whole.value or quantity.unit == "%" or len(found) < 2:
        return {}
    values = [view.value for view in found if view.value is not None]
    total = sum(values)
    if len(values) < len(found) or min(values) < 0 or abs(total - whole.value) > AGREES * total:
        return {}
    return {view.key: view.value / total for view in found if view.value is not None}


class Pair(msgspec.Struct, frozen=True):
    """One quantity in two districts; `apart` is the second less the first, None where one lacks."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    first: ValueView
    second: ValueView

    @property
    def apart(self) -> float | None:
        """How much more the second has."""
        if self.first.value is None or self.second.value is None:
            return None
        return _shown(self.second) - _shown(self.first)


def pairs(
    codes: Sequence[str], first: Mapping[str, ValueView], second: Mapping[str, ValueView]
) -> tuple[Pair, ...]:
    """The quantities for which at least one of two districts has a value, in the given order."""
    found = (Pair(code, first[code], second[code]) for code in codes)
    return tuple(p for p in found if p.first.value is not None or p.second.value is not None)
