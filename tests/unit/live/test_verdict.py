"""The verdict in words, judged by hand on given indices."""

from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.core.health import FeedHealth, FeedState
from app.core.i18n import translator
from app.core.model import World
from app.live.headline import Standing, board_specs, judged
from app.live.index_book import IndexBook
from app.live.picture import Picture
from app.live.saying import sentences
from tests.helpers.index_book import Indices, plan
from tests.helpers.seat import NOW, REGION

ZONE = ZoneInfo("Asia/Shanghai")
FOUR = {
    "attribute": ("a.one",),
    "drive": ("d.one",),
    "pressure": ("p.one", "p.two"),
    "vitality": ("v.one",),
}


@pytest.fixture
def city() -> Indices:
    made = Indices(IndexBook(), plan(FOUR), REGION, NOW)
    made.calm()
    return made


def judge(city: Indices, before=None, usual=None):
    return judged(city.book, REGION, NOW, before, usual)


def said(headline, language: str = "zh_CN") -> str:
    return sentences(headline, translator(language), ZONE)[0]


def test_a_normal_hour_is_steady_on_all_four(city):
    found = judge(city)
    assert [ground.standing for ground in found.grounds] == [Standing.STEADY] * 4
    assert said(found) == "城市运行平稳，四项均在常态"
    assert said(found, "en") == "City steady on all four"
    assert found.lead is found.whole, "where nothing is named the whole is opened"
    assert found.evidence == NOW - 48_000


def test_a_pressure_of_25_is_high_and_is_said_first(city):
    city.put("pressure", 25.0, age_ms=60_000)
    found = judge(city)
    assert said(found) == "城市运行压力偏高，三项平稳"
    assert said(found, "en") == "City: Pressure high; three steady"
    assert found.lead.key == city.key("pressure")
    assert found.evidence == NOW - 60_000, "its own moment: that of what it names"


def test_a_score_under_75_is_low(city):
    city.put("vitality", 74.9)
    assert said(judge(city)) == "城市运行活力偏低，三项平稳"


def test_many_parts_over_yellow_are_said_though_the_mean_is_low(city):
    city.put("pressure", 14.0)
    city.crowd("pressure", over=9, live=84)  # 9 < 0.12 * 84 = 10.08
    assert judge(city).named == ()
    city.crowd("pressure", over=11, live=84)
    found = judge(city)
    assert said(found) == "城市运行压力偏高，三项平稳"
    assert (found.lead.over, found.lead.live) == (11, 84)


def test_few_parts_over_in_a_small_dimension_are_not_a_crowd(city):
    city.crowd("drive", over=2, live=8)  # a quarter, and only two
    assert judge(city).named == ()


def test_a_move_of_three_points_is_said_by_its_direction(city):
    city.moved("pressure", 8.3, 11.3, [("p.one", 3.0, 1.0, 2.0)])
    assert said(judge(city)) == "城市运行压力上升，三项平稳"
    city.moved("pressure", 11.3, 8.3, [("p.one", -3.0, 1.0, 2.0)])
    assert said(judge(city)) == "城市运行压力下降，三项平稳"
    city.moved("pressure", 8.3, 8.3, [])
    city.moved("vitality", 93.0, 89.9, [("v.one", -3.1, 2.0, 1.0)])
    assert said(judge(city)) == "城市运行活力下降，三项平稳"


def test_a_move_that_is_usual_is_not_said(city):
    key = city.moved("vitality", 93.0, 89.0, [("v.one", -4.0, 2.0, 1.0)])
    assert judge(city, usual={key: 2.5}).named == (), "twice 2.5 is more than 4"
    assert judge(city, usual={key: 1.9}).named[0].standing is Standing.WORSE


def test_what_was_said_holds_until_it_is_passed_by_a_margin(city):
    city.put("pressure", 25.0)
    before = judge(city)
    city.put("pressure", 20.5)  # 0.8 of 25 is 20
    held = judge(city, before)
    assert held.named[0].standing is Standing.BAD
    assert judge(city).named == (), "by itself it would not be said"
    city.put("pressure", 19.9)
    assert judge(city, held).named == ()


def test_another_version_of_the_weights_begins_anew(city):
    city.put("pressure", 25.0)
    before = judge(city)
    city.book.plan = plan(FOUR, "v2")
    city.put("pressure", 20.5)
    assert judge(city, before).named == ()


def test_what_is_not_published_is_said_and_opens_nothing(city):
    city.put("drive", None, effective=0.41)
    city.put("pressure", 31.0)
    found = judge(city)
    assert said(found) == "城市运行压力偏高、动力不发布，两项平稳"
    assert found.lead.key == city.key("pressure")
    for name in ("attribute", "pressure", "vitality"):
        city.put(name, None, effective=0.5)
    city.put("city", None, effective=0.54)
    assert said(judge(city)) == "有效权重 54 %，低于 60 %，不发布指数"


def test_the_gravest_is_named_first_and_shorter_forms_drop_words_not_truth(city):
    city.moved("vitality", 93.0, 89.0, [("v.one", -4.0, 2.0, 1.0)])
    city.put("pressure", 31.0)
    forms = sentences(judge(city), translator("zh_CN"), ZONE)
    assert forms == (
        "城市运行压力偏高、活力下降，两项平稳",
        "压力偏高、活力下降，两项平稳",
        "压力偏高，另有一项异动",
        "压力偏高",
    )


def test_a_city_without_indices_says_so():
    book = IndexBook()
    found = judged(book, REGION, NOW)
    assert said(found) == "本市尚无指数"
    assert board_specs(book.plan) == (None, ())


def test_a_steady_city_is_said_shorter_too(city):
    assert sentences(judge(city), translator("zh_CN"), ZONE)[1:] == ("城市运行四项平稳", "四项平稳")


def test_with_every_line_cut_it_says_when_the_indices_stopped(city):
    found = judged(city.book, REGION, NOW, stopped=NOW - 120_000)
    assert said(found) == "断网，指数停在 14:01"
    assert said(found, "en") == "Offline: indices stopped at 14:01"
    # Where nothing could be counted any more, that is what is said.
    nothing = msgspec.structs.replace(
        found,
        whole=None,
        grounds=tuple(msgspec.structs.replace(item, value=None) for item in found.grounds),
    )
    assert "60" in said(nothing)


def test_an_outage_is_of_every_line():
    picture = Picture({}, World.DEMO)
    assert picture.outage(NOW) is None  # nothing was ever there
    lost = FeedHealth("a", "a", "a", FeedState.LOST, NOW, lost_since=NOW - 120_000)
    picture.feeds["a"] = lost
    picture.feeds["b"] = FeedHealth("b", "b", "b", FeedState.LIVE, NOW)
    assert picture.outage(NOW) is None
    picture.feeds["b"] = FeedHealth("b", "b", "b", FeedState.LOST, NOW, lost_since=NOW - 60_000)
    assert picture.outage(NOW) == NOW - 60_000  # the last one that went
    picture.feeds["b"] = FeedHealth("b", "b", "b", FeedState.LOST, NOW, lost_since=NOW - 5000)
    assert picture.outage(NOW) is None  # a line that may be back in a moment changes nothing
