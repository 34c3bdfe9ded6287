"""The rules that a city's lists keep to; what breaks one is a fault with file, line and column."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from app.catalogue.faults import Faults
from app.catalogue.rows import IndicatorRow, MetricRow, parse_lag
from app.core.catalog import Direction
from app.rules.plan import DIMENSIONS

Lines = Sequence[tuple[int, Any]]
"""The rows of one file, each with its line."""

_UPPER = ("best", "good", "watch", "yellow", "orange", "red")
_LOWER = ("best", "good_low", "watch_low", "yellow_low", "orange_low", "red_low")


def check_twice(file: str, column: str, lines: Lines, faults: Faults) -> None:
    """What must be unique stands once."""
    first: dict[str, int] = {}
    for line, row in lines:
        code = getattr(row, column)
        if code in first:
            faults.add("cities.twice", file, line, column, code=code, first=first[code])
        first.setdefault(code, line)


def check_known(
    file: str, column: str, lines: Lines, known: Collection[str], where: str, faults: Faults
) -> None:
    """What a column names stands in another file; an empty cell names nothing."""
    for line, row in lines:
        code = getattr(row, column)
        if code and code not in known:
            faults.add("cities.unknown", file, line, column, code=code, known=where)


def check_indicators(lines: Sequence[tuple[int, IndicatorRow]], faults: Faults) -> None:
    """Dimension, lag, weight, limits in their order and inside the possible range."""
    file = "indicators.csv"
    for line, row in lines:
        if row.dimension and row.dimension not in DIMENSIONS:
            known = " ".join(DIMENSIONS)
            faults.add("cities.unknown", file, line, "dimension", code=row.dimension, known=known)
        if parse_lag(row.usual_lag) is None:
            faults.add("cities.span", file, line, "usual_lag", value=row.usual_lag)
        if not 0.0 <= row.weight_in_dimension <= 1.0:
            column, value = "weight_in_dimension", row.weight_in_dimension
            faults.add("cities.weight", file, line, column, code=row.code, value=value)
        for chain in _chains(row):
            _check_chain(file, line, row.code, chain, faults)
        _check_range(file, line, row, faults)


def check_metrics(lines: Sequence[tuple[int, MetricRow]], faults: Faults) -> None:
    """Limits in their order and inside the possible range."""
    for line, row in lines:
        limits = _stated(row, _UPPER)
        falling = row.direction is Direction.POSITIVE
        _check_chain("metrics.csv", line, row.code, limits[::-1] if falling else limits, faults)
        _check_range("metrics.csv", line, row, faults)


def _chains(row: IndicatorRow) -> Iterable[list[tuple[str, float]]]:
    """The limits of each side, in the order in which their values must rise."""
    upper = _stated(row, _UPPER)
    yield upper[::-1] if row.direction is Direction.POSITIVE else upper
    if row.direction is Direction.BAND:
        yield _stated(row, _LOWER)[::-1]


def _stated(row: msgspec.Struct, names: Iterable[str]) -> list[tuple[str, float]]:
    found = ((name, getattr(row, name, None)) for name in names)
    return [(name, value) for name, value in found if value is not None]


def _check_chain(
    file: str, line: int, code: str, chain: Sequence[tuple[str, float]], faults: Faults
) -> None:
    """Each limit is larger than the one before; only best and good may be the same."""
    for (low, less), (high, more) in pairwise(chain):
        if less > more or (less == more and {low, high} != {"best", "good"}):
            faults.add(
                "cities.order", file, line, high, code=code, value=more, other=low, limit=less
            )


def _check_range(file: str, line: int, row: IndicatorRow | MetricRow, faults: Faults) -> None:
    low, high = row.valid_min, row.valid_max
    if low is not None and high is not None and low >= high:
        faults.add(
            "cities.order",
            file,
            line,
            "valid_max",
            code=row.code,
            value=high,
            other="valid_min",
            limit=low,
        )
        return
    for column, value in _stated(row, dict.fromkeys((*_UPPER, *_LOWER))):
        if (low is not None and value < low) or (high is not None and value > high):
            faults.add("cities.range", file, line, column, code=row.code, value=value)


def codes(lines: Lines, column: str = "code") -> Mapping[str, int]:
    """The line of each code of a file."""
    return {getattr(row, column): line for line, row in lines}
