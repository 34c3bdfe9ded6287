"""A view: a page that dies comes back with all it showed; nothing from outside becomes HTML."""

import os
import signal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.gis.frames import bundle, encode, encode_json
from tests.helpers.map_page import opened
from widgets.map import view as view_module
from widgets.map.said import Moved, Ready
from widgets.map.view import RESTARTS

STATE = {"lon": 119.0, "lat": 33.5, "zoom": 12.0, "fly_ms": 0}


async def die(page) -> None:
    """End the page's process as a fault would."""
    pid = page.web.page().renderProcessPid()
    assert pid > 0
    deaths = page.view.deaths
    os.kill(pid, signal.SIGKILL)
    await page.until(lambda: page.view.deaths > deaths, "the end is noticed")


def test_a_page_that_died_says_so_and_comes_back_with_what_it_showed(run, context):
    async def work():
        async with opened(context) as page:
            page.send(encode_json("state", STATE))
            page.view.set_foot(("审图号 GS(2024)0650",))
            await page.wait_said(Moved, lambda one: one.zoom == 12.0)
            await die(page)
            assert page.view.reason.id == "mapview.died"
            assert page.web.isHidden()
            page.said.clear()
            await page.wait_said(Ready)
            await page.wait_for("chengmai.page.map.getZoom() === 12")
            foot = await page.wait_for("document.getElementById('foot').textContent")
            assert foot == "审图号 GS(2024)0650"
            assert page.view.reason is None and not page.web.isHidden()

    run(work())


def test_maps_share_a_process_and_come_back_together(run, context):
    async def work():
        async with opened(context) as one, opened(context) as other:
            pids = {page.web.page().renderProcessPid() for page in (one, other)}
            assert len(pids) == 1
            for page, zoom in ((one, 12.0), (other, 9.0)):
                page.send(encode_json("state", {**STATE, "zoom": zoom}))
                await page.wait_said(Moved, lambda said, zoom=zoom: said.zoom == zoom)
            await die(one)
            await other.until(lambda: other.view.deaths == 1, "the other noticed")
            for page, zoom in ((one, 12), (other, 9)):
                await page.until(lambda page=page: page.view.is_ready, "it is back")
                await page.wait_for(f"chengmai.page.map.getZoom() === {zoom}")
                assert page.view.reason is None

    run(work())


def test_a_page_that_keeps_dying_waits_for_a_person(run, context):
    async def work():
        async with opened(context) as page:
            page.view._again.setInterval(1)
            for _ in range(RESTARTS):
                await die(page)
                assert page.view.reason.id == "mapview.died"
                page.view._again.start(1)
                await page.until(lambda: page.view.is_ready, "it is back")
            await die(page)
            assert page.view.reason.id == "mapview.keeps_dying"
            said = context.translator.render(page.view.reason)
            assert f"{RESTARTS + 1} 次" in said and "Enter" in said
            assert not page.view._again.isActive()
            QTest.keyClick(page.view, Qt.Key.Key_Return)
            await page.until(lambda: page.view.is_ready, "it is back after Enter")
            assert page.view.reason is None

    run(work())


def test_a_page_that_hangs_is_ended_and_comes_back(run, context, monkeypatch, expect_log):
    expect_log("the page of the map map-1 hangs, its process [0-9]+ is ended")
    monkeypatch.setattr(view_module, "HUNG_S", 0.2)

    async def work():
        async with opened(context) as page:
            page.view._watch.start(50)
            page.web.page().runJavaScript("chengmai.page.on('probe', () => { for (;;); })")
            await page.painted()
            page.send(encode({"kind": "probe"}))
            page.send(encode_json("state", STATE))
            await page.until(lambda: page.view.deaths == 1, "it is ended")
            page.view._outbox._newest.pop("probe")  # what hung it does not come again
            await page.until(lambda: page.view.is_ready, "it is back")
            await page.wait_for("chengmai.page.map.getZoom() === 12")

    run(work())


def test_a_view_that_is_hidden_gets_the_newest_when_it_is_shown(run, context):
    async def work():
        async with opened(context) as page:
            await page.script(
                "window.heard = [], chengmai.page.on('probe', f => heard.push(f.head.n))"
            )
            page.view.hide()
            for number in range(50):
                page.send(encode({"kind": "probe", "n": number}))
            await page.script("1")
            page.view.show()
            await page.wait_for("heard.length")
            assert await page.script("heard") == [49]

    run(work())


def test_many_frames_come_in_order_and_none_that_counts_is_lost(run, context):
    async def work():
        async with opened(context) as page:
            await page.script(
                "window.heard = {}, ['a', 'b'].forEach(k => chengmai.page.on(k, f =>"
                " (heard[f.head.layer] = heard[f.head.layer] || []).push(f.head.n)))"
            )
            for number in range(200):
                frames = [
                    encode({"kind": kind, "layer": layer, "n": number})
                    for kind, layer in (("a", "x"), ("b", "y"))
                ]
                page.send(bundle(frames))
            await page.wait_for("(heard.x || []).at(-1) === 199 && (heard.y || []).at(-1) === 199")
            for seen in (await page.script("heard")).values():
                assert seen == sorted(set(seen))

    run(work())


def test_text_is_text(run, context):
    """Lines at the foot come from files of others."""
    planted = '<img src=x onerror="window.hit=1"><script>window.hit=2</script>&lt;b&gt;'

    async def work():
        async with opened(context) as page:
            page.view.set_foot((planted, "公开"))
            await page.wait_for("document.querySelectorAll('#foot span').length === 2")
            assert await page.script("document.querySelector('#foot span').textContent") == planted
            assert await page.script("document.querySelectorAll('#foot span *').length") == 0
            assert await page.script("window.hit === undefined")
            assert page.ledger.total == 0

    run(work())


def test_colours_and_sizes_of_the_theme_are_in_the_page(run, context):
    async def work():
        async with opened(context) as page:
            await page.wait_for("chengmai.look.colours.text1")
            theme = context.theme
            assert await page.script("chengmai.look.colours['warning.red']") == "#ff5257"
            assert await page.script("chengmai.look.colours['series.1']") == theme.series[0].name()
            assert await page.script("chengmai.look.sizes.caption") == 14
            canvas = theme.canvas
            assert await page.colour_at(480, 320) == (canvas.red(), canvas.green(), canvas.blue())
            assert (
                await page.script(
                    "document.fonts.load('700 16px \"Chengmai Sans\"', '城').then(f => f.length)"
                )
                == 1
            )

    run(work())


def test_a_map_that_is_only_looked_at_is_not_moved_by_hand(run, context):
    async def work():
        async with opened(context) as page:
            page.send(encode_json("state", {**STATE, "interactive": False}))
            await page.wait_said(Moved, lambda one: one.zoom == 12.0)
            await page.drag([(400, 300), (300, 200), (200, 100)])
            await page.wheel(400, 300, 2)
            await page.painted()
            assert await page.script("chengmai.page.map.getZoom()") == 12
            page.send(encode_json("state", {**STATE, "interactive": True}))
            await page.wait_for("chengmai.page.map.dragging.enabled()")
            page.said.clear()
            await page.drag([(400, 300), (380, 290), (300, 200), (200, 100)])
            moved = await page.wait_said(Moved, lambda one: one.lon > 119.01)
            assert moved.by == "hand" and moved.lat < 33.5

    run(work())


def test_a_flight_arrives_and_is_the_states(run, context):
    async def work():
        async with opened(context) as page:
            await page.script("chengmai.look.reduced = false")
            page.send(encode_json("state", {**STATE, "fly_ms": 60_000}))
            moved = await page.wait_said(Moved, lambda one: one.zoom == 12.0 and one.lat < 33.6)
            assert abs(moved.lon - 119.0) < 0.01
            assert {one.by for one in page.said if isinstance(one, Moved)} - {"state"} <= {"hand"}

    run(work())


def test_what_runs_on_after_a_hand_does_not_undo_an_order(run, context):
    async def work():
        async with opened(context) as page:
            page.send(encode_json("state", {**STATE, "moves": 1}))
            await page.wait_said(Moved, lambda one: one.zoom == 12.0 and one.moves == 1)
            page.said.clear()
            # As after a quick pull: the map runs on by itself, and tells so as moved by a hand.
            await page.script(
                "(chengmai.page.map.panBy([4000, 0], {animate: true, duration: 60}), 1)"
            )
            await page.wait_said(Moved, lambda one: one.by == "hand" and one.lon > STATE["lon"])
            elsewhere = {**STATE, "lon": 117.0, "zoom": 13.0, "moves": 2, "fly_ms": 0}
            page.send(encode_json("state", elsewhere))
            await page.wait_said(Moved, lambda one: one.zoom == 13.0)
            told = [one for one in page.said if isinstance(one, Moved)]
            assert {one.by for one in told if one.moves == 2} == {"state"}
            assert {one.moves for one in told if one.by == "hand"} == {1}

    run(work())
