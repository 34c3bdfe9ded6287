"""What stands behind `city://map/`, asked by a real page: what it may ask and what it may not."""

import json
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage

from app.core.message import Refusal, message
from tests.helpers.map_page import opened
from widgets.map.files import File
from widgets.map.said import LIMIT, Drawn, Hovered

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def asked(address: str, how: str = "{}") -> str:
    """JavaScript that asks and gives [type, length], or null where it is refused."""
    return (
        f"fetch('{address}', {how}).then(async r => r.ok ? [r.headers.get('content-type'),"
        " (await r.arrayBuffer()).byteLength] : null, () => null)"
    )


def test_a_page_asks_for_what_there_is(run, context):
    async def work():
        async with opened(context) as page:
            kind, length = await page.script(asked("city://map/assets/map/page.js"))
            assert kind.startswith("text/javascript") and length > 1000
            kind, length = await page.script(
                asked("city://map/assets/fonts/ChengmaiSans-Regular.otf")
            )
            assert (kind, length) == ("font/otf", 4_996_168)
            headers = await page.script(
                "fetch('city://map/assets/map/page.css').then(r => Object.fromEntries(r.headers))"
            )
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "default-src 'none'" in headers["content-security-policy"]

    run(work())


REFUSED = (
    ("city://map/", "{}"),
    ("city://map/assets/", "{}"),
    ("city://map/assets/map/none.js", "{}"),
    ("city://map/assets/map/../vendor/manifest.toml", "{}"),
    ("city://map/assets/vendor/manifest.toml", "{}"),
    ("city://map/assets/..%2f..%2f..%2fmain.py", "{}"),
    ("city://map/assets/%2e%2e/%2e%2e/main.py", "{}"),
    ("city://map/assets//etc/passwd", "{}"),
    ("city://map/assets/map/page.js%00.css", "{}"),
    ("city://map/page/../../main.py", "{}"),
    ("city://map/page/none", "{}"),
    ("city://map/none/x", "{}"),
    ("city://map/assets/map/page.js", "{method: 'POST'}"),
    ("city://map/assets/map/page.js", "{method: 'DELETE'}"),
    ("city://map/live/map-1", "{method: 'PUT'}"),
    ("city://map/live/another", "{}"),
    ("city://map/live/", "{}"),
    ("city://map/say/map-1", "{}"),
    ("city://map/say/map-1", "{method: 'PUT', headers: {'X-Said': '{}'}}"),
    ("city://map/tiles/b/1/0", "{}"),
    ("city://map/tiles/b/1/0/0/0", "{}"),
    ("city://map/tiles/b/-1/0/0", "{}"),
    ("city://map/tiles/b/1/2/0", "{}"),
    ("city://map/tiles/b/1/0/2", "{}"),
    ("city://map/tiles/b/25/0/0", "{}"),
    ("city://map/tiles/b/1/0x1/0", "{}"),
    ("city://map/tiles/b/1/%D9%A1/0", "{}"),
    ("city://map/tiles/b/99999999999999999999/0/0", "{}"),
)


def test_a_page_does_not_get(run, context):
    async def work():
        async with opened(context, (80, 60)) as page:
            calls = []
            page.view.service.serve(lambda *tile: calls.append(tile) or PNG, lambda id_: None)
            for address, how in REFUSED:
                assert await page.script(asked(address, how)) is None, address
            assert calls == []

    run(work())


def test_another_page_of_the_profile_reaches_nothing(run, context):
    """None is ever made; this one is put beside ours by force, without the rules of ours."""

    async def work():
        async with opened(context) as page:
            engine = page.view.service.engine
            engine.serve(lambda *tile: PNG, lambda id_: PNG)
            other = QWebEnginePage(page.web.page().profile(), page.view)
            loaded: list[bool] = []
            other.loadFinished.connect(loaded.append)
            other.setHtml("<p>other</p>", QUrl("city://other/"))
            await page.until(lambda: loaded, "the other page")
            places = ["assets/map/page.js", "live/map-1", "tiles/b/0/0/0", "data/x", "page/"]
            other.runJavaScript(
                f"Promise.all({places}.map(p => fetch('city://map/' + p).then(r => r.ok,"
                " () => false))).then(all => { document.title = 'got ' + all.join() })"
            )
            await page.until(lambda: other.title().startswith("got"), "answers")
            assert other.title() == "got false,false,false,false,false"
            assert [stopped.origin for stopped in page.ledger.last] == ["data:"]  # its document

    run(work())


def test_tiles_and_data_come_now_or_later(run, context, expect_log):
    expect_log("what a map asked for could not be given: no line")
    waiting: dict[tuple[object, ...], Future] = {}

    def tiles(base: str, z: int, x: int, y: int):
        if base == "now":
            return PNG
        if base == "none":
            return None
        return waiting.setdefault((base, z, x, y), Future())

    async def work():
        async with opened(context) as page:
            page.view.service.serve(tiles, lambda id_: File("text/plain", id_.encode()))
            assert await page.script(asked("city://map/tiles/now/1/0/1")) == ["image/png", 28]
            assert await page.script(asked("city://map/tiles/none/1/0/1")) is None
            kind, length = await page.script(asked("city://map/data/a/b%20c"))
            assert (kind, length) == ("text/plain", len("a/b c"))
            for name in ("slow", "gone", "bad", "lost"):
                await page.script(
                    f"void (window.{name} = {asked(f'city://map/tiles/{name}/3/7/7')})"
                )
            await page.until(lambda: len(waiting) == 4, "four wait")
            waiting["lost", 3, 7, 7].set_exception(Refusal(message("mapbase.busy")))  # no log
            waiting["slow", 3, 7, 7].set_result(b"\xff\xd8\xff123")
            waiting["gone", 3, 7, 7].set_result(None)
            waiting["bad", 3, 7, 7].set_exception(OSError("no line"))
            assert await page.script("window.slow") == ["image/jpeg", 6]
            assert await page.script("window.gone") is None
            assert await page.script("window.bad") is None
            assert await page.script("window.lost") is None

    run(work())


def test_many_tiles_at_once_come_each_to_who_asked(run, context):
    """They are answered by one waking of the windows; each still has its own bytes."""
    with ThreadPoolExecutor(1) as others:

        def tiles(base: str, z: int, x: int, y: int) -> Future:
            return others.submit(lambda: PNG + b"1" * x)

        async def work():
            async with opened(context) as page:
                page.view.service.serve(tiles, lambda id_: None)
                lengths = await page.script(
                    "Promise.all(Array.from({length: 200}, (_, x) =>"
                    " fetch(`city://map/tiles/b/8/${x}/0`).then(async r =>"
                    " (await r.arrayBuffer()).byteLength)))"
                )
                assert lengths == [len(PNG) + x for x in range(200)]

        run(work())


def test_an_answer_for_a_page_that_went_away_hurts_nobody(run, context):
    waiting: list[Future] = []

    def tiles(*tile: object) -> Future:
        waiting.append(Future())
        return waiting[-1]

    async def work():
        async with opened(context) as page:
            page.view.service.serve(tiles, lambda id_: None)
            await page.script(f"void {asked('city://map/tiles/slow/3/7/7')}")
            await page.until(lambda: waiting, "a tile is asked for")
            await page.reload()
            waiting[0].set_result(PNG)
            assert await page.script("1 + 1") == 2

    run(work())


def test_what_a_page_says_comes_whole_and_in_order(run, context):
    async def work():
        async with opened(context) as page:
            text = "<script>alert('城脉')</script>\u2028\n\x00😀"
            points = [[118 + i / 1e4, 33.5] for i in range(2000)]
            await page.script(
                f"window.points = {points}, chengmai.page.say('drawn',"
                f" {{tool: 'text', points, text: {json.dumps(text)}}}) && 1"
            )
            drawn = await page.wait_said(Drawn)
            assert drawn.text == text
            assert drawn.points == [tuple(point) for point in points]
            await page.script(
                "[...Array(100).keys()].forEach("
                "i => chengmai.page.say('hovered', {layer: 'a', index: i}))"
            )
            await page.wait_said(Hovered, lambda one: one.index == 99)
            hovered = [one.index for one in page.said if isinstance(one, Hovered)]
            assert hovered == list(range(100))

    run(work())


def test_too_much_is_not_said_and_not_heard(run, context, expect_log):
    expect_log("a page said what cannot be understood")

    async def work():
        async with opened(context) as page:
            # Our own script does not say it;
            assert (
                await page.script(f"chengmai.page.say('fault', {{text: 'x'.repeat({LIMIT})}})")
                is False
            )
            # what says it nevertheless is refused.
            for said in (
                f"'x'.repeat({LIMIT + 1})",
                '\'{"kind": "exec"}\'',
                "'{'",
                "''",
            ):
                how = f"{{method: 'POST', headers: {{'X-Said': {said}}}}}"
                assert await page.script(asked("city://map/say/map-1", how)) is None
            assert await page.script(asked("city://map/say/map-1", "{method: 'POST'}")) is None
            heard = len(page.said)
            await page.script("chengmai.page.say('hovered') && 1")
            await page.wait_said(Hovered)
            assert len(page.said) == heard + 1

    run(work())
