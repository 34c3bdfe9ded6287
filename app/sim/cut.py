"""The scenario `cut`: half a minute after the start one network of the city is gone for a while.

Whoever connects to a system behind it (`/<feed>` of the simulator's address) is cut off and refused
until it is back, so that a seat sees lines that break, and not only values that stop.
"""

from typing import ClassVar

import msgspec

from app.config import CityConfig
from app.core.catalog import MINUTE, SECOND
from app.core.model import Ms
from app.core.privacy import Privacy
from app.rules.causes import closure

AFTER = 30 * SECOND
LASTS = 40 * MINUTE


class Cut(msgspec.Struct, frozen=True):
    """From `since` until `until` the lines of these feeds do not stand."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    since: Ms
    until: Ms
    feeds: frozenset[str]

    def breaks(self, path: str, now: Ms) -> bool:
        """Whether a line to a path is broken now."""
        return self.since <= now < self.until and path.strip("/") in self.feeds


def cut_of(config: CityConfig, begin: Ms) -> Cut | None:
    """The cut of the city's first `[[link]]` of the kind line; None for a city that has none."""
    lines = [link.id for link in config.link if link.kind == "line"]
    if not lines:
        return None
    above = {link.id: link.depends for link in config.link}
    feeds = {feed.id for feed in config.feed if lines[0] in closure(feed.depends, above)}
    return Cut(begin + AFTER, begin + AFTER + LASTS, frozenset(feeds))
