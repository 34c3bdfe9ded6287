"""A program with one map view and nothing else, told in JSON what became of it.

    python -m tests.helpers.map_alone [folder]

For what a test cannot do to itself: another user, no user namespaces, no network.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from app.gis.frames import encode_json
from tests.helpers.seat import TestSeat, context_of
from widgets.bridge import Bridge
from widgets.map.before import allow_maps
from widgets.map.said import Moved
from widgets.map.view import MapView

WITHIN_S = 30.0
ZOOM = 12.0


async def look(bridge: Bridge, seat: TestSeat, kept: Path | None) -> dict[str, object]:
    """Open a view, move it, look at it."""
    view = MapView(context_of(seat, bridge), kept=kept)
    zooms: list[float] = []
    done = asyncio.Event()

    def hear(said: object) -> None:
        if isinstance(said, Moved):
            zooms.append(said.zoom)
            if said.zoom == ZOOM:
                done.set()

    view.said.connect(hear)
    view.reason_changed.connect(done.set)
    view.resize(400, 300)
    view.show()
    view.send(encode_json("state", {"lon": 119.0, "lat": 33.5, "zoom": ZOOM, "fly_ms": 0}))
    with suppress(TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            await done.wait()
    pixels: set[int] = set()
    with suppress(TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            while (
                len(pixels) < 3 or not view.opening.isHidden()
            ):  # a page that is ready may not be painted yet
                image = view.grab().toImage()
                pixels = {image.pixel(x, y) for x in range(0, 400, 2) for y in range(0, 300, 2)}
                await asyncio.sleep(0)
    engine = view.service.engine
    found = {
        "uid": os.geteuid(),
        "ready": view.is_ready,
        "moved": ZOOM in zooms,
        "reason": view.reason.id if view.reason else "",
        "colours": len(pixels),
        "stopped": engine.ledger.total if engine else 0,
        "sandbox_off": os.environ.get("QTWEBENGINE_DISABLE_SANDBOX", ""),
        "webengine": "PySide6.QtWebEngineCore" in sys.modules,
        "flags": os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", ""),
    }
    view.close_map()
    view.hide()
    view.deleteLater()
    await asyncio.sleep(0.05)
    return found


def main() -> None:
    """Print what was found."""
    allow_maps()
    application = QApplication(["map-alone"])
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    seat = TestSeat()
    bridge = Bridge(seat.hub)
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with loop:
        found = loop.run_until_complete(look(bridge, seat, kept))
    bridge.stop()
    print(json.dumps(found), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
