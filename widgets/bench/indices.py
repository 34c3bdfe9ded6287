"""`bench indices`: how long all indices take (app.bench.indices), and how soon one is repainted."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from PySide6.QtCore import QEvent, QObject, QTimer

from app.bench._base import Figure
from app.bench._city import REGION, key_of, write_city
from app.bench.indices import INDICATORS, THEMES, recompute
from app.core import keys
from app.core.model import Reading
from app.live.batch import Batch
from widgets.bench._desk import Load, measure
from widgets.panels._base import Panel
from widgets.session import Session

RATE, BATCH = 2_000, 20
SCENE = "index"
WATCHED = keys.reading_key("index.vitality", REGION)
MOVER = key_of(INDICATORS - 1)
WARM_S = 3.0
PROBES = 120
EVERY_S = 0.083  # no multiple of a frame or of a batch


class Repaint(QObject):
    """Notes when the panel that shows an index has painted another value of it."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._shown = self._value()
        self.painted = asyncio.Event()
        self.at = 0.0
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the paint event pass and look as soon as it is done."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._look)
        return False

    def _value(self) -> object:
        return next((item.value for item in self._panel.items() if item.key == WATCHED), None)

    def _look(self) -> None:
        now, value = time.perf_counter(), self._value()
        if value != self._shown:
            self._shown, self.at = value, now
            self.painted.set()


def run() -> list[Figure]:
    """`recompute`, `reading_to_index_p95` with the median as its baseline."""
    with (
        tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place,
        Load(RATE, BATCH, INDICATORS - 1) as url,
    ):
        city = write_city(Path(place), INDICATORS, url, THEMES)
        took = measure(_took, str(city), scene=SCENE)
    cuts = quantiles(took, n=20)
    return [
        recompute(),
        Figure("reading_to_index_p95", cuts[18], "ms", "median of the same run", cuts[9]),
    ]


async def _took(session: Session) -> list[float]:
    """Milliseconds from a changed reading in the picture to the repainted index, while 2,000 other
    readings a second come over the socket."""
    _bring(session, 0)
    await asyncio.sleep(WARM_S)
    panel = next(
        panel
        for window in session.shell.windows
        for panel in window.panels.values()
        if any(item.key == WATCHED for item in panel.items())
    )
    watch = Repaint(panel)
    took = []
    for number in range(1, PROBES + 1):
        await asyncio.sleep(EVERY_S)
        watch.painted.clear()
        begun = time.perf_counter()
        _bring(session, number)
        async with asyncio.timeout(5):
            await watch.painted.wait()
        took.append((watch.at - begun) * 1000)
    return took


def _bring(session: Session, number: int) -> None:
    """Another value of the one indicator of this index, as the ingest thread hands it over."""
    runtime = session.runtime
    now = runtime.clock.now()
    reading = Reading(key=MOVER, value=20.0 if number % 2 else 60.0, observed=now)
    for _ in runtime.apply(Batch(latest={"bench": {MOVER: reading}}, received={"bench": now})):
        pass
