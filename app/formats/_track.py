"""Whether a track can be right: the checker that every source of moving things shares.

What is judged is one identity's way from fix to fix, not where it is: a ship in a field may lie in
a dock. The longer story is believed: where a fix lies farther than the thing could have gone, the
places it was at before stay right, until those of the new story have gone on as long as the old
one had (at most `SETTLE_MS`). So one wild fix is one wild fix, a receiver that is led astray for
minutes stays marked, and a first fix that was wrong does not condemn the right ones after it.
"""

import math
from collections import OrderedDict

from app.core.model import Ms

ZERO_PLACE = "zero_place"
"""Longitude and latitude 0: a receiver without a fix."""
JUMP = "jump"
"""Farther from where it was than it could have gone."""
TWO_PLACES = "two_places"
"""To and fro between two stories: two things under one identity, or a forged one."""

SETTLE_MS = 600_000
"""The longest that a new story must go on before it is believed."""
SLACK_MS = 2_000
"""How wrong the time of a fix may be: jitter of the way that it came."""
SLACK_M = 150.0
"""How wrong a place may be."""
FLIPS = 3
"""So many returns from one story to the other are no accident."""
MAX_IDS = 100_000
_NEAR_ZERO = 0.001  # degrees, 111 m
_STEPS = 3
_RADIUS_M = 6_371_008.8


class _Story:
    """Fixes of one identity that go together: the last one, since when, and how many."""

    __slots__ = ("lat", "lon", "observed", "since", "steps")

    def __init__(self, lon: float, lat: float, observed: Ms) -> None:
        self.lon = lon
        self.lat = lat
        self.observed = observed
        self.since = observed
        self.steps = 1

    def reaches(self, lon: float, lat: float, observed: Ms, limit: float) -> bool:
        """Whether the thing may have been there then."""
        seconds = (abs(observed - self.observed) + SLACK_MS) / 1000
        return distance(self.lon, self.lat, lon, lat) <= limit * seconds + SLACK_M

    def goes_on(self, lon: float, lat: float, observed: Ms) -> None:
        """A further fix; one from before the last is believed but moves nothing."""
        self.steps += 1
        if observed >= self.observed:
            self.lon, self.lat, self.observed = lon, lat, observed

    @property
    def length(self) -> Ms:
        """How long it has gone on."""
        return self.observed - self.since


class _Known:
    """What is known of one identity: the story that is believed, and one that contradicts it."""

    __slots__ = ("believed", "flips", "other")

    def __init__(self, believed: _Story) -> None:
        self.believed = believed
        self.other: _Story | None = None
        self.flips = 0  # odd: the last fix was of the other story


class Track:
    """Judges fixes; `limit_m_s` is the greatest speed of such things. Bounded: the identities that
    were silent longest are forgotten."""

    def __init__(self, limit_m_s: float, max_ids: int = MAX_IDS) -> None:
        self._limit = limit_m_s
        self._max = max_ids
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def judge(
        self, identity: str, lon: float, lat: float, observed: Ms, limit_m_s: float = 0.0
    ) -> str:
        """ "" for a fix (degrees, WGS-84) that can be right, else the word of the reason:
        ZERO_PLACE, JUMP or TWO_PLACES. `limit_m_s` is the speed of this very thing, if known."""
        if abs(lon) < _NEAR_ZERO and abs(lat) < _NEAR_ZERO:
            return ZERO_PLACE
        limit = limit_m_s or self._limit
        known = self._known.get(identity)
        if known is None:
            self._known[identity] = _Known(_Story(lon, lat, observed))
            if len(self._known) > self._max:
                self._known.popitem(last=False)
            return ""
        self._known.move_to_end(identity)
        other = known.other
        if other is not None and known.flips % 2 and other.reaches(lon, lat, observed, limit):
            return _goes_on_elsewhere(known, other, lon, lat, observed)
        if known.believed.reaches(lon, lat, observed, limit):
            known.believed.goes_on(lon, lat, observed)
            return _returned(known, observed)
        if other is not None and other.reaches(lon, lat, observed, limit):
            return _goes_on_elsewhere(known, other, lon, lat, observed)
        known.other, known.flips = _Story(lon, lat, observed), 1
        return JUMP


def distance(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Metres between two places on the mean sphere (haversine; 0.5 % off the ellipsoid)."""
    phi, to_phi = math.radians(lat), math.radians(to_lat)
    across = math.sin(math.radians(to_lon - lon) / 2) ** 2 * math.cos(phi) * math.cos(to_phi)
    half = math.sin((to_phi - phi) / 2) ** 2 + across
    return 2 * _RADIUS_M * math.asin(math.sqrt(min(1.0, half)))


def _returned(known: _Known, observed: Ms) -> str:
    """A fix of the believed story, perhaps after one of the other."""
    other = known.other
    if other is None:
        return ""
    if abs(observed - other.observed) > SETTLE_MS:
        known.other, known.flips = None, 0
        return ""
    if known.flips % 2:
        known.flips += 1
    return TWO_PLACES if known.flips >= FLIPS else ""


def _goes_on_elsewhere(known: _Known, other: _Story, lon: float, lat: float, observed: Ms) -> str:
    """A further fix of the story that contradicts the believed one."""
    other.goes_on(lon, lat, observed)
    if not known.flips % 2:
        known.flips += 1
    if known.flips >= FLIPS:
        return TWO_PLACES
    if other.steps >= _STEPS and other.length >= min(known.believed.length, SETTLE_MS):
        known.believed, known.other, known.flips = other, None, 0
        return ""
    return JUMP
