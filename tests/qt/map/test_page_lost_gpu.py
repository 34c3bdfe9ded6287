"""A graphics driver that takes its contexts away: what was drawn by them is drawn without."""

from collections.abc import Callable
from typing import Any

from app.gis.content import MarkStyle
from app.gis.frames import Timing, encode_marks
from tests.helpers.map_page import MapPageUnderTest, opened
from tests.qt.map.test_page_live import HOME, NOW, is_colour, marks_at, settled, shown
from widgets.context import Context
from widgets.map.said import Ready

BY_GPU = "(chengmai.page.webgl = true, chengmai.renderers.name = () => 'webgl', 1)"
AT_ALL = "(chengmai.renderers.FEW = 0, 1)"
LAYER = "chengmai.layers.get('a')"
DRAWN_BY = LAYER + ".renderer?.constructor === chengmai."
LOSE = f"({LAYER}.renderer.gl.getExtension('WEBGL_lose_context').loseContext(), 1)"
PLACES = [(-100.0, 50.0), (100.0, -50.0)]
STYLE = MarkStyle("dot", "series.1", 12)


async def draw_by_gpu(page: MapPageUnderTest, places: list[tuple[float, float]]) -> None:
    """The layer `a` with a mark at each of these, as where there is a GPU."""
    await page.script(BY_GPU)
    await page.script(AT_ALL)
    made = marks_at([STYLE] * len(places), places)
    page.send(encode_marks("a", 1, made, HOME, Timing(at=NOW)))
    await settled(page, "a", 1)


def test_marks_stand_without_the_context_that_drew_them_and_go_back_to_one(
    run: Callable[..., Any], context: Context
) -> None:
    colour, ground = context.theme.series[0], context.theme.canvas

    async def work() -> None:
        async with opened(context) as page:
            await draw_by_gpu(page, PLACES)
            assert await page.script(DRAWN_BY + "WebGl")
            await page.script(LOSE)
            await page.wait_for(DRAWN_BY + "Splat")
            # What comes now, and where nothing comes what stood there.
            rows = await shown(page)
            assert all(is_colour(rows[320 + int(y), 480 + int(x)], colour) for x, y in PLACES)
            moved = marks_at([STYLE, STYLE], [(x, y + 60) for x, y in PLACES])
            page.send(encode_marks("a", 2, moved, HOME, Timing(at=NOW, set=1)))
            await settled(page, "a", 2)
            rows = await shown(page)
            assert all(is_colour(rows[320 + int(y), 480 + int(x)], ground) for x, y in PLACES)
            assert all(is_colour(rows[380 + int(y), 480 + int(x)], colour) for x, y in PLACES)
            assert await page.script("chengmai.renderers.losses") == 1
            await page.script("(chengmai.renderers.REST_MS = 0, chengmai.stage.all(), 1)")
            await page.wait_for(DRAWN_BY + "WebGl")
            rows = await shown(page)
            assert all(is_colour(rows[380 + int(y), 480 + int(x)], colour) for x, y in PLACES)

    run(work())


def test_a_layer_that_leaves_gives_its_context_back_and_that_is_no_loss(
    run: Callable[..., Any], context: Context
) -> None:
    async def work() -> None:
        async with opened(context) as page:
            await draw_by_gpu(page, PLACES[:1])
            await page.script(
                f"(window.over = false, {LAYER}.renderer.sheet.canvas"
                ".addEventListener('webglcontextlost', () => (window.over = true)),"
                "chengmai.layers.drop('a'), 1)"
            )
            await page.wait_for("window.over")
            assert await page.script("chengmai.renderers.losses") == 0

    run(work())


def test_where_it_keeps_happening_the_program_is_told_that_there_is_no_gpu(
    run: Callable[..., Any], context: Context
) -> None:
    async def work() -> None:
        async with opened(context) as page:
            await page.script(
                "(chengmai.renderers.TOGETHER_MS = chengmai.renderers.REST_MS = 0, 1)"
            )
            await draw_by_gpu(page, PLACES[:1])
            stood = sum(isinstance(said, Ready) for said in page.said)
            for loss in (1, 2, 3):
                await page.wait_for(DRAWN_BY + "WebGl")
                await page.script(LOSE)
                await page.wait_for(f"chengmai.renderers.losses === {loss}")
            await page.until(
                lambda: sum(isinstance(said, Ready) for said in page.said) > stood, "Ready"
            )
            last = next(said for said in reversed(page.said) if isinstance(said, Ready))
            assert not last.webgl
            await page.wait_for(DRAWN_BY + "Splat")
            await page.script("(chengmai.stage.all(), 1)")
            await page.painted()
            assert await page.script(DRAWN_BY + "Splat")
            rows = await shown(page)
            assert is_colour(rows[320 + 50, 480 - 100], context.theme.series[0])

    run(work())
