"""A value as it stands on the screen: with its age, its state and its level."""

from app.core.catalog import Catalog, Direction, Quantity, Thresholds
from app.core.health import FeedHealth, FeedState
from app.core.model import Freshness, Level, Origin, Reading, World
from app.live.picture import Picture
from app.live.view import ValueView, value_view

KEY = "reading/water.level/320812/jiangba"
LOOSE = "reading/no.such/320812"
LEVEL = Quantity(
    "water.level",
    "水位",
    "Water level",
    "m",
    period_ms=60_000,
    lag_ms=5_000,
    decimals=2,
    direction=Direction.NEGATIVE,
    thresholds=Thresholds(watch=13.0, red=14.5),
)
CATALOG = Catalog({"water.level": LEVEL})


def picture(
    state: FeedState = FeedState.LIVE, world: World = World.REAL, lost_since: int = 0
) -> Picture:
    made = Picture({}, world)
    made.feeds["hydro"] = FeedHealth(
        "hydro", "水文", "hydro", state, at=0, expected_period_ms=10_000, lost_since=lost_since
    )
    return made


def view(made: Picture, now: int, key: str = KEY, **fields: object) -> ValueView:
    reading = Reading(key=key, **{"value": 13.2, "observed": 1_000_000, **fields})  # type: ignore[arg-type]
    made.apply_readings("hydro", 1_001_000, [(key, reading)])
    return value_view(made, CATALOG, key, now)


def test_a_live_value() -> None:
    seen = view(picture(), now=1_048_000)
    assert (seen.value, seen.unit, seen.decimals, seen.label_zh) == (13.2, "m", 2, "水位")
    assert (seen.age_ms, seen.as_of, seen.source) == (48_000, 1_000_000, "hydro")
    assert (seen.freshness, seen.mode, seen.level) == (Freshness.LIVE, "live", Level.BLUE)


def test_late_and_cached_follow_from_age_and_line() -> None:
    assert view(picture(), now=1_125_001).freshness is Freshness.LATE
    assert view(picture(FeedState.LOST), now=1_001_000).freshness is Freshness.CACHED
    lost = picture(FeedState.LOST, lost_since=1_010_000)
    assert view(lost, now=1_019_999).freshness is Freshness.LIVE  # it may be back in a moment
    assert view(lost, now=1_020_000).freshness is Freshness.CACHED


def test_the_age_of_a_statistic_counts_from_the_end_of_its_period() -> None:
    seen = view(picture(), now=1_090_000, valid_from=900_000, valid_to=960_000, observed=1_080_000)
    assert (seen.as_of, seen.age_ms, seen.freshness) == (960_000, 130_000, Freshness.LATE)


def test_a_source_whose_clock_is_ahead_has_no_negative_age() -> None:
    assert view(picture(), now=999_000).age_ms == 0


def test_no_value_yet() -> None:
    seen = value_view(picture(world=World.DEMO), CATALOG, KEY, 5)
    assert (seen.value, seen.as_of, seen.age_ms) == (None, None, None)
    assert (seen.freshness, seen.mode, seen.world) == (Freshness.NONE, "none", World.DEMO)
    assert seen.label_en == "Water level"


def test_the_reading_may_name_its_own_world() -> None:
    assert view(picture(world=World.DEMO), now=1_000_000).mode == "demo"
    seen = view(picture(world=World.DEMO), now=1_000_000, world=World.REPLAY)
    assert (seen.world, seen.mode) == (World.REPLAY, "replay")


def test_an_estimate_keeps_its_interval() -> None:
    seen = view(picture(), now=1_000_000, origin=Origin.ESTIMATED, low=12.9, high=13.6)
    assert (seen.mode, seen.low, seen.high) == ("estimated", 12.9, 13.6)


def test_a_code_in_no_catalogue_goes_by_the_period_of_its_feed() -> None:
    seen = view(picture(), now=1_020_000, key=LOOSE)
    assert (seen.label_zh, seen.unit, seen.period_ms) == ("no.such", "", 10_000)
    assert (seen.freshness, seen.level) == (Freshness.LIVE, Level.NONE)
    assert view(picture(), now=1_020_001, key=LOOSE).freshness is Freshness.LATE
