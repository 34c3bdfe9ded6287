"""Views of maps: the first of a process, the next, what each holds, and what hours add to it."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from app.child import ROOT
from app.core.clock import SystemClock
from app.sim.pace import PacedClock
from widgets.bench._desk import measure
from widgets.bench._map_desk import until
from widgets.map.said import Drew
from widgets.panels.map import MapPanel
from widgets.session import Session

CITY = "huaian"
SIZE = (1920, 1080)
FIRST_ROUNDS, NEXT = 3, 3
SETTLES_S = 4.0
SPEED = 720.0
STEP_S = 2.5
HOUR_S = 3600.0 / SPEED
WARM_H = 4.0
_BARE = """
import sys, time
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication
application = QApplication(["bare"])
view = QWebEngineView()
view.resize(1920, 1080)
def done(ok):
    sys.stdout.write(str(time.monotonic_ns()) + "\\n")
    sys.stdout.flush()
    application.quit()
view.loadFinished.connect(done)
view.show()
view.setHtml("<p>map")
application.exec()
"""


def first_map(data: Path) -> tuple[float, float]:
    """Seconds from process start to the first map on the screen, and to an empty page of a bare
    QtWebEngine; medians, with the files and the bytecode of one start before them."""
    ours = [sys.executable, "-m", "widgets.bench._first_map", CITY, str(data)]
    _seconds(ours)
    found, bare = [], []
    for _ in range(FIRST_ROUNDS):
        found.append(_seconds(ours))
        bare.append(_seconds([sys.executable, "-c", _BARE]))
    return median(found), median(bare)


def _seconds(command: list[str]) -> float:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # A person's start finds the bytecode that the one before it left, as `bench start` does.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    begun = time.monotonic_ns()
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=90
    )
    told = [line for line in done.stdout.splitlines() if line.isdigit()]
    return (int(told[-1]) - begun) / 1e9


def tell_first(city: str, data: Path) -> None:
    """In a process of its own: print the machine's clock (ns) when the first map is drawn."""

    async def work(session: Session) -> int:
        panel = await _map_panel(session)
        await _drawn(panel)
        return time.monotonic_ns()

    sys.stdout.write(f"{measure(work, city, scene='map', data=data)}\n")
    sys.stdout.flush()


async def further(session: Session, views: int = NEXT) -> tuple[float, float]:
    """Of further views beside the first: seconds until each is drawn (median), and MiB that each
    holds, of this process and of Chromium's."""
    panel = await _map_panel(session)
    await _drawn(panel)
    await asyncio.sleep(SETTLES_S)
    taken, made = [], []
    before = maps_pss()
    for _ in range(views):
        window = QWidget()
        window.resize(*SIZE)
        begun = time.perf_counter()
        view = MapPanel(panel.context, panel.options, window)
        view.resize(*SIZE)
        made.append((window, view))
        window.show()
        await _drawn(view)
        taken.append(time.perf_counter() - begun)
        await asyncio.sleep(SETTLES_S)
    held = (maps_pss() - before) / views
    for window, view in made:
        view.stop()
        window.close()
        window.deleteLater()
    await asyncio.sleep(0.2)
    return median(taken), held


def slope(hours: float) -> tuple[float, float]:
    """MB an hour that the desk with its map grows by, over so many accelerated hours after the
    first `WARM_H`, and MB that it holds at the end."""
    real = SystemClock()
    clock = PacedClock(real, real.now() - round((hours + WARM_H) * 3_600_000), SPEED)

    async def work(session: Session) -> list[tuple[float, float]]:
        await _drawn(await _map_panel(session))
        await asyncio.sleep(WARM_H * HOUR_S)
        samples: list[tuple[float, float]] = []
        begun = time.monotonic()
        while (hour := (time.monotonic() - begun) / HOUR_S) < hours:
            samples.append((hour, tree_pss(session) * 1.048576))
            await asyncio.sleep(STEP_S)
        return samples

    at, held = zip(*measure(work, CITY, clock=clock, scene="map"), strict=True)
    return float(np.polyfit(at, held, 1)[0]), held[-1]


def tree_pss(session: Session) -> float:
    """MiB (PSS) of this process and all below it, without what only simulates: the demonstration
    city, and its platform of video."""
    pids = _below("self", session.runtime.simulator_pid)
    return sum(_pss(pid) for pid in pids if pid == "self" or not _is(b"app.sim", pid)) / 2**20


def maps_pss() -> float:
    """MiB (PSS) of this process and of Chromium's below it; not of what else the desk starts
    meanwhile, such as the workers of live video."""
    pids = _below("self", None)
    chromium = b"QtWebEngineProcess"
    return sum(_pss(pid) for pid in pids if pid == "self" or _is(chromium, pid)) / 2**20


def _is(what: bytes, pid: str) -> bool:
    """Whether a process was started as such: by a part of its command line."""
    try:
        return what in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False  # it ended meanwhile


def _below(pid: str, but: int | None) -> list[str]:
    place = Path("/proc") / pid
    found = [pid]
    for task in (place / "task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            if int(child) != but:
                found += _below(child, but)
    return found


def _pss(pid: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it ended meanwhile
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


async def _map_panel(session: Session) -> MapPanel:
    def find() -> Any:
        for window in session.shell.windows:
            for panel in window.panels.values():
                if isinstance(panel, MapPanel):
                    return panel
        return None

    await until(lambda: find() is not None, "a panel with a map")
    found: MapPanel = find()
    return found


async def _drawn(panel: MapPanel) -> None:
    """Until something of a layer is on its screen."""
    await until(lambda: panel.view is not None, "a view")
    assert panel.view is not None
    drawn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(said: object) -> None:
        if isinstance(said, Drew) and not drawn.done():
            drawn.set_result(None)

    panel.view.said.connect(hear)
    await asyncio.wait_for(drawn, 60)
    panel.view.said.disconnect(hear)
