"""A move of an index taken apart for whoever asks why: bureau by bureau, indicator by indicator,
in amounts that add up to the move as it is shown.

Rounding goes by the largest remainder (Hamilton's method), first among the bureaus, then inside
each: so a bureau is the sum of its indicators and the move the sum of its bureaus, digit by digit.
"""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from app.core.catalog import Catalog
from app.core.index import Contribution, IndexKind, IndexMove, Part
from app.core.model import Held
from app.core.privacy import Privacy


class Item(msgspec.Struct, frozen=True):
    """One member's part in a move, in points as shown; `by_count` of it because what could be
    counted changed (data lost or found again), the rest because its value did."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    key: str
    amount: float
    by_count: float
    before: float | None
    after: float | None


class Group(msgspec.Struct, frozen=True):
    """The members of one bureau, the largest part first; `bureau` is empty for an index of
    indices, where each member is a group of its own."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    bureau: str
    amount: float
    by_count: float
    items: tuple[Item, ...]


class Account(msgspec.Struct, frozen=True):
    """A whole move: `amount` is the sum of the groups' amounts and of `by_value` and `by_count`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    amount: float
    by_value: float
    by_count: float
    groups: tuple[Group, ...]
    of_indices: bool


def apportioned(amounts: Sequence[float], total: float, decimals: int) -> list[int]:
    """Each amount in units of the last shown digit, so that they sum to the rounded `total`.

    `amounts` must sum to `total` (to rounding of floats); each result is then less than one unit
    from its amount. A part of exactly nought stays nought while any other can give.
    """
    unit = 10.0**-decimals
    exact = [amount / unit for amount in amounts]
    whole = [math.floor(value + 1e-9) for value in exact]
    rests = [max(0.0, value - down) for value, down in zip(exact, whole, strict=True)]
    missing = round(total / unit) - sum(whole)
    order = sorted(range(len(whole)), key=lambda at: (-rests[at], -abs(exact[at]), at))
    for place in range(max(0, missing)):
        whole[order[place % len(order)]] += 1
    for place in range(max(0, -missing)):  # only where the parts do not sum to the total
        whole[order[-1 - place % len(order)]] -= 1
    return whole


def account(move: IndexMove, catalog: Catalog, decimals: int) -> Account:
    """The move by bureau and indicator, the largest amounts first."""
    spec = catalog.plan.specs.get(move.code)
    of_indices = spec is not None and spec.kind is IndexKind.CITY
    gathered: dict[str, list[Contribution]] = {}
    for item in move.contributions:
        quantity = catalog.quantities.get(item.code)
        group = item.code if of_indices else quantity.bureau if quantity is not None else ""
        gathered.setdefault(group, []).append(item)
    sums = [sum(item.amount for item in items) for items in gathered.values()]
    units = apportioned(sums, move.amount, decimals)
    pairs = zip(gathered.items(), units, strict=True)
    groups = [
        _group("" if of_indices else code, items, unit, decimals) for (code, items), unit in pairs
    ]
    # What is shown sorts first, what it was before rounding decides among equals.
    exact = dict(zip(groups, sums, strict=True))
    groups.sort(key=lambda group: (-abs(group.amount), -abs(exact[group])))
    scale = 10**decimals
    amount = sum(units) / scale
    by_count = round(sum(group.by_count for group in groups), decimals)
    return Account(
        move.key, amount, round(amount - by_count, decimals), by_count, tuple(groups), of_indices
    )


def _group(bureau: str, items: list[Contribution], total: int, decimals: int) -> Group:
    scale = 10**decimals
    units = apportioned([item.amount for item in items], total / scale, decimals)
    counted = [round((item.amount - item.by_value) * scale) for item in items]
    found = [
        Item(item.code, item.key, unit / scale, count / scale, item.before, item.after)
        for item, unit, count in zip(items, units, counted, strict=True)
    ]
    order = sorted(
        range(len(found)), key=lambda at: (-abs(found[at].amount), -abs(items[at].amount))
    )
    return Group(bureau, total / scale, sum(counted) / scale, tuple(found[at] for at in order))


def index_of(code: str, moves: Mapping[str, IndexMove], catalog: Catalog) -> str:
    """The key of the index that an indicator counts in: of its dimension, else of its theme; empty
    where none moved that has it."""
    kinds = (IndexKind.DIMENSION, IndexKind.THEME)
    for kind in kinds:
        for key, move in moves.items():
            spec = catalog.plan.specs.get(move.code)
            if spec is not None and spec.kind is kind and part_of(code, move) is not None:
                return key
    return ""


def part_of(code: str, move: IndexMove) -> Contribution | None:
    """What one indicator did to a move."""
    return next((item for item in move.contributions if item.code == code), None)


def used_record(parts: Sequence[Part], held: Held | None, key: str) -> tuple[int, str] | None:
    """The moment and source of the record that the index counts for a key; the newest one held
    where no index says what it took."""
    for part in parts:
        if part.key == key and part.as_of is not None:
            return part.as_of, part.source
    return (held.reading.as_of, held.source) if held is not None else None
