"""From a changed reading to the index in the picture; numbers are worked out in helpers/indices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.finding import Finding, FindingRule
from app.core.index import index_source
from app.core.keys import reading_key
from app.core.message import message
from app.core.model import Freshness, Origin
from app.live.hub import Kind
from app.live.index_missing import Missing, missing
from app.live.view import value_view
from tests.helpers.indices import (
    CITY,
    DISTRICT,
    MINUTE,
    PRESSURE,
    TOTAL,
    VITALITY,
    SmallCity,
    quantity,
)
from tests.helpers.store import NOW, ask

A_ONE = reading_key("a.one", CITY)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[SmallCity]:
    made = SmallCity(tmp_path)
    yield made
    made.store.close()


def test_an_index_is_a_reading(city: SmallCity) -> None:
    city.bring_all()
    found = city.picture.indices.results[PRESSURE]
    assert found.value == pytest.approx(34)
    assert found.score == pytest.approx(66)
    assert (found.effective, found.fresh, found.members) == (1.0, 1.0, 3)
    assert city.picture.indices.results[TOTAL].value == pytest.approx(68)
    held = city.picture.readings[PRESSURE]
    assert held.source == index_source(city.catalog.plan.version)
    assert held.reading.value == pytest.approx(34)
    assert (held.reading.origin, held.reading.as_of) == (Origin.COMPUTED, NOW)
    view = value_view(city.picture, city.catalog, PRESSURE, NOW)
    assert (view.mode, view.unit, view.freshness) == ("computed", "分", Freshness.LIVE)
    news = city.news.drain()
    assert news[Kind.INDEX] == {PRESSURE, VITALITY, TOTAL} == news[Kind.READING]


def test_only_what_changed_is_told(city: SmallCity) -> None:
    city.bring_all()
    city.news.drain()
    city.indices.follow(passed=True)
    assert not city.news
    city.bring(b_two=60)
    assert city.news.drain()[Kind.INDEX] == {VITALITY, TOTAL}
    assert city.picture.indices.results[VITALITY].value == pytest.approx(76)


def test_what_is_missing_is_left_out_and_named(city: SmallCity) -> None:
    city.bring_all()
    lost = NOW + 1000
    city.clock.advance(30_000)
    city.line("b", up=False, lost=lost)
    city.indices.follow(passed=True)
    # b.one counts 0.8 of 0.2: (40 + 18 + 6.4) / 0.96
    found = city.picture.indices.results[PRESSURE]
    assert found.value == pytest.approx(100 - 64.4 / 0.96)
    assert found.effective == pytest.approx(0.96)
    assert found.fresh == pytest.approx(0.8)
    now = city.clock.now()
    assert missing(city.picture, city.catalog, PRESSURE, now) == (
        Missing("b", pytest.approx(0.2), lost),
    )
    # All of vitality and a fifth of pressure: 0.5 + 0.1 of the city.
    assert missing(city.picture, city.catalog, TOTAL, now) == (
        Missing("b", pytest.approx(0.6), lost),
    )
    assert city.picture.indices.results[TOTAL].fresh == pytest.approx(0.4)


def test_a_late_value_counts_from_its_moment_and_one_never_heard_has_none(
    city: SmallCity,
) -> None:
    city.bring(a_one=80, a_two=60)
    city.clock.advance(3 * MINUTE)
    city.bring(a_one=80)
    found = missing(city.picture, city.catalog, PRESSURE, city.clock.now())
    assert found == (Missing("a", 0.3, NOW), Missing("b", 0.2, None))


def test_where_all_is_cached_the_index_is_too(city: SmallCity) -> None:
    city.bring_all()
    city.clock.advance(20_000)
    for feed in ("a", "b"):
        city.line(feed, up=False, lost=NOW + 1000)
    city.indices.follow(passed=True)
    view = value_view(city.picture, city.catalog, PRESSURE, city.clock.now())
    assert (view.freshness, view.age_ms) == (Freshness.CACHED, 20_000)
    assert view.value == pytest.approx(34)


def test_under_six_tenths_there_is_no_value(city: SmallCity) -> None:
    city.bring(a_two=60, b_one=40)
    assert city.picture.indices.results[PRESSURE].value is None
    assert city.picture.indices.results[PRESSURE].effective == pytest.approx(0.5)
    assert PRESSURE not in city.picture.readings
    city.bring(a_one=80)
    assert value_view(city.picture, city.catalog, PRESSURE, NOW).value == pytest.approx(34)
    # Half an hour later only the 0.5 of two members is renewed.
    city.clock.advance(40 * MINUTE)
    city.bring(a_two=60, b_one=40)
    found = city.picture.indices.results[PRESSURE]
    assert (found.value, found.ours) == (None, None)
    view = value_view(city.picture, city.catalog, PRESSURE, city.clock.now())
    assert (view.value, view.freshness, view.label_zh) == (None, Freshness.NONE, "压力")
    city.bring(a_one=80)
    assert value_view(city.picture, city.catalog, PRESSURE, city.clock.now()).value is not None


def test_a_value_that_the_city_computed_wins_and_is_marked(city: SmallCity) -> None:
    city.bring_all()
    city.line("server")
    city.bring_key(PRESSURE, 41.0, "server")
    city.indices.follow()
    found = city.picture.indices.results[PRESSURE]
    assert (found.value, found.served) == (41.0, True)
    assert found.ours == pytest.approx(34)
    city.bring(a_one=90)  # ours goes to 29 and is not shown
    assert city.picture.indices.results[PRESSURE].ours == pytest.approx(29)
    assert city.picture.readings[PRESSURE].source == "server"
    assert value_view(city.picture, city.catalog, PRESSURE, NOW).value == 41.0
    # Its line lost, ours stands in at once; back again, it decides again.
    city.clock.advance(1000)
    city.line("server", up=False)
    city.indices.follow(passed=True)
    found = city.picture.indices.results[PRESSURE]
    assert (found.served, found.value) == (False, pytest.approx(29))
    city.line("server")
    city.clock.advance(1000)
    city.bring_key(PRESSURE, 42.0, "server")
    city.indices.follow()
    assert city.picture.indices.results[PRESSURE].value == 42.0


def test_parts_say_everything_of_a_member(city: SmallCity) -> None:
    city.bring_all()
    first, second, third = city.picture.indices.parts(PRESSURE)
    assert (first.code, first.key, first.weight, first.value, first.score) == (
        "a.one", f"reading/a.one/{CITY}", 0.5, 80.0, 80.0,
    )  # fmt: skip
    assert (second.share, second.freshness, second.as_of, second.source) == (
        pytest.approx(0.3), Freshness.LIVE, NOW, "a",
    )  # fmt: skip
    assert third.source == "b"
    of_indices = city.picture.indices.parts(TOTAL)
    assert [part.value for part in of_indices] == pytest.approx([34, 70])
    assert [part.score for part in of_indices] == pytest.approx([66, 70])
    assert of_indices[0].source == city.indices.source
    assert city.picture.indices.parts("reading/index.pressure/999999") == ()
    assert city.picture.indices.parts("reading/no.such/320800") == ()


def test_the_quick_ways_agree_with_the_parts(city: SmallCity) -> None:
    book = city.picture.indices
    city.bring_all()
    assert not missing(city.picture, city.catalog, PRESSURE, NOW)
    city.line("b", up=False)
    city.clock.advance(60_000)
    city.indices.follow(passed=True)
    city.picture.findings[A_ONE] = (
        Finding(A_ONE, FindingRule.UNIT_JUMP, NOW - MINUTE, message("finding.rule.impossible")),
    )
    city.indices.follow(passed=True)
    quick = {
        key: missing(city.picture, city.catalog, key, city.clock.now())
        for key in (PRESSURE, TOTAL, "reading/no.such/320800")
    }
    assert {item.bureau for item in quick[TOTAL]} == {"a", "b"}, "indices are looked into"
    book.lacks_of = lambda key: None  # each part by itself
    for key, found in quick.items():
        slow = missing(city.picture, city.catalog, key, city.clock.now())
        assert [(item.bureau, item.since) for item in slow] == [
            (item.bureau, item.since) for item in found
        ]
        assert [item.share for item in slow] == pytest.approx([item.share for item in found])
    for key in (PRESSURE, TOTAL):
        live = [part.score for part in book.parts(key) if part.freshness is Freshness.LIVE]
        for most in (0.0, 65.0, 70.0, 100.0):
            scores = [score for score in live if score is not None]
            assert book.crowd(key, most) == (sum(one <= most for one in scores), len(scores))
    assert book.crowd("reading/no.such/320800", 50.0) == (0, 0)


def test_a_district_has_the_indices_of_what_it_reports(tmp_path: Path) -> None:
    city = SmallCity(tmp_path, {"b.one": quantity("b.one", unit="件")})
    city.bring(region=DISTRICT, a_one=90, a_two=50, b_one=100, b_two=70)
    city.indices.renew()
    results = city.picture.indices.results
    # Of the pressure 0.5 and 0.3; the count of b.one says nothing of a part: (45 + 15) / 0.8
    found = results[f"reading/index.pressure/{DISTRICT}"]
    assert found.value == pytest.approx(100 - 75)
    assert (found.members, found.effective) == (2, 1.0)
    assert results[f"reading/index.vitality/{DISTRICT}"].value == pytest.approx(70)
    assert f"reading/index.city/{DISTRICT}" not in results
    assert len(city.picture.indices.parts(found.key)) == 2
    city.store.close()


def test_of_an_index_one_value_a_minute_is_kept(city: SmallCity, tmp_path: Path) -> None:
    def kept() -> object:
        city.store.flush()
        sql = "SELECT count(*), max(ts) FROM reading JOIN series USING (sid) WHERE key = "
        return ask(tmp_path, f"{sql}'{PRESSURE}'")[0]

    city.bring_all()
    for second in range(0, 150, 10):
        city.clock.advance(10_000)
        city.bring(a_one=80 + second / 10)
        city.indices.keep()
    assert kept() == (3, NOW + 130_000)  # at 10, 70 and 130 s
    city.indices.keep()
    assert kept() == (3, NOW + 130_000)
    # Unmoved it is kept once a period, which is a minute here, so that its chart has no hole.
    city.clock.advance(MINUTE)
    city.indices.keep()
    city.clock.advance(59_000)
    city.indices.keep()
    assert kept() == (4, NOW + 210_000)


def _find(city: SmallCity, rule: FindingRule) -> None:
    found = Finding(A_ONE, rule, NOW - MINUTE, message("finding.rule.impossible"))
    city.picture.findings[A_ONE] = (found,)
    city.indices.follow(passed=True)


def test_what_cannot_be_so_is_not_counted(city: SmallCity) -> None:
    city.bring_all()
    _find(city, FindingRule.UNIT_JUMP)
    # 0.3 of 60 and 0.2 of 40 are left: 26 / 0.5 = 52; half of the weight is under the least share.
    found = city.picture.indices.results[PRESSURE]
    assert (found.value, found.effective, found.fresh) == (None, 0.5, 0.5)
    assert missing(city.picture, city.catalog, PRESSURE, NOW) == (Missing("a", 0.5, NOW - MINUTE),)
    city.picture.findings.clear()
    city.indices.follow(passed=True)
    assert city.picture.indices.results[PRESSURE].value == pytest.approx(34)
    assert not missing(city.picture, city.catalog, PRESSURE, NOW)


def test_a_sudden_value_counts_less(city: SmallCity) -> None:
    city.bring_all()
    _find(city, FindingRule.IMPOSSIBLE)  # inside its range: faster than ever seen
    # 0.5 counts 0.8: (32 + 18 + 8) / 0.9
    found = city.picture.indices.results[PRESSURE]
    assert found.value == pytest.approx(100 - 58 / 0.9)
    assert (found.effective, found.fresh) == (pytest.approx(0.9), 1.0)
    assert not missing(city.picture, city.catalog, PRESSURE, NOW)
