"""Marked places, mark-up, kept views and geofences: saved first, shown after, kept over a start."""

import pytest

from app.core.map_decision import FenceRule, Ink, MarkupForm
from app.core.model import Level
from app.live.commands import State
from app.live.hub import Kind
from app.live.map_state import LayerChoice, MapArea, MapPlace, Picked
from app.store.verify import verify
from tests.unit.commands.desk import NOON, Desk

MINUTE = 60_000


def restarted(desk: Desk) -> Desk:
    after = desk.again()
    desk.store = after.store
    return after


async def test_a_place_is_marked_and_let_go_on_the_map_it_was_drawn_on(desk: Desk) -> None:
    seen = desk.hub.subscribe()
    done = await desk.do("select-area 118.8,33.5 form=circle radius=1200")
    assert done.state is State.ACCEPTED
    state = desk.seat.maps[""]
    assert state.area == MapArea("circle", ((118.8, 33.5),), 1200.0)
    assert seen.drain()[Kind.SEAT] == {"pending", "map/"}
    await desk.do("pick cam:1 layer=cameras place=118.81,33.5")
    assert state.picked == Picked("cameras", "cam:1", 118.81, 33.5)
    await desk.do("clear-area")
    assert state.area is None and state.picked is None
    assert desk.rows("SELECT count(*) FROM command") == [(0,)], "what is seen is not a decision"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("select-area 118.8,33.5", "maptool.corners"),
        ("select-area 118.8,33.5 form=circle", "maptool.no_radius"),
        ("select-area '33.5,118.8 33.6,118.9 33.7,118.8'", "maptool.swapped"),
        ("select-area '118.8 33.5 1,2'", "maptool.corner"),
        ("select-area '200,33 118,33 118,34'", "maptool.outside"),
        ("select-area 'nan,33 118,33 118,34'", "maptool.corner"),
        ("select-area '118,33 118,34' form=box", "maptool.flat"),
        ("select-area '118,33 118,33 118,33'", "maptool.flat"),
        ("select-area 118.8,33.5 form=circle radius=5 map=nowhere", "mapwords.no_map"),
        ("pick cam:1 place=118.81,33.5", "maptool.no_layer"),
        ("markup 118,33 form=text", "maptool.no_text"),
        ("markup 118,33 form=line", "maptool.corners"),
        ("erase-markup all", "maptool.no_markup"),
        ("forget-bookmark 家", "maptool.no_view"),
        ("go-bookmark 家", "maptool.no_view"),
        ("fence x corners=118,33 form=circle radius=9 rule=dwell", "maptool.no_dwell"),
        ("fence x corners=118,33 form=circle radius=9 dwell=9", "maptool.no_dwell"),
        ("fence x corners=118,33 form=circle radius=9 level=''", "maptool.no_level"),
        ("fence x corners=118,33 region=321302", "maptool.one_place"),
        ("fence x region=321302", "mapwords.no_region"),
        ("end-fence nothing", "maptool.no_fence"),
    ],
)
async def test_what_makes_no_sense_is_refused(desk: Desk, text: str, reason: str) -> None:
    desk.sit()
    outcome = await desk.do(text)
    assert outcome.reason is not None and outcome.reason.id == reason


async def test_a_drawing_outlives_a_start_and_an_erased_one_only_the_audit(desk: Desk) -> None:
    desk.sit()
    drawn = await desk.do(
        "markup '118.8,33.5 118.9000001,33.6' form=arrow label='由此进入 13812345678' "
        "colour=series.1"
    )
    other = await desk.do("markup 118.7,33.4 form=text label=集结点")
    assert drawn.state is State.ACCEPTED
    kept = desk.picture.map.markup[drawn.id]
    assert (kept.form, kept.colour) == (MarkupForm.ARROW, Ink.FIRST)
    assert kept.corners == "118.8,33.5 118.9,33.6", "a decimetre is enough"
    assert kept.text == "由此进入 ＊＊＊" and kept.person == "0001"
    after = restarted(desk)
    assert after.picture.map.markup == desk.picture.map.markup
    after.sit()
    await after.do(f"erase-markup {drawn.id}")
    assert list(after.picture.map.markup) == [other.id]
    again = restarted(after)
    desk.store = again.store
    assert list(again.picture.map.markup) == [other.id]
    assert again.ops.run_blocking(lambda connection: verify(connection).findings) == []
    again.sit()
    assert (await again.do("erase-markup all")).done
    assert again.picture.map.markup == {}


async def test_a_view_is_kept_with_all_it_showed(desk: Desk) -> None:
    desk.sit()
    state = desk.seat.maps[""]
    state.fly(MapPlace(118.81234567, 33.5, 13.25))
    state.layers = (LayerChoice("events", 0.5, "积水 路"), LayerChoice("cameras"))
    state.plate, state.base = "flood", "boundaries"
    assert (await desk.do("bookmark 老城 ")).done
    after = restarted(desk)
    moved = after.seat.maps[""]
    assert (await after.do("go-bookmark 老城")).done
    assert moved.place == MapPlace(118.812346, 33.5, 13.25) and moved.moves == 1
    assert moved.layers == state.layers
    assert (moved.plate, moved.base) == ("flood", "boundaries")
    after.sit()
    await after.do("forget-bookmark 老城")
    again = restarted(after)
    desk.store = again.store
    assert again.picture.map.bookmarks == {}


async def test_a_geofence_is_kept_until_it_ends(desk: Desk) -> None:
    desk.sit(role="duty_officer")
    done = await desk.do(
        "fence 化工园区 corners=118.8,33.5 form=circle radius=800 level=orange layers='bus truck' "
        "rule=dwell dwell=60 minutes=90"
    )
    assert done.state is State.ACCEPTED
    (fence,) = desk.picture.map.watched(NOON)
    assert (fence.rule, fence.level, fence.layers) == (FenceRule.DWELL, Level.ORANGE, "bus truck")
    assert fence.holds(NOON + 90 * MINUTE - 1) and not fence.holds(NOON + 90 * MINUTE)
    after = restarted(desk)
    assert after.picture.map.watched(NOON) == (fence,)
    after.sit()
    await after.do(f"end-fence {fence.id}")
    assert after.picture.map.watched(NOON) == ()
    again = restarted(after)
    desk.store = again.store
    assert again.picture.map.watched(NOON) == ()
    assert again.ops.run_blocking(lambda connection: verify(connection).findings) == []


async def test_who_may_not_draw_is_told_who_may(desk: Desk) -> None:
    desk.sit(role="visitor")
    for text in (
        "markup 118,33",
        "erase-markup all",
        "fence x corners=118,33 form=circle radius=9",
    ):
        outcome = await desk.do(text)
        assert outcome.state is State.REFUSED and outcome.reason is not None
        assert outcome.reason.id.endswith(".not_allowed"), text
