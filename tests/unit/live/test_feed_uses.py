"""What depends on a feed, and its day against the same weekday."""

from zoneinfo import ZoneInfo

from app.core.catalog import Catalog
from app.core.index import IndexPlan, Part
from app.core.model import DeviceState, DeviceStatus, Freshness, Reading, Sourced, World
from app.live.feed_uses import UsedIndex, feed_uses
from app.live.feed_volume import asked_from, feed_day
from app.live.picture import Picture
from app.store.feed_history import FeedVolume

ZONE = ZoneInfo("Asia/Shanghai")
HOUR, DAY = 3_600_000, 86_400_000
NOW = 1_784_268_202_125  # 2026-07-17 14:03:22 in China
MIDNIGHT = 1_784_217_600_000


def part(code: str, weight: float, source: str) -> Part:
    key = f"reading/{code}/320800"
    return Part(code, key, weight, weight, 1.0, 50.0, 1.0, Freshness.LIVE, NOW, source)


def test_indicators_layers_and_records_of_one_feed() -> None:
    picture = Picture({}, World.DEMO)
    for number, feed in enumerate(("air", "air", "bus")):
        reading = Reading(f"reading/air.pm25/32080{number}", 30.0, NOW - number)
        picture.apply_readings(feed, NOW, [(reading.key, reading)])
    picture.apply_records([Sourced("air", NOW, DeviceStatus("a:1", NOW, DeviceState.ONLINE))])
    found = feed_uses(picture, Catalog(), "320800", "air")
    assert [(item.code, item.keys, item.key) for item in found.indicators] == [
        ("air.pm25", 2, "reading/air.pm25/320800")
    ]
    assert found.matters == (("devicestatus", 1),)
    assert found.indices == () and found.layers == ()


def test_the_share_of_an_index_goes_through_indices() -> None:
    """city = 0.25 pressure + 0.75 a; pressure = 0.6 air + 0.4 bus: 0.25 * 0.6 = 15 % on air."""
    picture = Picture({}, World.DEMO)
    book = picture.indices
    parts = {
        "index.city": (part("index.pressure", 0.25, "index:1"), part("a", 0.75, "other")),
        "index.pressure": (part("b", 0.6, "air"), part("c", 0.4, "bus")),
    }
    book.parts_of = lambda key: parts.get(key.split("/")[1], ())
    specs = dict.fromkeys(parts)
    plan = IndexPlan(specs=specs)  # type: ignore[arg-type]
    book.plan = plan
    found = feed_uses(picture, Catalog(plan=plan), "320800", "air").indices
    assert [(item.code, round(item.share, 4)) for item in found] == [
        ("index.pressure", 0.6),
        ("index.city", 0.15),
    ]
    assert isinstance(found[0], UsedIndex)


def test_a_day_against_the_same_weekday() -> None:
    first = MIDNIGHT // HOUR
    volumes = [FeedVolume("air", first + hour, 100) for hour in range(14)]
    volumes += [FeedVolume("air", first + 14, 5, rejected=2, gaps=7)]  # the running hour
    for week in (1, 2, 3):
        volumes += [FeedVolume("air", first - week * 168 + h, 100 * week) for h in range(24)]
    day = feed_day(volumes, NOW, ZONE)
    assert day.hours[:15] == (100,) * 14 + (5,) and day.hours[15:] == (None,) * 9
    assert day.usual == (200.0,) * 24 and day.weeks == 3
    assert (day.so_far, day.usual_so_far) == (1400, 2800.0), "full hours only"
    assert (day.rejected, day.gaps) == (2, 7)


def test_an_hour_of_which_nothing_was_kept_is_no_nought() -> None:
    first = MIDNIGHT // HOUR
    day = feed_day([FeedVolume("air", first + 2, 0)], NOW, ZONE)
    assert day.hours[:3] == (None, None, 0) and day.weeks == 0
    assert asked_from(NOW, ZONE) == MIDNIGHT - 56 * DAY
