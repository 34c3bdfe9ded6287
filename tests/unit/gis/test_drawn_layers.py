"""Mark-up and geofences as layers: what was decided is what is shown."""

import msgspec
import pytest

from app.city import City, load_city
from app.core.clock import ManualClock
from app.core.map_decision import AreaForm, Fence, FenceRule, Ink, Markup, MarkupForm
from app.core.model import Level, World
from app.gis.content import Content
from app.gis.layer import Ask, Ground, LayerConfig
from app.gis.layers.geofences import Geofences
from app.gis.layers.markup import Drawings
from app.live.picture import Picture

NOON = 1_784_289_600_000  # 20:00 in the city
ASK = Ask(NOON)


@pytest.fixture(scope="module")
def ground() -> Ground:
    city: City = load_city("suqian")
    return Ground(city, ManualClock(NOON))


def drawn(id_: str, form: MarkupForm, corners: str, **more: object) -> Markup:
    return Markup(id_, form, corners, NOON, "0001", "shift_head", **more)  # type: ignore[arg-type]


def made(ground: Ground, *items: Markup, ask: Ask = ASK) -> Content:
    layer = Drawings(LayerConfig("markup", "markup", "会商标绘", "Mark-up"), ground)
    picture = Picture({}, World.REAL)
    picture.map.markup = {item.id: item for item in items}
    return layer.make(layer.take(picture), ask)


def test_each_form_is_drawn_in_its_ink_with_who_and_when(ground: Ground) -> None:
    content = made(
        ground,
        drawn("p", MarkupForm.POINT, "118.3,33.95", text="集结点", colour=Ink.DANGER),
        drawn("a", MarkupForm.ARROW, "118.3,33.9 118.3,34", text="由此进入"),
        drawn("z", MarkupForm.AREA, "118.3,33.9 118.4,33.9 118.4,34", text="警戒区"),
        drawn("t", MarkupForm.TEXT, "118.2,33.9", text="封控"),
    )
    marks = content.marks
    assert marks is not None and content.count == 4
    looks = {id_: marks.styles[at] for id_, at in zip(marks.ids, marks.style, strict=True)}
    assert (looks["p"].form, looks["p"].colour) == ("dot", "warning.red")
    assert (looks["a"].form, looks["t"].form) == ("arrow", "label")
    assert marks.heading is not None and marks.heading[1] == pytest.approx(0.0)
    assert marks.labels is not None
    assert marks.labels.tolist() == ["集结点 · 0001 20:00", "", "封控 · 0001 20:00"]
    areas, lines = content.shapes
    assert areas.closed and not lines.closed
    assert lines.labels is not None and lines.labels[0] == "由此进入 · 0001 20:00"


def test_a_row_that_cannot_be_drawn_is_counted_and_the_others_stand(ground: Ground) -> None:
    good = drawn("p", MarkupForm.POINT, "118.3,33.95")
    content = made(ground, drawn("x", MarkupForm.POINT, "nowhere"), good)
    assert content.count == 1 and content.faults[0].args == {"n": 1}


def test_a_moment_of_the_past_shows_what_was_drawn_by_then(ground: Ground) -> None:
    late = msgspec.structs.replace(drawn("b", MarkupForm.POINT, "118.3,33.9"), at=NOON + 1)
    content = made(ground, drawn("a", MarkupForm.POINT, "118.3,33.9"), late, ask=Ask(NOON, at=NOON))
    assert content.count == 1


def test_what_is_watched_is_shown_and_nothing_else(ground: Ground) -> None:
    layer = Geofences(LayerConfig("geofence", "geofences", "电子围栏", "Geofences"), ground)
    picture = Picture({}, World.REAL)
    circle = Fence("c", "化工园区", FenceRule.ENTER, Level.RED, AreaForm.CIRCLE, "118.3,33.95", 500)
    picture.map.city_fences = (circle,)
    picture.map.fences = {
        "r": Fence("r", "宿城", FenceRule.ENTER, Level.BLUE, region="321302"),
        "e": msgspec.structs.replace(circle, id="e", ended=True),
        "x": Fence("x", "无此区", FenceRule.ENTER, Level.BLUE, region="999999"),
    }
    content = layer.make(layer.take(picture), ASK)
    (shapes,) = content.shapes
    assert shapes.ids.tolist() == ["c", "r"]
    assert content.faults[0].args == {"n": 1}
