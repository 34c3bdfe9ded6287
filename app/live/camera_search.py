"""Cameras looked for by place: what a seat's lists of cameras show instead of groups.

Only commands write it; a change is published as `Kind.SEAT` with the key `cameras/search`.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.model import Latitude, Longitude, Ms
from app.core.privacy import Privacy
from app.live.camera_offers import PREFIX

SEARCH_KEY = f"{PREFIX}search"
NEAREST, MOST = 12, 200
FACING_REACH_M = 100
"""How far away a camera is still said to look at a place."""


class By(StrEnum):
    """How cameras are looked for."""

    NEAR = "near"  # the nearest to a place
    FACING = "facing"  # those that look at a place
    AREA = "area"  # those in the area that is drawn on a map


class CameraSearch(msgspec.Struct, frozen=True):
    """What is looked for: cameras `by` a place in WGS-84 degrees, or by the area of `map`, which
    is followed as it changes. `about` is the key of what stands there, or empty."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    by: By
    lon: Longitude = 0.0
    lat: Latitude = 0.0
    count: int = NEAREST
    reach_m: int = FACING_REACH_M
    map: str = ""
    about: str = ""
    at: Ms = 0
