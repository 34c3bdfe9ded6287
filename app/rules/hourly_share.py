"""A share in percent that this program counts itself and keeps as a value of each hour, so that a
day, a week and a month are means of hours.

Its key is `reading/<code>/<region>[/<by>:<group>]`: of a city or a district as a whole, or of those
of the city's that have one kind, bureau, platform or domain.
"""

from app.core import keys
from app.core.catalog import HOUR, MINUTE, Direction, Period, Quantity


def hourly_share(code: str, name_zh: str, name_en: str) -> Quantity:
    """The quantity of such a share, from 0 to 100; more is better, and it is no indicator."""
    return Quantity(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
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


def share_key(share: str, region: str, by: str = "", code: str = "") -> str:
    """The key of a region's share, or of that of one group in it."""
    return keys.reading_key(share, region, f"{by}:{code}" if by else "")
