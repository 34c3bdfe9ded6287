"""A seat's living parts without feeds and processes: the real picture, hub, clock and catalogue.

For tests of windows and panels. Nothing here stands in for the product's code; a test that needs
history or commands composes the real store and commands beside it.
"""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from app.config import CityConfig
from app.core.catalog import Catalog, Quantity
from app.core.clock import ManualClock
from app.core.health import FeedHealth, FeedState
from app.core.i18n import translator
from app.core.keys import reading_key
from app.core.model import Reading, World
from app.live.alarms import Board
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.seat import Seat
from widgets.bridge import Bridge
from widgets.context import Context
from widgets.selection import Selection
from widgets.theme import WallProfile, load_theme

NOW = 1_784_268_202_000  # 2026-07-17T06:03:22Z, 14:03:22 in the city
REGION = "320800"


@dataclass
class TestCity:
    """What the windows read of a city."""

    __test__ = False

    name: str = "huaian"
    config: CityConfig = field(
        default_factory=lambda: CityConfig(
            code=REGION,
            name_zh="淮安市",
            name_en="Huai'an",
            centre_name_zh="淮安市城市运行管理中心",
            centre_name_en="Huai'an City Operations Centre",
            world=World.DEMO,
        )
    )
    catalog: Catalog = field(
        default_factory=lambda: Catalog(
            quantities={
                "hotline.calls": Quantity(
                    "hotline.calls", "12345 受理", "12345 calls", "件/时", 5000
                ),
                "water.level": Quantity(
                    "water.level", "水位", "Water level", "m", 60_000, decimals=2
                ),
            }
        )
    )


@dataclass
class NoHistory:
    """A seat whose store is not part of the test; asking it fails loudly."""

    queries: Any = None


@dataclass
class TestSeat:
    """The runtime's shape, filled by hand; give `store` and `commands` where a test needs them."""

    __test__ = False

    city: TestCity = field(default_factory=TestCity)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    hub: Hub = field(default_factory=Hub)
    store: Any = field(default_factory=NoHistory)
    commands: Any = None

    def __post_init__(self) -> None:
        self.picture = Picture({}, self.city.config.world)
        self.seat = Seat("desk")
        self.board = Board(self.picture, self.clock)

    def take(self, desk: Any) -> None:
        """The parts of a desk with real commands in place of its own."""
        self.hub, self.picture, self.seat = desk.hub, desk.picture, desk.seat
        self.clock, self.commands = desk.clock, desk.commands

    @property
    def catalog(self) -> Catalog:
        """The city's."""
        return self.city.catalog

    def read(self, code: str, value: float, *, age_ms: int = 0, feed: str = "feed-a") -> str:
        """A reading arrives from a feed that is there; gives its key."""
        now = self.clock.now()
        self.feed(feed, FeedState.LIVE)
        key = reading_key(code, REGION)
        changed = self.picture.apply_readings(
            feed, now, [(key, Reading(key=key, value=value, observed=now - age_ms))]
        )
        self.hub.publish(Kind.READING, changed)
        return key

    def feed(self, feed: str, state: FeedState) -> None:
        """A feed's line comes or goes."""
        self.picture.feeds[feed] = FeedHealth(
            feed=feed, name_zh=feed, name_en=feed, state=state, at=self.clock.now()
        )
        self.hub.publish(Kind.FEED, (feed,))


def context_of(
    seat: Any, bridge: Bridge, *, kind: str = "desk", language: str = "zh_CN"
) -> Context:
    """A context for one panel on a seat."""
    profile = WallProfile()
    return Context(
        spine=seat,
        bridge=bridge,
        selection=Selection(seat.hub),
        theme=load_theme(kind, wall=profile, reduced=True),
        profile=profile,
        translator=translator(language),
        seat=kind,
        zone=ZoneInfo(seat.city.config.zone),
    )
