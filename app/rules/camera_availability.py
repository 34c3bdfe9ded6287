"""The availability of cameras as a quantity of its own, counted by this program from what platforms
say each minute: the mean of each hour, so that a day, a week and a month are means of hours.

Its key is `reading/video.availability/<region>[/<by>:<code>]`: of the city or a district as a
whole, or of the city's cameras of one kind of place, bureau or platform. An hour in which no
platform answered has no reading: nobody knows how its cameras were.
"""

from app.core import keys
from app.core.catalog import HOUR, MINUTE, Direction, Period, Quantity

CODE = "video.availability"
SOURCE = "camera-book"
"""The source of what this program counts itself."""

AVAILABILITY = Quantity(
    code=CODE,
    name_zh="视频可用率",
    name_en="Availability of cameras",
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


def camera_availability_key(region: str, by: str = "", code: str = "") -> str:
    """The key of the availability of a region, or of one kind, bureau or platform in it."""
    return keys.reading_key(CODE, region, f"{by}:{code}" if by else "")
