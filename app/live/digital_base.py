"""数字底座: the systems that everything stands on, what data there are, how the lines stand."""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from app.core.catalog import Catalog
from app.core.health import FeedHealth, FeedState
from app.core.privacy import Privacy

SYSTEMS = ("cloud", "data", "video", "meeting")
"""政务云, 大数据平台, 视频平台, 视频会议: the first part of their indicators' codes."""
THEME = "digital_base"
HOLDINGS = frozenset({"data.catalogs", "data.records", "data.departments", "data.systems"})
"""Counts of what is held rather than of how a system runs: catalogue classes, records, bureaus,
systems."""
_WELL = (FeedState.LIVE, FeedState.STARTING)


class System(msgspec.Struct, frozen=True):
    """One of the systems with the codes of the indicators that say how it runs; none is said so."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    indicators: tuple[str, ...]


class Base(msgspec.Struct, frozen=True):
    """What the panel is made of; `rest` are the indicators of the theme that are of no system."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    systems: tuple[System, ...]
    holdings: tuple[str, ...]
    rest: tuple[str, ...]


def base_of(catalog: Catalog) -> Base:
    """Sort the indicators of the digital base, in the order of the catalogue."""
    codes = [item.code for item in catalog.indicators if _belongs(item.code, item.theme)]
    holdings = tuple(code for code in codes if code in HOLDINGS)
    running = [code for code in codes if code not in HOLDINGS]
    found = tuple(
        System(name, tuple(code for code in running if _system(code) == name)) for name in SYSTEMS
    )
    return Base(found, holdings, tuple(code for code in running if _system(code) not in SYSTEMS))


def _system(code: str) -> str:
    return code.partition(".")[0]


def _belongs(code: str, theme: str) -> bool:
    return theme == THEME or _system(code) == "meeting"


class Integration(msgspec.Struct, frozen=True):
    """How the lines stand: how many there are of each state, and those that are not well, the
    longest silent first."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    total: int
    live: int
    late: int
    lost: int
    starting: int
    unwell: tuple[FeedHealth, ...]


def integration(feeds: Iterable[FeedHealth]) -> Integration:
    """Count the feeds; refused and stopped count as lost: nothing comes from them either."""
    found = list(feeds)
    states = [feed.state for feed in found]
    live, late, starting = (
        states.count(state) for state in (FeedState.LIVE, FeedState.LATE, FeedState.STARTING)
    )
    unwell = [feed for feed in found if feed.state not in _WELL]
    return Integration(
        total=len(found),
        live=live,
        late=late,
        lost=len(found) - live - late - starting,
        starting=starting,
        unwell=tuple(sorted(unwell, key=lambda feed: (feed.last_message, feed.feed))),
    )
