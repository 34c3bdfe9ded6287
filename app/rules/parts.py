"""Which indicators of a city can be scored for one of its districts."""

from app.core.catalog import Quantity

_SIZES = frozenset({"%", "‰", "无量纲", "分", "级", "℃", "mm", "cm", "m", "NTU", "MPa", "dB"})
_SPANS = frozenset({"天", "工作日", "小时", "分钟", "秒", "d", "h", "min", "s", "ms"})
_OF_ANY_PART = _SIZES | _SPANS
"""Units of what a part has as the whole has it; a quotient (µg/m³, 件/万人, km/h) is one always."""


def holds_for_parts(quantity: Quantity) -> bool:
    """Whether the thresholds of the whole mean the same for a part.

    A count or a sum (件, 万人, 亿元) is smaller in a district only because the district is: against
    the city's limits each district would look better than its city.
    """
    return quantity.unit in _OF_ANY_PART or "/" in quantity.unit
