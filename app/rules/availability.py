"""The availability of sensing devices as a quantity of its own, so that its history, trend and
comparisons are those of any other value.

Its key is `reading/device.availability/<region>[/<by>:<code>]`: of the city or a district as a
whole, or of the city's devices of one kind, bureau or domain.
"""

from app.rules.hourly_share import hourly_share, share_key

CODE = "device.availability"
SOURCE = "device-book"
"""The source of what this program counts itself."""

AVAILABILITY = hourly_share(CODE, "感知设备可用率", "Availability of devices")


def availability_key(region: str, by: str = "", code: str = "") -> str:
    """The key of the availability of a region, or of one kind, bureau or domain in it."""
    return share_key(CODE, region, by, code)
