"""Numbers in labels and legends: how they are written, and the round steps of a legend."""

import math

from app.core.catalog import DIMENSIONLESS, Quantity
from app.gis.layer import Ask

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


def written(value: float, decimals: int) -> str:
    """`1,234.5`; never a negative zero."""
    return f"{round(value, decimals) + 0.0:,.{max(0, decimals)}f}"


def unit_of(quantity: Quantity, ask: Ask) -> str:
    """The unit in the language of the labels; none for a plain number."""
    if quantity.unit == DIMENSIONLESS:
        return ""
    return ask.pick(quantity.unit, quantity.unit_en or quantity.unit)


def round_breaks(low: float, high: float, most: int = 6, finest: float = 0.0) -> tuple[float, ...]:
    """The limits of classes between two values: multiples of 1, 2, 2.5 or 5 times a power of ten,
    the first not above `low`, the last above `high`, at most `most` classes; of these the finest.
    Where all is one value, one class of it. A step is a multiple of `finest`, a power of ten: what
    is counted has no class of 1.2 to 1.4."""
    if not high > low:
        step = max(finest, 10.0 ** math.floor(math.log10(abs(low))) if low else 1.0)
        begin = math.floor(low / step) * step
        return (_clean(begin, step), _clean(begin + step, step))
    size = max(finest, 10.0 ** math.floor(math.log10((high - low) / most)))
    for factor in (*_ROUND, 20.0, 25.0, 50.0):
        step = size * factor
        if finest and abs(step / finest - round(step / finest)) > 1e-9:
            continue
        first, last = math.floor(low / step + 1e-9), math.floor(high / step + 1e-9) + 1
        if last - first <= most:
            return tuple(_clean(number * step, step) for number in range(first, last + 1))
    raise AssertionError("a step of fifty times the size always fits")


def decimals_of(breaks: tuple[float, ...]) -> int:
    """How many decimals the limits need."""
    for decimals in range(7):
        if all(abs(round(value, decimals) - value) < 1e-9 for value in breaks):
            return decimals
    return 6


def _clean(value: float, step: float) -> float:
    """Without the dust of binary fractions."""
    return round(value, max(0, 2 - math.floor(math.log10(step)))) + 0.0
