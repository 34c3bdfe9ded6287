"""The plan of a city's indices: what follows from its catalogue, and what its own files say.

`indices.toml` adds indices or puts its own in the place of a usual one; `weights.csv` freezes the
weights of indicators that were worked out offline. Rules: docs/howto-city.md.
"""

from collections.abc import Mapping, Sequence

import msgspec

from app.catalogue.check_indices import check_indices
from app.catalogue.faults import Faults
from app.catalogue.own import IndexRow, Own
from app.catalogue.rows import WeightRow
from app.core.catalog import Quantity
from app.core.directory import Theme
from app.core.index import IndexPlan, IndexSpec, Member
from app.rules.order import in_order
from app.rules.plan import plan_of, usual_specs


def weighed(
    quantities: Mapping[str, Quantity], weights: Sequence[tuple[int, WeightRow]]
) -> dict[str, Quantity]:
    """The quantities with their frozen weights: a dimension that `weights.csv` speaks of has only
    those, the others keep the weights of `indicators.csv`."""
    frozen = {row.code: row.weight for _, row in weights}
    covered = {quantities[code].dimension for code in frozen if code in quantities}
    return {
        code: msgspec.structs.replace(item, weight=frozen.get(code, 0.0))
        if item.is_indicator and item.dimension in covered
        else item
        for code, item in quantities.items()
    }


def make_plan(
    quantities: Mapping[str, Quantity], themes: Sequence[Theme], own: Own, faults: Faults
) -> IndexPlan:
    """The plan of a city. What is wrong with it goes into `faults`, and the plan is then empty."""
    specs = {spec.code: spec for spec in usual_specs(quantities, themes)}
    specs.update((row.code, _spec(row)) for row in own.rows)
    before = len(faults)
    check_indices(specs, quantities, own, faults)
    return plan_of(in_order(specs), quantities) if len(faults) == before else IndexPlan()


def _spec(row: IndexRow) -> IndexSpec:
    return IndexSpec(
        row.code,
        row.kind,
        row.name_zh,
        row.name_en,
        tuple(Member(item.code, item.weight) for item in row.member),
        row.across,
        row.penalty,
        row.higher_is_worse,
    )
