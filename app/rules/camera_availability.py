"""The availability of cameras as a quantity of its own, counted by this program from what platforms
say each minute: the mean of each hour, so that a day, a week and a month are means of hours.

Its key is `reading/video.availability/<region>[/<by>:<code>]`: of the city or a district as a
whole, or of the city's cameras of one kind of place, bureau or platform. An hour in which no
platform answered has no reading: nobody knows how its cameras were.

`video.networked` (联网率) has the same keys: of the cameras that platforms list, the share of which
a platform says at all how they are. A city's target may name either as its indicator.
"""

from app.rules.hourly_share import hourly_share, share_key

CODE, NETWORKED_CODE = "video.availability", "video.networked"
SOURCE = "camera-book"
"""The source of what this program counts itself."""

AVAILABILITY = hourly_share(CODE, "视频可用率", "Availability of cameras")
NETWORKED = hourly_share(NETWORKED_CODE, "视频联网率", "Networked cameras")
MEASURED = {AVAILABILITY.code: AVAILABILITY, NETWORKED.code: NETWORKED}
"""What this program measures of cameras itself, by code."""


def camera_availability_key(region: str, by: str = "", code: str = "", of: str = CODE) -> str:
    """The key of a region, or of one kind, bureau or platform in it; `of` one of `MEASURED`."""
    return share_key(of, region, by, code)
