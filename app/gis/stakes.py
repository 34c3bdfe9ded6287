"""公里桩号: `G25 K12+300` to a place, between the kilometre posts of a table.

Between two posts of one road the way is taken as straight, and as evenly long as the posts say;
over a gap of more than GAP_KM nothing is said.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

import msgspec

from app.core.privacy import Privacy
from app.gis.places import STAKE, Place

GAP_KM = 5.0
_STAKE = re.compile(
    r"([GSXYCZ]\d{1,4}|[\u4e00-\u9fff]{2,12}?)(?:线|高速)?\s*[,，]?\s*"
    r"[Kk桩]?号?\s*[Kk](\d{1,4})(?:\s*\+\s*(\d{1,3}(?:\.\d+)?))?\s*(?:米|m)?",
    re.IGNORECASE,
)


class Stake(NamedTuple):
    """A road's name in capitals, and kilometres from its beginning."""

    road: str
    km: float

    def text(self) -> str:
        """`G25 K12+300`."""
        metres = round(self.km * 1000)
        return f"{self.road} K{metres // 1000}+{metres % 1000:03d}"


class StakePlace(msgspec.Struct, frozen=True):
    """Where a stake is; `between` are the posts that it was reckoned from, equal for a post."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    stake: Stake
    lon: float
    lat: float
    between: tuple[str, str]


def parse_stake(text: str) -> Stake | None:
    """The stake of a text; None where it is none."""
    found = _STAKE.fullmatch(text.strip()) if len(text) <= 60 else None
    if found is None:
        return None
    return Stake(found[1].upper(), int(found[2]) + float(found[3] or 0) / 1000)


class Stakes:
    """The posts of every road, in order."""

    def __init__(self, places: Iterable[Place]) -> None:
        roads: dict[str, dict[float, Place]] = {}
        for place in places:
            stake = parse_stake(place.id) if place.kind == STAKE else None
            if stake is not None:
                roads.setdefault(stake.road, {})[stake.km] = place
        self._roads = {road: sorted(posts.items()) for road, posts in roads.items()}

    def find(self, stake: Stake) -> StakePlace | None:
        """Where it is; None where no posts are near enough to say."""
        posts = self._roads.get(stake.road, [])
        at = bisect_left(posts, stake.km, key=lambda post: post[0])
        if at < len(posts) and posts[at][0] == stake.km:
            here = posts[at][1]
            return StakePlace(stake, here.lon, here.lat, (here.id, here.id))
        if not 0 < at < len(posts) or posts[at][0] - posts[at - 1][0] > GAP_KM:
            return None
        (low, before), (high, after) = posts[at - 1], posts[at]
        share = (stake.km - low) / (high - low)
        return StakePlace(
            stake,
            before.lon + share * (after.lon - before.lon),
            before.lat + share * (after.lat - before.lat),
            (before.id, after.id),
        )
