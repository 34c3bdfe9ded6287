"""The availability of cameras as a quantity of its own, counted by this program from what platforms
say each minute: the mean of each hour, so that a day, a week and a month are means of hours.

Its key is `reading/video.availability/<region>[/<by>:<code>]`: of the city or a district as a
whole, or of the city's cameras of one kind of place, bureau or platform. An hour in which no
platform answered has no reading: nobody knows how its cameras were.

`video.networked` (联网率) has the same keys: of the cameras that platforms list, the share of which
a platform says at all how they are. A city's target may name either as its indicator.
"""

import msgspec

from app.core import keys
from app.core.catalog import HOUR, MINUTE, Direction, Period, Quantity

CODE, NETWORKED_CODE = "video.availability", "video.networked"
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


NETWORKED = msgspec.structs.replace(
    AVAILABILITY, code=NETWORKED_CODE, name_zh="视频联网率", name_en="Networked cameras"
)
MEASURED = {AVAILABILITY.code: AVAILABILITY, NETWORKED.code: NETWORKED}
"""What this program measures of cameras itself, by code."""


def camera_availability_key(region: str, by: str = "", code: str = "", of: str = CODE) -> str:
    """The key of a region, or of one kind, bureau or platform in it; `of` one of `MEASURED`."""
    return keys.reading_key(of, region, f"{by}:{code}" if by else "")
