"""The weights of a city's indicators, worked out offline from experts and from the past."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.core.catalog import Quantity
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.rules.ahp import BEST_RATIO, Judged, full_matrix, judged
from app.rules.entropy import capped, entropy_weights, mixed

Floats = np.ndarray[Any, np.dtype[np.float64]]


CITY = "city"
"""The matrix of the dimensions among themselves."""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[matrix.group]]`: themes of a dimension that experts judge as one (of the city's own
    matrix: one dimension)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name_zh: str
    name_en: str
    holds: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Matrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[matrix]]`: how the groups of a dimension compare, two by two, above the diagonal."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    dimension: str
    group: Annotated[list[Group], msgspec.Meta(min_length=2, max_length=10)]
    judgements: list[list[float]]


class Experts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`experts.toml`. `alpha`: the experts' part, the rest is the entropy's; `cap`: the largest
    weight of one indicator in its dimension."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    matrix: Annotated[list[Matrix], msgspec.Meta(min_length=1)]
    alpha: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
    cap: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.15


class Weighed(msgspec.Struct, frozen=True):
    """One dimension: its members' weights, and what the experts' matrix said of its groups."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    dimension: str
    weights: Mapping[str, float]
    judged: Judged


def weigh(matrix: Matrix, experts: Experts, items: Sequence[Quantity], scores: Floats) -> Weighed:
    """The weights of `items`, the indicators of the matrix's dimension; `scores` has a column for
    each of them and a row per day (NaN for none). A group's part is shared equally by what it holds
    before the entropy has its say.

    Raises Refusal where the judgements are no matrix or contradict each other, where a theme of the
    dimension was not judged, or the cap cannot hold.
    """
    found = _judged(matrix)
    place = {theme: number for number, group in enumerate(matrix.group) for theme in group.holds}
    counts = [0] * len(matrix.group)
    for item in items:
        if item.theme not in place:
            raise _refused(matrix, f"theme {item.theme!r} is in no group")
        counts[place[item.theme]] += 1
    for group, count in zip(matrix.group, counts, strict=True):
        if not count:
            raise _refused(matrix, f"no indicator is in the group {group.name_en!r}")
    by_experts = np.array(
        [found.weights[place[item.theme]] / counts[place[item.theme]] for item in items]
    )
    try:
        weights = capped(mixed(by_experts, entropy_weights(scores), experts.alpha), experts.cap)
    except ValueError as error:
        raise _refused(matrix, str(error)) from error
    codes = [item.code for item in items]
    return Weighed(matrix.dimension, dict(zip(codes, _rounded(weights), strict=True)), found)


def weigh_dimensions(matrix: Matrix) -> Weighed:
    """The weights of the dimensions in the city's index, by the experts alone. Raises Refusal."""
    found = _judged(matrix)
    codes = [group.holds[0] for group in matrix.group]
    weights = _rounded(np.array(found.weights))
    return Weighed(matrix.dimension, dict(zip(codes, weights, strict=True)), found)


def _judged(matrix: Matrix) -> Judged:
    try:
        found = judged(full_matrix(matrix.judgements))
    except ValueError as error:
        raise _refused(matrix, str(error)) from error
    if len(found.weights) != len(matrix.group):
        reason = f"{len(found.weights)} members by its judgements, {len(matrix.group)} groups"
        raise _refused(matrix, reason)
    if not found.consistent:
        reason = f"CR {found.ratio:.3f} >= {BEST_RATIO:g}: the judgements contradict each other"
        raise _refused(matrix, reason)
    return found


def _rounded(weights: Floats, places: int = 4) -> list[float]:
    """To four places and still summing to 1: the largest remainders are rounded up."""
    unit = 10**places
    floor = np.floor(weights * unit + 1e-9)
    missing = round(unit - floor.sum())
    order = np.argsort(-(weights * unit - floor), kind="stable")
    floor[order[:missing]] += 1
    return [round(value / unit, places) for value in floor.tolist()]


def _refused(matrix: Matrix, reason: str) -> Refusal:
    return Refusal(message("rules.experts", dimension=matrix.dimension, reason=reason))
