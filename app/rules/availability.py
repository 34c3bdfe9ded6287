"""The availability of sensing devices as a quantity of its own, so that its history, trend and
comparisons are those of any other value.

Its key is `reading/device.availability/<region>[/<by>:<code>]`: of the city or a district as a
whole, or of the city's devices of one kind, bureau or domain.
"""

from app.core import keys
from app.core.catalog import HOUR, MINUTE, Direction, Period, Quantity

CODE = "device.availability"
SOURCE = "device-book"
"""The source of what this program counts itself."""

AVAILABILITY = Quantity(
    code=CODE,
    name_zh="感知设备可用率",
    name_en="Availability of devices",
    unit="%",
    period_ms=HOUR,
    lag_ms=10 * MINUTE,
    decimals=1,
    direction=Direction.POSITIVE,
    valid_min=0.0,
    valid_max=100.0,
    period=Period.HOUR,
    is_indicator=False,
)


def availability_key(region: str, by: str = "", code: str = "") -> str:
    """The key of the availability of a region, or of one kind, bureau or domain in it."""
    return keys.reading_key(CODE, region, f"{by}:{code}" if by else "")
