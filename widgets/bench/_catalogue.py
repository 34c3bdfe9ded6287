"""`catalogue_p99`: from a key to the list of cameras painted, in the real panel over the 40,000
cameras that the platform of suqian lists. What is typed: names, pinyin, initials, codes, addresses,
letter by letter and with a correction."""

import asyncio
import random
import time
from collections.abc import Callable
from statistics import quantiles

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.bench._base import Figure
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.core.text import folded, initials, pinyin
from app.live.camera_offers import PREFIX
from app.live.hub import Kind
from app.live.video_names import CameraNames
from app.sim.video.cameras import PLATFORM, SimCamera, cameras_of
from widgets.bench._desk import measure
from widgets.panels.cameras import Cameras
from widgets.session import Session

TYPED = 200
SCANNED = 20
WITHIN_S = 60.0
SETTLED_S = 10.0


def catalogue_p99() -> Figure:
    """The slowest key of a hundred, with a scan of every word of every camera as its baseline."""
    fast, slow, count = measure(_figures, "suqian", feeds=False, scene="video")
    return Figure("catalogue_p99", fast, "ms", f"scan of all words of {count} cameras, p99", slow)


async def _figures(session: Session) -> tuple[float, float, int]:
    runtime = session.runtime
    listed = [_camera(one) for one in cameras_of(runtime.city)]
    panel = await _panel(session)
    runtime.seat.videos.cameras = CameraNames(listed)
    now = runtime.clock.now()
    records = [
        Sourced(PLATFORM, now, DeviceStatus(one.id, now, DeviceState.ONLINE)) for one in listed
    ]
    for kind, ids in runtime.picture.apply_records(records).items():
        runtime.hub.publish(kind, ids)
    runtime.hub.publish(Kind.SEAT, [PREFIX])
    await _until(lambda: panel.tally.of("all")[0] == len(listed) and panel.finder.is_ready)
    await asyncio.sleep(SETTLED_S)  # the palette learns the same names in its own thread
    _press(panel, Qt.Key.Key_F, "f")
    texts = _texts(listed)
    taken = [spent for text in texts for spent in _typed(panel, text)]
    words = await asyncio.to_thread(list, map(_words, listed))
    scans = [spent for text in texts[:SCANNED] for spent in _scanned(words, text)]
    return quantiles(taken, n=100)[98], quantiles(scans, n=100)[98], len(listed)


async def _panel(session: Session) -> Cameras:
    shell = session.shell

    def found() -> Cameras | None:
        panels = (panel for window in shell.windows for panel in window.panels.values())
        return next((one for one in panels if isinstance(one, Cameras) and one.lines), None)

    await _until(found)
    panel = found()
    assert panel is not None
    return panel


async def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the panel is not ready")
        await asyncio.sleep(0.05)


def _camera(one: SimCamera) -> Camera:
    return Camera(
        one.id, one.name, "", one.region, one.lon, one.lat, one.form, one.heading,
        address=one.address,
    )  # fmt: skip


def _texts(listed: list[Camera]) -> list[str]:
    chance = random.Random(7)  # noqa: S311 - typed texts, no secrets
    found = []
    for number in range(TYPED):
        one = chance.choice(listed)
        forms = (
            one.name_zh,
            pinyin(one.name_zh),
            initials(one.name_zh),
            one.id.partition(":")[2],
            one.address,
            one.name_zh[2:],
        )
        found.append(forms[number % len(forms)][:16])
    return [text for text in found if text]


def _typed(panel: Cameras, text: str) -> list[float]:
    """The milliseconds from each key to its painted list; then the line is emptied."""
    spent = [_press(panel, Qt.Key.Key_unknown, letter) for letter in text]
    spent.append(_press(panel, Qt.Key.Key_Backspace, "\b"))
    panel.finder.text = ""
    return spent


def _press(panel: Cameras, key: Qt.Key, text: str) -> float:
    press = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    began = time.perf_counter()
    QApplication.sendEvent(panel, press)
    panel.repaint()
    return (time.perf_counter() - began) * 1000


def _words(one: Camera) -> tuple[str, ...]:
    names = (folded(one.name_zh), one.id, folded(one.address))
    return (*names, initials(one.name_zh), pinyin(one.name_zh))


def _scanned(words: list[tuple[str, ...]], text: str) -> list[float]:
    """The milliseconds that looking into every word takes, for each letter."""
    spent = []
    for end in range(1, len(text) + 1):
        began, wanted = time.perf_counter(), folded(text[:end])
        found = [number for number, of in enumerate(words) if any(wanted in word for word in of)]
        spent.append((time.perf_counter() - began) * 1000)
        assert found or wanted
    return spent
