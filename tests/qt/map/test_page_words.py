"""Words on the map: none on a seam of a wall, none under a symbol; a page that is not there yet."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.model import Level
from app.gis.content import MarkStyle, ShapeStyle
from app.gis.frames import Timing, bundle, encode_json, encode_labels, encode_marks, encode_shapes
from app.live.seat import SeatKind
from tests.helpers.map_page import MapPageUnderTest, opened
from tests.qt.map.test_page_live import HOME, NOW, ZOOM, area, marks_at, pixels
from widgets.context import Context
from widgets.map.look import NO_SEAMS, Seams, floors, look_frame, seams_of, sizes
from widgets.map.opening import Opening
from widgets.map.view import MapView
from widgets.theme import REFERENCE_WALL, WallProfile, load_theme

SEAMS = Seams((480.0,), (320.0,), 20.0)
PLACED = "chengmai.labels.player.placed"


def test_no_name_lies_across_a_seam(run: Callable[..., Any], context: Context) -> None:
    """An area in the very middle of four panels, signs just beside both seams."""
    square = [(-200.0, -200.0), (200.0, -200.0), (200.0, 200.0), (-200.0, 200.0)]
    (lon,), (lat,) = pixels((0.0, 0.0))
    named = msgspec.structs.replace(
        area(square, style=ShapeStyle(line="line2")),
        labels=np.array(["清江浦区 68.3"], object),
        label_zoom=3.0,
        label_lon=np.array([lon]),
        label_lat=np.array([lat]),
    )
    places = [(-60.0, -100.0), (0.0, 150.0), (-30.0, 0.0), (90.0, 10.0)]
    signs = marks_at([MarkStyle("dot", "text1", 12)], places, style=[0] * 4, label_zoom=3.0)
    words = ["电动自行车充电与入梯", "群租房管理", "管制路段", "独居老人异常"]

    async def work() -> None:
        async with opened(context) as page:
            state = {"lon": 0.0, "lat": 0.0, "zoom": ZOOM, "fly_ms": 0}
            page.send(bundle([look_frame(context, seams=SEAMS), encode_json("state", state)]))
            page.send(encode_shapes("a", 1, named, HOME, Timing(at=NOW)))
            marks = encode_marks("m", 1, signs, HOME, Timing(at=NOW, set=2))
            page.send(bundle([encode_labels("m", 2, words), marks]))
            await page.wait_for(f"{PLACED}.length === 5")
            for one in await page.script(PLACED):
                across = abs(one["cx"] - 480) - one["width"] / 2
                down = abs(one["cy"] - 320) - one["size"] * 0.6
                assert across >= 20 and down >= 20, one["text"]
            # The lines at the foot stand beside the seam, too.
            page.send(look_frame(context, ("CGCS2000", "审图号 苏S（2024）1 号"), SEAMS))
            foot = "document.getElementById('foot')"
            left = f"{foot}.getBoundingClientRect().left >= 500"
            await page.wait_for(f"{foot}.childElementCount && {left}")

    run(work())


@pytest.mark.parametrize(
    ("step", "opacity", "ink"),
    [(2, 0.8, "text1"), (5, 0.5, "text1"), (5, 1.0, "ink"), (6, 0.4, "text1"), (6, 0.9, "ink")],
)
def test_the_name_of_an_area_stands_out_from_it_as_it_is_seen(
    run: Callable[..., Any], context: Context, step: int, opacity: float, ink: str
) -> None:
    """By the ratios of WCAG 2.2, worked out apart: a step that lets the dark ground through is
    dark. On step 5 of a ramp at 0.5 bright ink has 7.1:1, dark ink 2.3; at 1.0 2.9 and 5.7."""
    square = [(-200.0, -200.0), (200.0, -200.0), (200.0, 200.0), (-200.0, 200.0)]
    (lon,), (lat,) = pixels((0.0, 0.0))
    named = msgspec.structs.replace(
        area(square, style=ShapeStyle(fill=f"sequential.{step}", opacity=opacity)),
        labels=np.array(["涟水 5"], object),
        label_zoom=3.0,
        label_lon=np.array([lon]),
        label_lat=np.array([lat]),
    )

    async def work() -> None:
        async with opened(context) as page:
            state = {"lon": 0.0, "lat": 0.0, "zoom": ZOOM, "fly_ms": 0}
            page.send(bundle([look_frame(context), encode_json("state", state)]))
            page.send(encode_shapes("a", 1, named, HOME, Timing(at=NOW)))
            await page.wait_for(f"{PLACED}.length === 1")
            assert await page.script(f"{PLACED}[0].colour") == ink

    run(work())


def test_a_warning_does_not_cover_the_number_of_a_cluster(
    run: Callable[..., Any], context: Context
) -> None:
    many = marks_at([MarkStyle("dot", "text1", 6)], [(0.0, 0.0)] * 1284, [0] * 1284, cluster=True)
    sign = marks_at([MarkStyle("warning", size=40, level=Level.ORANGE)], [(0.0, 0.0)])
    spots = "chengmai.layers.get('many').clusters?.spots"

    async def work() -> None:
        async with opened(context) as page:
            page.send(encode_marks("many", 1, many, HOME, Timing(at=NOW)))
            await page.wait_for(f"{spots}?.length === 1")
            assert await page.script(f"[{spots}[0].x, {spots}[0].y]") == [480, 320]
            page.send(encode_marks("sign", 1, sign, HOME, Timing(at=NOW)))
            await page.wait_for(f"Math.hypot({spots}[0].x - 480, {spots}[0].y - 320) > 20")
            (spot,) = await page.script(spots)
            left, top, right, bottom = spot["box"]
            assert left >= 500 or right <= 460 or top >= 340 or bottom <= 300
            assert spot["text"] == "1,284"
            drawn = "chengmai.layers.get('many').clusters.drawn === chengmai.Clusters.key"
            await page.wait_for(drawn)
            assert await page.colour_at(480, 320 + 13) != await page.colour_at(
                round(spot["x"]), round(spot["y"] + spot["radius"] - 4)
            )
            # A click on the disc where it stands opens it.
            await page.click(round(spot["x"]), round(spot["y"]))
            await page.wait_for(f"chengmai.page.map.getZoom() === {ZOOM + 2}")

    run(work())


def test_what_turns_letters_is_not_drawn_and_a_long_name_is_cut(
    run: Callable[..., Any], context: Context
) -> None:
    words = ["金湖\u202e乱序\u202c县", "很长的设备名称" * 20 + " 12.5", "<b>粗</b>"]
    places = [(-200.0, -100.0), (-300.0, 0.0), (100.0, 100.0)]
    made = marks_at([MarkStyle("dot", "text1", 6)], places, [0] * 3, label_zoom=3.0)

    async def work() -> None:
        async with opened(context) as page:
            marks = encode_marks("m", 1, made, HOME, Timing(at=NOW, set=2))
            page.send(bundle([encode_labels("m", 2, words), marks]))
            await page.wait_for(f"{PLACED}.length === 3")
            placed = {one["text"]: one for one in await page.script(PLACED)}
            assert {"金湖乱序县", "<b>粗</b>"} < set(placed)
            (cut,) = set(placed) - {"金湖乱序县", "<b>粗</b>"}
            assert cut.startswith("很长的设备名称") and cut.endswith("… 12.5")
            assert placed[cut]["width"] <= 24 * placed[cut]["size"]

    run(work())


@pytest.mark.parametrize("size", [14, 22, 52, 104], ids=str)
def test_the_worst_level_stands_off_the_number(
    run: Callable[..., Any], context: Context, size: int
) -> None:
    async def work() -> None:
        async with opened(context) as page:
            for half in (0.3 * size, 0.8 * size, 1.6 * size):
                radius = max(16.0 * size / 14, half + 0.4 * size)
                shape = max(14, size)
                code = f"chengmai.Clusters.shoulder({radius}, {half}, {size}, {shape})"
                right, up = await page.script(code)
                beside = right - 0.6 * shape >= half
                above = up - shape / 2 >= 0.365 * size
                assert beside or above

    run(work())


def test_the_seams_of_a_wall_as_its_page_sees_them(
    application: QApplication, context: Context
) -> None:
    wall = WallProfile(seams_x=(1920.0, 3840.0), seams_y=(1080.0,), seam_px=4.0, has_edges=True)
    hall = replace(context, seat=SeatKind.HALL, profile=wall)
    window = QWidget()
    page = QWidget(window)
    page.setGeometry(1500, 640, 960, 640)
    assert seams_of(hall, page) == ((420.0,), (440.0,), 2 + context.theme.px(4))
    page.move(1950, 1100)
    assert seams_of(hall, page) == NO_SEAMS
    page.move(1500, 640)
    assert seams_of(context, page) == NO_SEAMS  # a desk
    led = replace(hall, profile=WallProfile(seams_x=wall.seams_x, seam_px=4.0))
    assert seams_of(led, page) == NO_SEAMS  # cabinets without an edge that the eye sees


def test_a_sentence_stands_until_the_page_has_drawn(
    run: Callable[..., Any], context: Context, expect_log: Callable[[str], None]
) -> None:
    expect_log("the page of the map map-[0-9]+ does not open")
    dot = marks_at([MarkStyle("dot", "text1", 6)], [(0.0, 0.0)])

    async def work() -> None:
        view = MapView(context)
        try:
            view.resize(400, 300)
            view.show()
            assert isinstance(view.opening, Opening) and not view.opening.isHidden()
            image = view.grab().toImage()
            ink = [image.pixelColor(x, y) for x in range(120, 280) for y in range(130, 170)]
            assert context.theme.canvas in ink and context.theme.text3 in ink
            view.send(encode_marks("a", 1, dot, HOME, Timing(at=NOW)))
            await MapPageUnderTest(view).until(view.opening.isHidden, "the page has drawn")
            assert view.reason is None
            view.reload()
            assert not view.opening.isHidden()
            view._give_up()
            assert view.reason is not None and view.reason.id == "mapview.not_open"
            assert view.opening.isHidden()
        finally:
            view.close_map()
            view.hide()
            view.deleteLater()
            await asyncio.sleep(0)

    run(work())


@pytest.mark.parametrize("metres", [5.0, 10.0, 20.0])
@pytest.mark.parametrize("pitch", [0.9, 1.25, 1.9])
def test_words_and_signs_of_a_wall_can_be_read_from_its_farthest_seat(
    application: QApplication, pitch: float, metres: float
) -> None:
    """Minutes of arc by tan: 16 for digits, 12 for a dot, 20 for a shape (LANGUAGE.md 3 and 14)."""
    wall = WallProfile(pitch_mm=pitch, farthest_m=metres)
    theme = load_theme("hall", scale=wall.px(1) / REFERENCE_WALL.px(1), wall=wall)
    found = sizes(theme) | floors(theme, wall)

    def minutes(pixels: float) -> float:
        return 60 * math.degrees(2 * math.atan(pixels * pitch / 2000 / metres))

    assert minutes(found["caption"] * 0.733) >= 15.9
    assert minutes(found["dot"]) >= 11.9 and minutes(found["shape"]) >= 19.9
