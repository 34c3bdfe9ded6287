"""A small city with three indices over five indicators of two bureaus, fed by hand."""

from pathlib import Path

from app.core.catalog import Catalog, Direction, Quantity, Region, Thresholds
from app.core.clock import ManualClock
from app.core.health import FeedHealth, FeedState
from app.core.index import IndexKind, IndexPlan, IndexSpec, Member
from app.core.keys import reading_key
from app.core.model import Reading, World
from app.live.hub import Hub, Subscription
from app.live.indices import Indices
from app.live.picture import Picture
from app.rules.plan import index_quantities, plan_of
from tests.helpers.store import NOW, open_store

CITY, DISTRICT = "320800", "320812"
LIMITS = Thresholds(best=100, good=85, watch=70, yellow=60, orange=40, red=20)
MINUTE = 60_000
PRESSURE, VITALITY, TOTAL = (
    reading_key(f"index.{name}", CITY) for name in ("pressure", "vitality", "city")
)
SPECS = (
    IndexSpec(
        "index.pressure", IndexKind.DIMENSION, "压力", "Pressure",
        (Member("a.one", 0.5), Member("a.two", 0.3), Member("b.one", 0.2)), higher_is_worse=True,
    ),
    IndexSpec(
        "index.vitality", IndexKind.DIMENSION, "活力", "Vitality",
        (Member("b.two", 0.6), Member("b.three", 0.4)),
    ),
    IndexSpec(
        "index.city", IndexKind.CITY, "综合", "City",
        (Member("index.pressure", 0.5), Member("index.vitality", 0.5)),
    ),
)  # fmt: skip


def quantity(code: str, **more: object) -> Quantity:
    """With its thresholds a value from 20 to 100 is its own score."""
    fields: dict[str, object] = {
        "name_zh": code, "name_en": code, "unit": "%", "period_ms": MINUTE, "bureau": code[0],
        "direction": Direction.POSITIVE, "thresholds": LIMITS, "dimension": "pressure",
    }  # fmt: skip
    return Quantity(code, **{**fields, **more})  # type: ignore[arg-type]


def catalog(quantities: dict[str, Quantity] | None = None) -> Catalog:
    """The catalogue of the small city."""
    codes = ("a.one", "a.two", "b.one", "b.two", "b.three")
    leaves = {code: quantity(code) for code in codes} | (quantities or {})
    plan: IndexPlan = plan_of(SPECS, leaves)
    regions = {code: Region(code, code, code, code) for code in (CITY, DISTRICT)}
    return Catalog({**leaves, **index_quantities(plan, leaves)}, {}, regions, "v", plan)


class SmallCity:
    """Picture, hub, store and indices; feed `a` and `b` bring what begins with their letter."""

    def __init__(self, folder: Path, quantities: dict[str, Quantity] | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.catalog = catalog(quantities)
        self.store = open_store(folder, self.clock)
        self.hub = Hub()
        self.picture = Picture({"a": 10, "b": 10, "server": 5}, World.REAL)
        for feed in ("a", "b"):
            self.line(feed)
        self.indices = Indices(self.picture, self.catalog, CITY, self.hub, self.clock, self.store)
        self.store.queries.index_source = self.indices.source
        self.news: Subscription = self.hub.subscribe()

    def line(self, feed: str, *, up: bool = True, lost: int = 0) -> None:
        """A feed comes or goes."""
        state = FeedState.LIVE if up else FeedState.LOST
        since = 0 if up else lost or self.clock.now()
        self.picture.feeds[feed] = FeedHealth(
            feed, feed, feed, state, self.clock.now(), lost_since=since
        )

    def bring(self, *, region: str = CITY, **values: float) -> None:
        """Values observed now; `a_one=80` is a value of `a.one`."""
        for name, value in values.items():
            code = name.replace("_", ".")
            self.bring_key(reading_key(code, region), value, code[0])
        self.indices.follow()

    def bring_key(self, key: str, value: float, source: str) -> None:
        """One value of a key, not yet followed."""
        now = self.clock.now()
        reading = Reading(key=key, value=value, observed=now)
        self.indices.mark(self.picture.apply_readings(source, now, [(key, reading)]))

    def bring_all(self) -> None:
        """80, 60, 40 of pressure (66, shown 34); 50 and 100 of vitality (70); the city 68."""
        self.bring(a_one=80, a_two=60, b_one=40, b_two=50, b_three=100)
