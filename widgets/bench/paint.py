"""`bench paint`: a hall wall of 7680 x 2160 with twelve panels at 2,000 readings a second."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from app.bench._base import Figure
from app.bench._town import write_town, write_values
from app.core.privacy import Privacy
from widgets.bench._desk import Load, measure
from widgets.scene_book import own_folder
from widgets.session import Session

RATE = 2_000
WIDTH, HEIGHT = 7680, 2160
FPS = 30
WARM_S = 5.0
MEASURED_S = 15.0
SWITCHES = 10

HEAD = """
name_en = "Bench"
order = {order}

[[screen]]
columns = ["1fr", "1fr", "1fr", "1fr"]
rows = ["1fr", "1fr", "1fr"]
gutter = 96
margin = [48, 48, 40, 48]

[[panel]]
kind = "top-bar"
edge = "top"
size = 144

[[panel]]
kind = "bottom-bar"
edge = "bottom"
size = 152
"""
PANELS = {
    "bench-a": (
        ("index-board", 0, 0, 1, 1, ""),
        ("governance", 0, 1, 1, 1, ""),
        ("changed-most", 0, 2, 1, 1, ""),
        ("indicators", 1, 0, 2, 1, ""),
        ("theme-board", 1, 1, 1, 1, 'options.theme = "flood"'),
        ("theme-board", 2, 1, 1, 1, 'options.theme = "traffic"'),
        ("history", 1, 2, 2, 1, ""),
        ("warnings", 3, 0, 1, 1, ""),
        ("queue", 3, 1, 1, 1, ""),
        ("feed-health", 3, 2, 1, 1, ""),
    ),
    "bench-b": (
        ("index-board", 0, 0, 1, 1, ""),
        ("theme-board", 0, 1, 1, 1, 'options.theme = "utilities"'),
        ("theme-board", 0, 2, 1, 1, 'options.theme = "safety"'),
        ("themes", 1, 0, 2, 1, ""),
        ("targets", 1, 1, 1, 1, ""),
        ("league", 2, 1, 1, 1, ""),
        ("indicators", 1, 2, 2, 1, ""),
        ("warnings", 3, 0, 1, 1, ""),
        ("digital-base", 3, 1, 1, 1, ""),
        ("feed-health", 3, 2, 1, 1, ""),
    ),
}


class Shares(msgspec.Struct, frozen=True):
    """What one run gave: the GUI thread's part of a core, frames lost, switches in ms."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    gui: float
    dropped: int
    switches: tuple[float, ...]


def prepare(folder: Path) -> Path:
    """Two scenes of twelve panels in the data folder, and one monitor of the wall's size."""
    scenes = own_folder(folder, "hall")
    scenes.mkdir(parents=True)
    for order, (name, panels) in enumerate(PANELS.items()):
        blocks = "".join(
            f'\n[[panel]]\nkind = "{kind}"\ncolumn = {column}\nrow = {row}\ncolumns = {columns}\n'
            f"rows = {rows}\n{more}\n"
            for kind, column, row, columns, rows, more in panels
        )
        head = HEAD.format(order=order - 10)
        (scenes / f"{name}.toml").write_text(f'name_zh = "{name}"{head}{blocks}', "utf-8")
    screens = folder / "wall.json"
    wall = {"name": "WALL", "x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}
    screens.write_text(json.dumps({"screens": [{**wall, "logicalDpi": 96, "dpr": 1}]}))
    return screens


class FrameWatch(QObject):
    """Counts the frames of 30 a second that the GUI thread came too late for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.dropped = 0
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=1000 // FPS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.dropped += max(0, round((now - self._last) * FPS) - 1)
        self._last = now


class PaintWait(QObject):
    """Is done when each of some widgets was painted."""

    def __init__(self, widgets: Iterable[QObject]) -> None:
        super().__init__()
        self._left = set(widgets)
        self.done = asyncio.Event()
        for widget in self._left:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the event pass; look again when its work is done."""
        if event.type() == QEvent.Type.Paint:
            self._left.discard(watched)
            if not self._left:
                QTimer.singleShot(0, self.done.set)
        return False


def run() -> list[Figure]:
    """`hall_gui_share` (against the same wall without a feed), `dropped_frames`, `scene_switch`
    (the slowest, against the median)."""
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        values = write_values(Path(place) / "values.tsv")
        quiet = _measured(write_town(Path(place) / "quiet"))
        with Load(RATE, 1, 0, values) as url:
            loaded = _measured(write_town(Path(place) / "town", url))
    switches = sorted(loaded.switches)
    return [
        Figure("hall_gui_share", loaded.gui * 100, "%", "the wall without a feed", quiet.gui * 100),
        Figure("dropped_frames", loaded.dropped, "", "the wall without a feed", quiet.dropped),
        Figure("scene_switch", switches[-1], "ms", "median", switches[len(switches) // 2]),
    ]


def _measured(city: Path) -> Shares:
    return measure(_shares, str(city), seat="hall", scene="bench-a", prepare=prepare)


async def _shares(session: Session) -> Shares:
    window = session.shell.windows[0]
    shown = [panel.kind for panel in window.panels.values()]
    assert (window.width(), window.height(), len(shown)) == (WIDTH, HEIGHT, 12), shown
    await asyncio.sleep(WARM_S)
    watch, begin, spent = FrameWatch(window), time.perf_counter(), time.thread_time()
    await asyncio.sleep(MEASURED_S)
    share = (time.thread_time() - spent) / (time.perf_counter() - begin)
    dropped = watch.dropped
    watch.deleteLater()
    switches = [await _switch(session, number) for number in range(SWITCHES)]
    return Shares(share, dropped, tuple(switches))


async def _switch(session: Session, number: int) -> float:
    """From the command to the last panel of the other scene painted."""
    names = tuple(PANELS)
    begin = time.perf_counter()
    session.shell.show_scene(names[(number + 1) % 2])
    wait = PaintWait(session.shell.windows[0].panels.values())
    await wait.done.wait()
    return (time.perf_counter() - begin) * 1000
