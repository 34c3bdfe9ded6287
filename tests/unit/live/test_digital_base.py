"""The digital base and a theme, sorted from small catalogues by hand."""

from app.core.catalog import HOUR, Catalog, Direction, Quantity, Thresholds
from app.core.directory import Theme
from app.core.health import FeedHealth, FeedState
from app.core.model import (
    AlarmKind,
    Event,
    EventStatus,
    Level,
    Sourced,
    Warning,
    WarningState,
    World,
)
from app.live.digital_base import base_of, integration
from app.live.picture import Picture
from app.live.theme_state import (
    Open,
    bureaus_of,
    by_kind,
    members,
    open_matters,
    told_by_district,
)

NOW = 1_784_268_202_000
LIMITS = Thresholds(best=0, good=1, watch=2, yellow=3, orange=4, red=5)


def quantity(code: str, theme: str = "digital_base", **more: object) -> Quantity:
    fields: dict[str, object] = {
        "code": code, "name_zh": code, "name_en": code, "unit": "", "period_ms": HOUR,
        "theme": theme, "direction": Direction.NEGATIVE, "thresholds": LIMITS,
    }  # fmt: skip
    return Quantity(**(fields | more))  # type: ignore[arg-type]


def catalog(*quantities: Quantity) -> Catalog:
    return Catalog(quantities={item.code: item for item in quantities})


def test_the_four_systems_are_there_even_without_an_indicator():
    base = base_of(
        catalog(
            quantity("data.catalogs"), quantity("cloud.cpu"), quantity("net.attacks"),
            quantity("data.exchange_fail"), quantity("flood.level", "flood"),
            quantity("data.other", "economy"),
        )
    )  # fmt: skip
    assert [(one.code, one.indicators) for one in base.systems] == [
        ("cloud", ("cloud.cpu",)), ("data", ("data.exchange_fail",)), ("video", ()),
        ("meeting", ()),
    ]  # fmt: skip
    assert base.holdings == ("data.catalogs",) and base.rest == ("net.attacks",)


def feed(name: str, state: FeedState, last: int = NOW) -> FeedHealth:
    return FeedHealth(name, name, name, state, NOW, last_message=last)


def test_lines_are_counted_by_state_and_the_longest_silent_come_first():
    found = integration(
        [
            feed("a", FeedState.LIVE), feed("b", FeedState.LATE, NOW - 5),
            feed("c", FeedState.LOST, NOW - 9), feed("d", FeedState.REFUSED, 0),
            feed("e", FeedState.STARTING),
        ]
    )  # fmt: skip
    assert (found.total, found.live, found.late, found.lost, found.starting) == (5, 1, 1, 2, 1)
    assert [one.feed for one in found.unwell] == ["d", "c", "b"]


THEMES = [
    Theme("flood", "防汛", "Flood", "city", "water"),
    Theme("traffic", "交通", "Traffic", "city", "transport"),
    Theme("s_food", "食品", "Food", "scenario"),
    Theme("governance", "治理", "Governance", "city"),
    Theme("odd", "其他", "Odd", "unheard-of"),
]


def test_themes_stand_under_their_headings():
    found = [(kind, [theme.code for theme in group]) for kind, group in by_kind(THEMES)]
    assert found == [
        ("pillar", ["governance", "traffic"]), ("city", ["flood", "odd"]),
        ("scenario", ["s_food"]),
    ]  # fmt: skip


def test_what_is_open_is_counted_for_the_bureaus_of_a_theme():
    known = catalog(quantity("a.level", "flood", bureau="emergency"), quantity("b", "x"))
    theme = THEMES[0]
    assert members(known, "flood") == ("a.level",)
    bureaus = bureaus_of(known, theme)
    assert bureaus == {"water", "emergency"}
    picture = Picture({}, World.DEMO)
    key = "reading/a.level/320800"
    picture.apply_records(
        Sourced("s", NOW, record)
        for record in (
            Warning("1", AlarmKind.LIMIT, Level.RED, "t", NOW, NOW, key=key),
            Warning("2", AlarmKind.TARGET, Level.NONE, "t", NOW, NOW, key=key),
            Warning("3", AlarmKind.HINT, Level.RED, "t", NOW, NOW, model="ponding"),
            Warning("4", AlarmKind.HINT, Level.RED, "t", NOW, NOW, model="surge"),
            Warning(
                "5", AlarmKind.LIMIT, Level.RED, "t", NOW, NOW, WarningState.CANCELLED, key=key
            ),
            Event("6", "X", NOW, NOW, bureau="water"),
            Event("7", "X", NOW, NOW, EventStatus.CLOSED, bureau="water"),
            Event("8", "X", NOW, NOW, bureau="urban"),
        )
    )
    owners = {"ponding": "water", "surge": "approval"}
    found = open_matters(picture, bureaus, {"a.level"}, owners, NOW)
    assert found == Open(warnings=2, targets=1, events=1)


def test_districts_are_told_apart_by_the_weightiest_that_two_have():
    known = catalog(
        quantity("a", "flood", weight=0.3), quantity("b", "flood", weight=0.2),
        quantity("c", "flood", weight=0.1),
    )  # fmt: skip
    held = {f"reading/{code}/{region}" for code in "bc" for region in ("1", "2")}
    held.add("reading/a/1")
    assert told_by_district(known, "flood", held, ("1", "2")) == "b"
    assert told_by_district(known, "flood", set(), ("1", "2")) == ""
    index = {f"reading/index.theme.flood/{region}" for region in ("1", "2")}
    assert told_by_district(known, "flood", held | index, ("1", "2")) == "index.theme.flood"
