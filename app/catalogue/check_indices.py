"""The rules that a city's indices and weights keep to; what breaks one is a fault."""

from collections.abc import Mapping

from app.catalogue.faults import Faults
from app.catalogue.own import FILE, WEIGHTS, IndexRow, Own
from app.core.catalog import Quantity
from app.core.index import IndexKind, IndexSpec
from app.rules.order import cycle_of
from app.rules.plan import DIMENSIONS
from app.rules.score import anchors

TOLERANCE = 1e-6
CAP = 0.2
"""The most that one indicator may weigh in a dimension of more than `SMALL` members."""
SMALL = 5


def check_indices(
    specs: Mapping[str, IndexSpec],
    quantities: Mapping[str, Quantity],
    own: Own,
    faults: Faults,
) -> None:
    """Everything about members and weights that would make an index wrong or impossible."""
    _check_sums(quantities, own, faults)
    for number, row in enumerate(own.rows):
        if row.code in {item.code for item in own.rows[:number]}:
            key = f"index[{number}].code"
            faults.add("cities.index_twice", FILE, own.line(key), key, code=row.code)
        _check_members(number, row, quantities, specs, own, faults)
    _check_cap(specs, quantities, own, faults)
    path = cycle_of(specs)
    if path:
        number = next(place for place, row in enumerate(own.rows) if row.code in path)
        key = f"index[{number}].member"
        faults.add("cities.cycle", FILE, own.line(key), key, path=" → ".join(path))


def check_weights(quantities: Mapping[str, Quantity], own: Own, faults: Faults) -> None:
    """`weights.csv` names indicators, each once, with a share of 0 to 1."""
    seen: dict[str, int] = {}
    for line, row in own.weights:
        quantity = quantities.get(row.code)
        if quantity is None or not quantity.is_indicator:
            known = "indicators.csv"
            faults.add("cities.unknown", WEIGHTS, line, "code", code=row.code, known=known)
        if row.code in seen:
            faults.add("cities.twice", WEIGHTS, line, "code", code=row.code, first=seen[row.code])
        if not 0.0 <= row.weight <= 1.0:
            faults.add("cities.weight", WEIGHTS, line, "weight", code=row.code, value=row.weight)
        seen.setdefault(row.code, line)


def _check_sums(quantities: Mapping[str, Quantity], own: Own, faults: Faults) -> None:
    """The weights of a dimension add up to 1, or none is stated."""
    for dimension in DIMENSIONS:
        members = [item for item in quantities.values() if item.dimension == dimension]
        whole = sum(item.weight for item in members)
        if whole and abs(whole - 1.0) > TOLERANCE:
            where = own.weight_of(next(item.code for item in members if item.weight))
            faults.add("cities.sum", *where, name=dimension, sum=round(whole, 6))


def _check_members(
    number: int,
    row: IndexRow,
    quantities: Mapping[str, Quantity],
    specs: Mapping[str, IndexSpec],
    own: Own,
    faults: Faults,
) -> None:
    """Known, scored, of one sort, each once, and together 1."""
    for place, member in enumerate(row.member):
        key = f"index[{number}].member[{place}].code"
        line, said = own.line(key), {"index": row.code, "code": member.code}
        quantity = quantities.get(member.code)
        if member.code not in specs and (quantity is None or not quantity.is_indicator):
            faults.add("cities.member", FILE, line, key, **said)
        elif quantity is not None and not anchors(quantity):
            faults.add("cities.no_score", FILE, line, key, **said)
        if member.code in {item.code for item in row.member[:place]}:
            faults.add("cities.member_twice", FILE, line, key, **said)
    key = f"index[{number}].member"
    if len({item.code in specs for item in row.member}) > 1:
        faults.add("cities.mixed", FILE, own.line(key), key, index=row.code)
    whole = sum(item.weight for item in row.member)
    if abs(whole - 1.0) > TOLERANCE:
        faults.add("cities.sum", FILE, own.line(key), key, name=row.code, sum=round(whole, 6))


def _check_cap(
    specs: Mapping[str, IndexSpec],
    quantities: Mapping[str, Quantity],
    own: Own,
    faults: Faults,
) -> None:
    """No indicator weighs too much in a dimension, after those without a score have dropped out."""
    numbers = {row.code: number for number, row in enumerate(own.rows)}
    for spec in specs.values():
        if spec.kind is not IndexKind.DIMENSION or len(spec.members) <= SMALL:
            continue
        for place, member in enumerate(spec.members):
            if member.weight <= CAP + TOLERANCE or member.code not in quantities:
                continue
            where = own.weight_of(member.code)
            if spec.code in numbers:
                key = f"index[{numbers[spec.code]}].member[{place}].weight"
                where = FILE, own.line(key), key
            weight = round(member.weight, 4)
            faults.add(
                "cities.leaf", *where, code=member.code, index=spec.code, weight=weight, cap=CAP
            )
