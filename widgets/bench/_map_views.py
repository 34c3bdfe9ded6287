"""Views of maps: the first of a process, the next, and what each holds."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtWidgets import QWidget

from app.bench._base import proc_pss
from app.child import ROOT
from widgets.bench._desk import measure
from widgets.bench._map_desk import until
from widgets.map.said import Drew
from widgets.panels.map import MapPanel
from widgets.session import Session

CITY = "huaian"
SIZE = (1920, 1080)
FIRST_ROUNDS, NEXT = 3, 3
SETTLES_S = 4.0
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
    environment = environment_of_a_desk()
    # A person's start finds the bytecode that the one before it left, as `bench start` does.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic_ns()
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True, timeout=90
    )
    told = [line for line in done.stdout.splitlines() if line.isdigit()]
    return (int(told[-1]) - begun) / 1e9


def environment_of_a_desk() -> dict[str, str]:
    """Of a process of its own that opens windows."""
    sandbox = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", **sandbox}


def tell_first(city: str, data: Path) -> None:
    """In a process of its own: print the machine's clock (ns) when the first map is drawn."""

    async def work(session: Session) -> int:
        panel = await map_panel(session)
        await drawn(panel)
        return time.monotonic_ns()

    sys.stdout.write(f"{measure(work, city, scene='map', data=data)}\n")
    sys.stdout.flush()


async def further(session: Session, views: int = NEXT) -> tuple[float, float]:
    """Of further views beside the first: seconds until each is drawn (median), and MiB that each
    holds, of this process and of Chromium's."""
    panel = await map_panel(session)
    await drawn(panel)
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
        await drawn(view)
        taken.append(time.perf_counter() - begun)
        await asyncio.sleep(SETTLES_S)
    held = (maps_pss() - before) / views
    for window, view in made:
        view.stop()
        window.close()
        window.deleteLater()
    await asyncio.sleep(0.2)
    return median(taken), held


def maps_pss() -> float:
    """MiB (PSS) of this process and of Chromium's below it; not of what else the desk starts
    meanwhile, such as the workers of live video."""
    pids = below("self", None)
    chromium = b"QtWebEngineProcess"
    return sum(pss_of(pid) for pid in pids if pid == "self" or started_as(chromium, pid)) / 2**20


def started_as(what: bytes, pid: str) -> bool:
    """Whether a process was started as such: by a part of its command line."""
    try:
        return what in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False  # it ended meanwhile


def below(pid: str, but: int | None) -> list[str]:
    """A process and all that it began, and they, but for one."""
    place = Path("/proc") / pid
    found = [pid]
    for task in (place / "task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            if int(child) != but:
                found += below(child, but)
    return found


def pss_of(pid: str) -> int:
    """Bytes of a process, shared pages by their share; 0 when it is not there any more."""
    try:
        return proc_pss(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it ended meanwhile


async def map_panel(session: Session) -> MapPanel:
    """The panel of the scene, once it is there."""

    def find() -> Any:
        for window in session.shell.windows:
            for panel in window.panels.values():
                if isinstance(panel, MapPanel):
                    return panel
        return None

    await until(lambda: find() is not None, "a panel with a map")
    found: MapPanel = find()
    return found


async def drawn(panel: MapPanel) -> None:
    """Until something of a layer is on its screen."""
    await until(lambda: panel.view is not None, "a view")
    assert panel.view is not None
    shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(said: object) -> None:
        if isinstance(said, Drew) and not shown.done():
            shown.set_result(None)

    panel.view.said.connect(hear)
    async with asyncio.timeout(60):
        await shown
    panel.view.said.disconnect(hear)
