"""`bench start`: from process start to the painted desk; warm cache, 2,000 indicators."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from app.bench._base import Figure
from app.bench._city import key_of, write_city
from app.child import ROOT
from app.core.clock import SystemClock
from app.core.model import Reading, Segment
from app.store.store import Store

INDICATORS = 2_000
ROUNDS = 5
_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
class Window(QWidget):
    def paintEvent(self, event):
        sys.stdout.write(str(time.monotonic_ns()))
        application.quit()
window = Window()
window.resize(1920, 1080)
window.show()
application.exec()
"""


def run() -> list[Figure]:
    """`first_paint`, beside a bare PySide6 window of the same size."""
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        city = write_city(Path(place) / "city", INDICATORS)
        data = Path(place) / "data"
        _fill(data)
        ours = [sys.executable, str(ROOT / "main.py"), "--city", str(city), "--data", str(data)]
        painted: list[float] = []
        bare: list[float] = []
        _seconds([*ours, "--first-paint"])  # the machine's file cache, as after any first start
        for _ in range(ROUNDS):
            painted.append(_seconds([*ours, "--first-paint"]))
            bare.append(_seconds([sys.executable, "-c", _BARE]))
    return [
        Figure("first_paint", median(painted), "s", "a bare PySide6 window", median(bare)),
    ]


def _seconds(command: list[str]) -> float:
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    began = time.monotonic_ns()
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    return (int(done.stdout.split()[-1]) - began) / 1e9


def _fill(data: Path) -> None:
    clock = SystemClock()
    store = Store.open(data, clock)
    now = clock.now()
    readings = [
        Reading(key_of(number), number % 90, now - hour * 3_600_000)
        for hour in range(24)
        for number in range(INDICATORS)
    ]
    store.recorder.submit([Segment("bench", now, readings)], [])
    store.close()
