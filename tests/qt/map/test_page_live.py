"""What frames show on a real page, read back from its pixels; what a click on it tells."""

import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.core.model import AlarmKind, Level
from app.gis.content import Marks, MarkStyle, Raster, Shapes, ShapeStyle
from app.gis.frames import (
    Origin,
    Timing,
    bundle,
    encode_json,
    encode_labels,
    encode_marks,
    encode_raster,
    encode_shapes,
)
from tests.helpers.map_page import MapPageUnderTest, opened
from widgets.context import Context
from widgets.map.said import Clicked, Drew, Hovered
from widgets.paint.alarm import AlarmMark, paint_alarm

HOME = Origin(0.0, 0.0)  # of the tests' city
NOW = 1_784_268_202_000
ZOOM = 10
PIXEL = 360 / (256 * 2**ZOOM)
"""Degrees of one pixel at the equator."""
MIDDLE = (480, 320)


def pixels(*places: tuple[float, float]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Longitudes and latitudes of places in the view, in pixels from its middle."""
    x, y = np.array(places, np.float64).reshape(-1, 2).T
    latitude = np.degrees(np.arctan(np.sinh(-y * PIXEL * math.pi / 180)))
    return x * PIXEL, latitude


def marks_at(
    styles: list[MarkStyle], places: list[tuple[float, float]], style: Any = None, **more: Any
) -> Marks:
    lon, lat = pixels(*places)
    kinds = np.arange(len(places)) if style is None else style
    ids = np.array([f"a:{number}" for number in range(len(places))], object)
    return Marks(ids, lon, lat, np.asarray(kinds, np.uint8), tuple(styles), **more)


def area(*rings: list[tuple[float, float]], style: ShapeStyle) -> Shapes:
    """One area."""
    lon, lat = pixels(*(place for ring in rings for place in ring))
    starts = np.cumsum([0, *(len(ring) for ring in rings)]).astype(np.uint32)
    parts = np.array([0, len(rings)], np.uint32)
    ids = np.array(["s:0"], object)
    return Shapes(ids, lon, lat, starts, parts, np.zeros(1, np.uint8), (style,))


async def settled(page: MapPageUnderTest, layer: str, seq: int) -> None:
    drew = await page.wait_said(Drew, lambda one: one.layer == layer and one.seq >= seq)
    assert 0 < drew.complete <= drew.at


async def shown(page: MapPageUnderTest) -> np.ndarray[Any, np.dtype[np.int16]]:
    return array_of(await page.image())


def array_of(image: QImage) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Rows of pixels of blue, green, red."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(plain.constBits(), np.uint8)
    return flat.reshape(plain.height(), plain.width(), 4)[:, :, :3].astype(np.int16)


def is_colour(pixel: Any, colour: QColor, within: int = 2) -> bool:
    wanted = np.array([colour.blue(), colour.green(), colour.red()])
    return bool((np.abs(pixel - wanted) <= within).all())


EVERY_FORM = [
    MarkStyle("dot", "series.1", 12),
    MarkStyle("ring", "text2", 12),
    MarkStyle("diamond", "text1", 18),
    MarkStyle("box", "text1", 24, icon="hospital"),
    MarkStyle("arrow", "series.3", 18),
    MarkStyle("pin", "text1", 32, numeral="Ⅱ"),
    MarkStyle("warning", size=28, level=Level.RED),
    MarkStyle("warning", size=28, level=Level.YELLOW, outline=True),
    MarkStyle("cross", "text3", 14),
]


def crowd(count: int) -> Marks:
    """Marks of every form all over the view and beyond its edges, some of them nowhere."""
    rng = np.random.default_rng(5)
    places = list(zip(rng.uniform(-520, 520, count), rng.uniform(-360, 360, count), strict=True))
    made = marks_at(
        EVERY_FORM,
        places,
        style=rng.integers(0, len(EVERY_FORM), count),
        heading=rng.uniform(-30, 400, count).astype(np.float32),
        observed=NOW - rng.choice([0, 300_000, 900_000], count).astype(np.int64),
    )
    made.lon[:4], made.lat[4:8] = [np.nan, np.inf, 181.0, -1e300], [np.nan, -np.inf, 91.0, 1e300]
    return made


def test_both_renderers_draw_the_same_picture(run: Callable[..., Any], context: Context) -> None:
    made = crowd(400)
    frame = encode_marks("a", 1, made, HOME, Timing(at=NOW))
    theme = context.theme

    async def picture(name: str) -> np.ndarray[Any, np.dtype[np.int16]]:
        async with opened(context) as page:
            await page.script(
                f"(chengmai.renderers.name = () => '{name}', chengmai.renderers.FEW = 0)"
            )
            page.send(frame)
            await settled(page, "a", 1)
            kind = "chengmai.layers.get('a').renderer.constructor === chengmai."
            assert await page.script(kind + ("WebGl" if name == "webgl" else "Splat"))
            first = await shown(page)
            plain = marks_at([EVERY_FORM[0], EVERY_FORM[6]], [(-100, 50), (100.0, -50.0)])
            page.send(encode_marks("a", 2, plain, HOME, Timing(at=NOW, set=1)))
            await settled(page, "a", 2)
            second = await shown(page)
            assert is_colour(second[320 + 50, 480 - 100], theme.series[0])
            assert is_colour(second[320 - 50 + 9, 480 + 100 - 8], theme.warning[Level.RED])
            assert is_colour(second[320, 480], theme.canvas)
            return first

    cpu, webgl = run(picture("cpu")), run(picture("webgl"))
    ink = np.abs(cpu - array_of_colour(theme.canvas)).max(axis=2) > 24
    assert 0.05 < ink.mean() < 0.6
    # Where soft edges lie on soft edges both round, each in its own way.
    apart = np.abs(cpu - webgl).max(axis=2)
    assert apart.max() <= 32 and (apart > 8).mean() < 0.001


def test_a_crowd_has_the_same_picture_row_by_row(run: Callable[..., Any], context: Context) -> None:
    rng = np.random.default_rng(11)
    count = 40_000
    places = np.column_stack([rng.uniform(-520, 520, count), rng.uniform(-360, 360, count)])
    made = marks_at(
        [EVERY_FORM[0], EVERY_FORM[1]], places.tolist(), style=np.arange(count) // 15_000 % 2
    )
    frame = encode_marks("c", 1, made, HOME, Timing(at=NOW))

    async def work() -> None:
        async with opened(context) as page:
            page.send(frame)
            await settled(page, "c", 1)
            rows = await shown(page)
            again = "(chengmai.Splat.ALIKE = Infinity, chengmai.stage.all(), 1)"
            await page.script(again)
            assert (rows == await shown(page)).all()
            assert (rows != array_of_colour(context.theme.canvas)).any(axis=2).mean() > 0.5

    run(work())


def test_one_canvas_shows_layers_by_height_opacity_and_only_what_is_on(
    run: Callable[..., Any], context: Context
) -> None:
    square = [(-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0)]
    ground = area(square, style=ShapeStyle(line="", fill="sequential.4"))
    dot = marks_at([MarkStyle("dot", "series.2", 40)], [(0.0, 0.0)])
    theme = context.theme

    def state(opacity: float, visible: bool, height: int) -> bytes:
        layers = [
            {"id": "s", "z": 5000, "opacity": 1.0, "visible": True},
            {"id": "m", "z": height, "opacity": opacity, "visible": visible},
        ]
        return encode_json("state", {"layers": layers})

    async def work() -> None:
        async with opened(context) as page:

            async def middle() -> Any:
                return (await shown(page))[MIDDLE[1], MIDDLE[0]]

            page.send(state(1.0, True, 6000))
            page.send(encode_shapes("s", 1, ground, HOME, Timing(at=NOW)))
            page.send(encode_marks("m", 1, dot, HOME, Timing(at=NOW)))
            await settled(page, "m", 1)
            await settled(page, "s", 1)
            assert await page.script("document.querySelectorAll('canvas').length") == 1
            assert is_colour(await middle(), theme.series[1])
            page.send(state(0.5, True, 6000))
            await page.wait_for("chengmai.page.pane('m').style.opacity === '0.5'")
            half = (array_of_colour(theme.series[1]) + array_of_colour(theme.sequential[3])) / 2
            assert (np.abs(await middle() - half) <= 3).all()
            page.send(state(1.0, True, 4000))  # below
            await page.wait_for("chengmai.page.pane('m').style.zIndex === '4000'")
            assert is_colour(await middle(), theme.sequential[3])
            page.send(state(1.0, False, 6000))
            await page.wait_for("chengmai.page.pane('m').style.display === 'none'")
            assert is_colour(await middle(), theme.sequential[3])
            assert await page.script("chengmai.layers.get('m').sheet === null")  # nothing is held
            page.send(state(1.0, True, 6000))
            await page.wait_for("chengmai.layers.get('m').sheet !== null")
            assert is_colour(await middle(), theme.series[1])
            # The sheets are as large as what they show.
            for sheet, wide in (("get('s').flat", 256), ("get('m').sheet", 64)):
                assert await page.script(f"chengmai.layers.{sheet}.canvas.width") == wide

    run(work())


def array_of_colour(colour: QColor) -> np.ndarray[Any, Any]:
    return np.array([colour.blue(), colour.green(), colour.red()], np.int16)


def test_warnings_on_the_map_are_those_of_the_wall(
    run: Callable[..., Any], context: Context
) -> None:
    levels = [Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE]
    styles = [
        MarkStyle("warning", size=40, level=level, outline=outline)
        for level in levels
        for outline in (False, True)
    ]
    places = [(-350.0 + 100 * number, 0.0) for number in range(len(styles))]

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_marks("w", 1, marks_at(styles, places), HOME, Timing(at=NOW)))
            await settled(page, "w", 1)
            image = await shown(page)
        for style, (x, _) in zip(styles, places, strict=True):
            left = MIDDLE[0] + round(x) - 32
            mine = image[MIDDLE[1] - 32 : MIDDLE[1] + 32, left : left + 64]
            walls = painted(style, context)
            ink = np.abs(walls - array_of_colour(context.theme.canvas)).max(axis=2) > 24
            far = np.abs(mine - walls).max(axis=2) > 96
            assert far.sum() <= 0.06 * ink.sum(), f"{style.level} {style.outline}: {far.sum()}"

    run(work())


def painted(style: MarkStyle, context: Context) -> np.ndarray[Any, np.dtype[np.int16]]:
    """The same mark by the painter of the walls."""
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(context.theme.canvas)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    kind = AlarmKind.ISSUED if not style.outline else AlarmKind.HINT
    paint_alarm(painter, QRectF(12, 12, 40, 40), AlarmMark(style.level, kind), context.theme)
    painter.end()
    return array_of(image)


def test_a_click_among_a_hundred_thousand_finds_the_nearest(
    run: Callable[..., Any], context: Context
) -> None:
    rng = np.random.default_rng(7)
    places = np.column_stack([rng.uniform(-900, 900, 100_000), rng.uniform(-600, 600, 100_000)])
    made = marks_at([MarkStyle("dot", "text1", 4)], places.tolist(), style=np.zeros(100_000))
    square = [(-200.0, -200.0), (200.0, -200.0), (200.0, 200.0), (-200.0, 200.0)]
    below = area(square, style=ShapeStyle(fill="sequential.3"))

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_shapes("area", 3, below, HOME, Timing(at=NOW), slot=1))
            page.send(encode_marks("many", 9, made, HOME, Timing(at=NOW)))
            await settled(page, "many", 9)
            for x, y in ((100, -40), (-3, 77), (401, 250)):
                page.said.clear()
                await page.click(MIDDLE[0] + x, MIDDLE[1] + y)
                click = await page.wait_said(Clicked)
                apart = np.hypot(places[:, 0] - x, places[:, 1] - y)
                assert (click.layer, click.seq) == ("many", 9)
                assert click.index == int(apart.argmin())
                near = set(np.flatnonzero(apart < 7.9).tolist()) - {click.index}
                assert near <= {index for layer, index in click.also if layer == "many"}
                inside = max(abs(x), abs(y)) < 200
                assert (["area", 20_000_000] in [list(hit) for hit in click.also]) == inside
            await page.move(MIDDLE[0] + 30, MIDDLE[1] + 30)
            assert (await page.wait_said(Hovered)).layer == "many"

    run(work())


def test_a_click_on_nothing_says_so(run: Callable[..., Any], context: Context) -> None:
    async def work() -> None:
        async with opened(context) as page:
            await page.click(*MIDDLE)
            click = await page.wait_said(Clicked)
            assert (click.layer, click.also) == ("", [])
            assert (click.lon, click.lat) == pytest.approx((0.0, 0.0), abs=2 * PIXEL)
            page.said.clear()
            page.send(encode_json("state", {"tool": "box", "picked": None}))
            await page.painted()
            await page.click(*MIDDLE)  # it is the tool's
            await page.painted()
            assert not [one for one in page.said if isinstance(one, Clicked)]

    run(work())


def test_at_half_its_time_a_glide_is_half_way(run: Callable[..., Any], context: Context) -> None:
    style = [MarkStyle("dot", "text1", 6)]

    def at(x: float, seq: int, set_: int = 1) -> bytes:
        made = marks_at(style, [(x, 0.0), (math.nan, 0.0)], style=[0, 0])
        timing = Timing(at=NOW, set=set_, same=seq > 1, glide_ms=1000)
        return encode_marks("bus", seq, made, HOME, timing)

    async def where(page: MapPageUnderTest, moment: float) -> float:
        code = f"(l => (l.marks.at({moment}, 1), l.marks.shown[0] * 256 * 2 ** {ZOOM}))"
        found = await page.script(code + "(chengmai.layers.get('bus'))")
        assert isinstance(found, float | int)
        return found

    async def work() -> None:
        async with opened(context) as page:
            await page.wait_for("chengmai.look.foot.length > 0 || chengmai.look.sizes.caption > 0")
            await page.script("(chengmai.look.reduced = false, chengmai.stage.now = () => 1000, 1)")
            page.send(at(0.0, 1))
            await page.wait_for("chengmai.layers.held.has('bus')")
            page.send(at(100.0, 2))
            await page.wait_for("chengmai.layers.get('bus').marks.seq === 2")
            for moment, place in ((1000, 0), (1500, 50), (1750, 75), (2000, 100), (9999, 100)):
                assert await where(page, moment) == pytest.approx(place, abs=0.01)
            page.send(at(300.0, 3, set_=2))  # other things: they are where they are
            await page.wait_for("chengmai.layers.get('bus').marks.seq === 3")
            assert await where(page, 1000) == pytest.approx(300, abs=0.01)

    run(work())


def test_text_from_outside_stays_text(run: Callable[..., Any], context: Context) -> None:
    hostile = "<img src=x onerror=\"document.title='got in'\">"
    made = marks_at([MarkStyle("dot", "text1", 6)], [(0.0, 0.0)], label_zoom=3.0)

    async def work() -> None:
        async with opened(context) as page:
            title = await page.script("document.title")
            frames = [encode_marks("a", 1, made, HOME, Timing(at=NOW, set=4))]
            page.send(bundle([encode_labels("a", 4, [hostile]), *frames]))
            await page.wait_for("chengmai.labels.player.placed.length === 1")
            placed = await page.script("chengmai.labels.player.placed[0]")
            assert placed["text"] == hostile
            image = await shown(page)
            box = image[320 - 8 : 320 + 8, round(placed["cx"]) - 100 : round(placed["cx"]) + 100]
            bright = array_of_colour(context.theme.text1)
            assert (np.abs(box - bright).max(axis=2) < 40).sum() > 100  # it can be read
            assert await page.script("document.querySelectorAll('.leaflet-pane img').length") == 0
            assert await page.script("document.title") == title
            assert page.ledger.total == 0

    run(work())


def test_an_area_is_named_once_over_discs_and_a_hidden_warning_not_at_all(
    run: Callable[..., Any], context: Context
) -> None:
    square = [(-200.0, -200.0), (200.0, -200.0), (200.0, 200.0), (-200.0, 200.0)]
    plain = area(square, style=ShapeStyle(line="line2"))
    (lon,), (lat,) = pixels((0.0, 0.0))

    def named(text: str) -> Shapes:
        labels = np.array([text], object)
        place = {"label_lon": np.array([lon]), "label_lat": np.array([lat])}
        return msgspec.structs.replace(plain, labels=labels, label_zoom=3.0, **place)

    crowd = [(float(x), float(y)) for x in range(-200, 201, 20) for y in range(-200, 201, 20)]
    dots = marks_at([MarkStyle("dot", "text1", 18)], crowd, style=[0] * len(crowd))
    signs = [MarkStyle("warning", f"warning.{at}", 20, level=at) for at in (Level.BLUE, Level.RED)]
    warnings = marks_at(signs, [(0.0, 0.0), (0.0, 0.0)], label_zoom=3.0)
    words = "chengmai.labels.player.placed.map(one => one.text)"

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_shapes("lines", 1, named("涟水"), HOME, Timing(at=NOW)))
            page.send(encode_shapes("shades", 1, named("涟水 10"), HOME, Timing(at=NOW)))
            page.send(encode_marks("dots", 1, dots, HOME, Timing(at=NOW)))
            labels = encode_labels("warned", 7, ["蓝", "红"])
            page.send(
                bundle([labels, encode_marks("warned", 1, warnings, HOME, Timing(at=NOW, set=7))])
            )
            await page.wait_for(f"{words}.includes('红')")
            assert await page.script(words) == ["涟水 10", "红"]
            placed = await page.script("chengmai.labels.player.placed[0]")
            assert abs(placed["cy"] - 320) > 10 + placed["size"] / 2  # clear of the warning

    run(work())


def test_ages_grow_on_the_page(run: Callable[..., Any], context: Context) -> None:
    made = marks_at(
        [MarkStyle("dot", "series.1", 20)],
        [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)],
        style=[0, 0, 0],
        observed=np.array([NOW, NOW - 100_000, 0]),
        label_zoom=3.0,
    )
    theme = context.theme

    async def work() -> None:
        async with opened(context) as page:
            await page.script("(window.now = 1000, chengmai.stage.now = () => window.now, 1)")
            page.send(encode_marks("a", 1, made, HOME, Timing(at=NOW, zone_min=480)))
            await settled(page, "a", 1)

            async def after(seconds: int) -> list[Any]:
                await page.script(
                    f"(window.now = {1000 + 1000 * seconds}, chengmai.stage.all(), 1)"
                )
                image = await shown(page)
                return [image[320, 480 + x] for x in (0, 100, 200)]

            fresh = await after(10)
            assert [is_colour(pixel, theme.series[0]) for pixel in fresh] == [True] * 3
            aged = await after(30)
            assert [is_colour(pixel, theme.series[0]) for pixel in aged] == [True, False, True]
            assert is_colour(aged[1], theme.text3)
            old = await after(601)
            assert [is_colour(pixel, theme.canvas) for pixel in old] == [True, True, False]
            words = "chengmai.labels.player.placed.map(one => one.text)"
            assert await page.wait_for(f"{words}.length === 2 && {words}") == ["14:03", "14:01"]

    run(work())


def test_clusters_add_up(run: Callable[..., Any], context: Context) -> None:
    rng = np.random.default_rng(3)
    count = 40_000
    places = np.column_stack([rng.normal(0, 150, count), rng.normal(0, 100, count)])
    style = np.zeros(count)
    style[17] = 1
    styles = [MarkStyle("dot", "text1", 4), MarkStyle("warning", size=20, level=Level.RED)]
    made = marks_at(styles, places.tolist(), style=style, cluster=True)

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_marks("c", 1, made, HOME, Timing(at=NOW)))
            view = "chengmai.layers.get('c').clusters?.view"
            for zoom, box in ((ZOOM, 1.0), (8, 4.0)):
                page.send(encode_json("state", {"lon": 0.0, "lat": 0.0, "zoom": zoom, "fly_ms": 0}))
                await page.wait_for(
                    f"chengmai.page.map.getZoom() === {zoom} && {view}?.zoom === {zoom}"
                )
                total, worst = await page.script(
                    f"[{view}.count.reduce((a, b) => a + b, 0) + {view}.singles.length,"
                    f" Math.max(0, ...{view}.rank)]"
                )
                # The query reaches a tenth of the view beyond its edges.
                within = (np.abs(places) < np.array([480, 320]) * box * 1.2).all(axis=1).sum()
                assert abs(total - within) <= 0.02 * count and total <= count
                assert zoom != 8 or (total, worst) == (count, 4)

    run(work())


def test_areas_have_holes_and_are_cut_at_the_view(
    run: Callable[..., Any], context: Context
) -> None:
    outer = [(-300.0, -200.0), (300.0, -200.0), (300.0, 200.0), (-300.0, 200.0)]
    hole = [(-100.0, -100.0), (-100.0, 100.0), (100.0, 100.0), (100.0, -100.0)]
    made = area(outer, hole, style=ShapeStyle(line="", fill="sequential.4"))
    nowhere = area([(math.nan, 0.0)] * 4, style=ShapeStyle(fill="warning.red"))
    values = np.full((4, 4), 255, np.uint8)
    lon, lat = pixels((320.0, -200.0), (400.0, 200.0))
    heat = Raster(values, lon[0], lat[1], lon[1], lat[0], ("heat.1", "heat.6"), 1.0)
    theme = context.theme

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_shapes("s", 1, made, HOME, Timing(at=NOW)))
            page.send(encode_shapes("s", 1, nowhere, HOME, Timing(at=NOW), slot=1))
            page.send(encode_raster("h", 1, heat, HOME, Timing(at=NOW)))
            await settled(page, "s", 1)
            image = await shown(page)
            assert is_colour(image[320, 480 - 200], theme.sequential[3])
            assert is_colour(image[320, 480], theme.canvas)
            assert is_colour(image[320, 480 - 350], theme.canvas)
            assert is_colour(image[320, 480 + 360], theme.heat[5])
            dot = marks_at([MarkStyle("dot", "series.2", 12)], [(-200.0, 0.0)])
            page.send(encode_marks("s", 2, dot, HOME, Timing(at=NOW)))
            await settled(page, "s", 2)
            assert is_colour((await shown(page))[320, 480 - 200], theme.series[1])
            page.send(encode_shapes("s", 3, made, HOME, Timing(at=NOW)))  # again: still below
            await settled(page, "s", 3)
            assert is_colour((await shown(page))[320, 480 - 200], theme.series[1])
            # From very near every corner lies a million pixels away.
            lon, lat = pixels((200.0, 0.0))
            place = {"lon": float(lon[0]), "lat": float(lat[0]), "zoom": 19, "fly_ms": 0}
            page.send(encode_json("state", place))
            await page.wait_for("chengmai.page.map.getZoom() === 19")
            near = await shown(page)
            for x, y in ((5, 5), (900, 600), (480, 320)):
                assert is_colour(near[y, x], theme.sequential[3]), (x, y)

    run(work())


def test_the_picture_follows_a_hand(run: Callable[..., Any], context: Context) -> None:
    dot = marks_at([MarkStyle("dot", "series.2", 16)], [(100.0, 60.0)])
    square = [(-220.0, 20.0), (-180.0, 20.0), (-180.0, 60.0), (-220.0, 60.0)]
    made = area(square, style=ShapeStyle(line="", fill="sequential.4"))
    theme = context.theme

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_marks("m", 1, dot, HOME, Timing(at=NOW)))
            page.send(encode_shapes("s", 1, made, HOME, Timing(at=NOW)))
            await settled(page, "m", 1)
            await settled(page, "s", 1)

            async def stand(factor: float, x: float, y: float) -> None:
                """Dot and square are where the map has them, and nowhere else."""
                image = await shown(page)
                for place, colour in (
                    ((100, 60), theme.series[1]),
                    ((-200, 40), theme.sequential[3]),
                ):
                    column = MIDDLE[0] + round(place[0] * factor + x)
                    row = MIDDLE[1] + round(place[1] * factor + y)
                    assert is_colour(image[row, column], colour), (factor, place)
                assert is_colour(image[MIDDLE[1], MIDDLE[0]], theme.canvas)

            await stand(1, 0, 0)
            await page.script("(chengmai.page.map.panBy([150, -40], {animate: false}), 1)")
            await stand(1, -150, 40)
            await page.script("(chengmai.page.map.panBy([-150, 40], {animate: false}), 1)")
            # An animated zoom: the canvases are stretched first, then drawn anew.
            await page.script(
                "(chengmai.page.map._zoomAnimated = true,"
                f" chengmai.page.map.setZoom({ZOOM + 1}), 1)"
            )
            await page.wait_for("!chengmai.page.map._animatingZoom")
            await page.wait_for(
                f"chengmai.layers.get('s').flat.at.zoom === {ZOOM + 1}"
                f" && chengmai.layers.get('m').sheet.at.zoom === {ZOOM + 1}"
            )
            await stand(2, 0, 0)

    run(work())
