"""The indices of a city: the one of each dimension, the city's, and one per theme."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from app.core.catalog import Direction, Period, Quantity
from app.core.directory import Theme
from app.core.index import IndexKind, IndexPlan, IndexSpec, Member
from app.rules.score import anchors

DIMENSIONS = ("attribute", "drive", "pressure", "vitality")
NAMES = {
    "attribute": ("属性", "Attributes"),
    "drive": ("动力", "Drive"),
    "pressure": ("压力", "Pressure"),
    "vitality": ("活力", "Vitality"),
}
CITY = "index.city"
ARITHMETIC = b"1"
"""Raised when scores, confidences or combinations are worked out otherwise than before."""


def index_code(name: str) -> str:
    """`pressure` to `index.pressure`."""
    return f"index.{name}"


def theme_code(theme: str) -> str:
    """`flood` to `index.theme.flood`."""
    return f"index.theme.{theme}"


def usual_specs(quantities: Mapping[str, Quantity], themes: Iterable[Theme]) -> list[IndexSpec]:
    """The indices that follow from the catalogue alone: its dimensions and themes with the weights
    it states, and the city of the dimensions in equal parts."""
    indicators = [item for item in quantities.values() if item.is_indicator and anchors(item)]
    found = []
    for name in DIMENSIONS:
        members = _members([item for item in indicators if item.dimension == name])
        if members:
            zh, en = NAMES[name]
            worse = name == "pressure"
            found.append(
                IndexSpec(
                    index_code(name), IndexKind.DIMENSION, zh, en, members, higher_is_worse=worse
                )
            )
    if found:
        each = tuple(Member(spec.code, 1.0 / len(found)) for spec in found)
        found.append(IndexSpec(CITY, IndexKind.CITY, "综合", "City", each))
    for theme in themes:
        members = _members([item for item in indicators if item.theme == theme.code])
        if members:
            found.append(
                IndexSpec(
                    theme_code(theme.code), IndexKind.THEME, theme.name_zh, theme.name_en, members
                )
            )
    return found


def _members(items: Sequence[Quantity]) -> tuple[Member, ...]:
    whole = sum(item.weight for item in items)
    if whole <= 0:
        return tuple(Member(item.code, 1.0 / len(items)) for item in items)
    return tuple(Member(item.code, item.weight / whole) for item in items if item.weight > 0)


def plan_of(specs: Sequence[IndexSpec], quantities: Mapping[str, Quantity]) -> IndexPlan:
    """The plan of specs that are in order (members first), with its version."""
    digest = hashlib.sha256(ARITHMETIC)
    for spec in specs:
        digest.update(msgspec.json.encode(spec))
        for member in spec.members:
            quantity = quantities.get(member.code)
            if quantity is not None:
                timing = (quantity.period_ms, quantity.lag_ms)  # they decide what a late one counts
                digest.update(repr((anchors(quantity), timing)).encode())
    return IndexPlan({spec.code: spec for spec in specs}, digest.hexdigest()[:12])


def index_quantities(plan: IndexPlan, quantities: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """What the value of each index means, as a quantity of its own: its period and lag are those
    that the members with half of its weight keep to."""
    found: dict[str, Quantity] = {}
    for spec in plan.specs.values():
        members = [
            (found.get(item.code) or quantities[item.code], item.weight) for item in spec.members
        ]
        middle = _middle(members)
        found[spec.code] = Quantity(
            code=spec.code,
            name_zh=spec.name_zh,
            name_en=spec.name_en,
            unit="分",
            unit_en="pts",
            period_ms=middle.period_ms,
            lag_ms=middle.lag_ms,
            decimals=1,
            direction=Direction.NEGATIVE if spec.higher_is_worse else Direction.POSITIVE,
            valid_min=0.0,
            valid_max=100.0,
            period=middle.period or Period.REALTIME,
            is_indicator=False,
        )
    return found


def _middle(members: Sequence[tuple[Quantity, float]]) -> Quantity:
    ordered = sorted(members, key=lambda pair: pair[0].period_ms + pair[0].lag_ms)
    half, heaped = sum(weight for _, weight in ordered) / 2, 0.0
    for quantity, weight in ordered:
        heaped += weight
        if heaped >= half:
            return quantity
    return ordered[-1][0]
