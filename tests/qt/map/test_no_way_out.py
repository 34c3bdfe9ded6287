"""Nothing leaves the page: not while it boots and draws, not when something is planted in it."""

import socket

import pytest

from app.gis.frames import encode_json
from tests.helpers.map_page import opened
from tests.helpers.tripwire import Tripwire
from widgets.map.said import Moved

# Name and JavaScript that plants it: a promise that ends when the page knows the outcome. {http}
# and {ws} are addresses of a port that listens, {stun} one of UDP.
MADE = (
    "new Promise(done => {{ const e = Object.assign(document.createElement('{tag}'), {fields});"
    " e.onload = e.onerror = done; document.{place}.append(e); }})"
)


def made(tag: str, fields: str, place: str = "body") -> str:
    """An element that loads something, until it did or could not."""
    return MADE.format(tag=tag, fields=fields, place=place)


def put(code: str) -> str:
    """Something that tells nobody how it ended."""
    return f"(async () => {{ {code} }})()"


PLANTED = {
    "img": made("img", "{src: '{http}/a.png'}"),
    "script": made("script", "{src: '{http}/a.js'}"),
    "style sheet": made("link", "{rel: 'stylesheet', href: '{http}/a.css'}", "head"),
    "css import": put(
        "const s = new CSSStyleSheet(); await s.replace('x{}').catch(() => 0);"
        "const e = document.createElement('style'); e.textContent = '@import url({http}/b.css);';"
        "document.head.append(e)"
    ),
    "font": put("await new FontFace('x', 'url({http}/a.woff2)').load().catch(() => 0)"),
    "background": put("document.body.style.backgroundImage = 'url({http}/b.png)'"),
    "fetch": put("await fetch('{http}/a').catch(() => 0)"),
    "fetch of a name": put("await fetch('http://leak.example:80/a').catch(() => 0)"),
    "fetch without cors": put("await fetch('{http}/a', {mode: 'no-cors'}).catch(() => 0)"),
    "xhr": "new Promise(done => { const x = new XMLHttpRequest(); x.onloadend = done;"
    " x.open('GET', '{http}/x'); try { x.send() } catch (e) { done() } })",
    "beacon": put("navigator.sendBeacon('{http}/b', 'x')"),
    "event source": "new Promise(done => { try { const s = new EventSource('{http}/e');"
    " s.onerror = () => { s.close(); done() } } catch (e) { done() } })",
    "websocket": "new Promise(done => { try { const s = new WebSocket('{ws}/w');"
    " s.onerror = s.onclose = done } catch (e) { done() } })",
    "iframe": put(
        "const f = document.createElement('iframe'); f.src = '{http}/f'; document.body.append(f)"
    ),
    "object": put(
        "document.body.append(Object.assign(document.createElement('object'), {data: '{http}/o'}))"
    ),
    "video": put(
        "const v = document.createElement('video'); v.src = '{http}/v';"
        "document.body.append(v); await v.play().catch(() => 0)"
    ),
    "prefetch": made("link", "{rel: 'prefetch', href: '{http}/p'}", "head"),
    "preload": made("link", "{rel: 'preload', as: 'image', href: '{http}/p.png'}", "head"),
    "module preload": made("link", "{rel: 'modulepreload', href: '{http}/p.js'}", "head"),
    "preconnect": put(
        "document.head.append(Object.assign(document.createElement('link'),"
        " {rel: 'preconnect', href: '{http}'}))"
    ),
    "dns prefetch": put(
        "document.head.append(Object.assign(document.createElement('link'),"
        " {rel: 'dns-prefetch', href: '//leak.example'}))"
    ),
    "manifest": put(
        "document.head.append(Object.assign(document.createElement('link'),"
        " {rel: 'manifest', href: '{http}/m.json'}))"
    ),
    "icon": put(
        "document.head.append(Object.assign(document.createElement('link'),"
        " {rel: 'icon', href: '{http}/i.ico'}))"
    ),
    "form": put(
        "const f = document.createElement('form'); f.action = '{http}/f'; f.method = 'post';"
        "document.body.append(f); f.submit()"
    ),
    "navigation": put("location.href = '{http}/n'"),
    "new window": put("window.open('{http}/w')"),
    "link": put(
        "const a = document.createElement('a'); a.href = '{http}/l'; a.ping = '{http}/ping';"
        "a.target = '_blank'; document.body.append(a); a.click()"
    ),
    "download": put(
        "const a = document.createElement('a'); a.href = '{http}/d'; a.download = 'd';"
        "document.body.append(a); a.click()"
    ),
    "worker": put("try { new Worker('{http}/w.js') } catch (e) {}"),
    "service worker": put(
        "if (navigator.serviceWorker)"
        " await navigator.serviceWorker.register('{http}/s.js').catch(() => 0)"
    ),
    "file": put("await fetch('file:///etc/hostname').catch(() => 0)"),
    "qrc": put("await fetch('qrc:///qtwebchannel/qwebchannel.js').catch(() => 0)"),
    "other host of the scheme": put("await fetch('city://other/x').catch(() => 0)"),
    "stun": "new Promise(done => { let c; const iceServers = [{urls: '{stun}'}];"
    " try { c = new RTCPeerConnection({iceServers}) } catch (e) { return done() }"
    " c.createDataChannel('x');"
    " c.onicegatheringstatechange = () => c.iceGatheringState === 'complete' && done();"
    " c.createOffer().then(o => c.setLocalDescription(o)) })",
}
UNHEARD = {"preconnect", "dns prefetch", "manifest", "worker", "service worker"}
"""What the engine refuses by itself or what ends at the resolver: stopped, uncounted."""
UNHEARD_BY_THE_GUARD = UNHEARD | {"icon", "file", "qrc"}


def without_rules(service):
    """The page without its own rules (CSP): what is stopped now is stopped by the guard."""
    handler = service.engine.handler
    handler.headers = {k: v for k, v in handler.headers.items() if b"Security" not in k.data()}


def test_a_wire_that_is_touched_tells():
    with Tripwire() as wire:
        socket.create_connection(("127.0.0.1", wire.tcp_port)).close()
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.sendto(b"x", ("127.0.0.1", wire.udp_port))
        sender.close()
    assert (wire.tcp, wire.udp) == (1, 1)


@pytest.mark.parametrize("rules", [True, False], ids=["rules and guard", "guard alone"])
def test_what_is_planted_is_stopped_and_counted(run, context, rules, expect_log):
    if not rules:
        expect_log("map page: Not allowed to load local resource: file:///etc/hostname")
        expect_log("map page: Fetch API cannot load qrc:///")

    async def plant(page, wire):
        places = {
            "{http}": f"http://127.0.0.1:{wire.tcp_port}",
            "{ws}": f"ws://127.0.0.1:{wire.tcp_port}",
            "{stun}": f"stun:127.0.0.1:{wire.udp_port}",
        }
        unheard = set()
        for name, code in PLANTED.items():
            for gap, place in places.items():
                code = code.replace(gap, place)
            before = page.ledger.total
            await page.script(f"{code}.then(() => 1)")
            if name in (UNHEARD if rules else UNHEARD_BY_THE_GUARD):
                await page.painted()
                unheard |= {name} if page.ledger.total == before else set()
            else:
                await page.until(lambda seen=before: page.ledger.total > seen, f"{name} counted")
        return unheard

    async def work():
        with Tripwire() as wire:
            async with opened(context) as page:
                if not rules:
                    without_rules(page.view.service)
                    await page.reload()
                assert page.ledger.total == 0
                unheard = await plant(page, wire)
                assert unheard == (UNHEARD if rules else UNHEARD_BY_THE_GUARD)
                assert (await page.script("location.href")).startswith("city://map/page/")
                assert await page.script("!!document.querySelector('.leaflet-container')")
                # The last are told by origin alone.
                assert all("/" not in one.origin.partition("://")[2] for one in page.ledger.last)
                assert len(page.ledger.last) <= 50
                by = set(page.ledger.stopped)
                assert {"guard", "page"} <= by if not rules else {"connect-src", "page"} <= by
        assert (wire.tcp, wire.udp) == (0, 0)

    run(work())


def test_the_page_boots_and_draws_without_asking_anybody_else(run, context):
    async def work():
        with Tripwire() as wire:
            async with opened(context) as page:
                page.send(encode_json("state", {"lon": 119, "lat": 33.5, "zoom": 11, "layers": []}))
                await page.wait_said(Moved, lambda one: one.zoom == 11.0)
                await page.painted()
                asked = await page.script(
                    "[...document.scripts, ...document.styleSheets].map(e => e.src || e.href)"
                )
                assert asked and all(name.startswith("city://map/") for name in asked)
                assert page.ledger.allowed >= len(asked)
                assert page.ledger.total == 0
                assert page.view.service.engine.handler.refused == 0
        assert (wire.tcp, wire.udp) == (0, 0)

    run(work())
