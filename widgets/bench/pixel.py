"""`bench pixel`: from the server's clock to the painted number, at 2,000 readings a second."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from PySide6.QtCore import QEvent, QObject, QTimer

from app.bench._base import Figure
from app.bench._city import write_city
from app.live.hub import Kind
from widgets.bench._desk import Load, measure
from widgets.panels._base import Panel
from widgets.session import Session

RATE = 2_000
KEYS = 200
WARM_S = 3.0
MEASURED_S = 10.0


class PaintWatch(QObject):
    """Notes how old each changed reading is when the panel that shows it has been painted."""

    def __init__(self, session: Session, panel: Panel) -> None:
        super().__init__(panel)
        self.ages: list[float] = []
        self._picture = session.runtime.picture
        self._panel = panel
        self._changed: set[str] = set()
        session.shell.bridge.signal(Kind.READING).connect(self._on_changed)
        panel.installEventFilter(self)

    def _on_changed(self, keys: frozenset[str]) -> None:
        self._changed.update(keys)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the paint event pass and look again as soon as it is done."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        shown = {item.key for item in self._panel.items() if item.visible}
        now = time.time_ns() / 1e6
        for key in self._changed & shown:
            self.ages.append(now - self._picture.readings[key].reading.observed)
        self._changed.clear()


def run() -> list[Figure]:
    """`send_to_paint_p95`, with the median as its baseline."""
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place, Load(RATE, 1, KEYS) as url:
        ages = measure(_ages, str(write_city(Path(place), KEYS, url)), scene="indicators")
    cuts = quantiles(ages, n=100)
    return [Figure("send_to_paint_p95", cuts[94], "ms", "median of the same run", cuts[49])]


async def _ages(session: Session) -> list[float]:
    panel = next(
        panel
        for window in session.shell.windows
        for panel in window.panels.values()
        if panel.kind == "indicators"
    )
    watch = PaintWatch(session, panel)
    await asyncio.sleep(WARM_S)
    watch.ages.clear()
    await asyncio.sleep(MEASURED_S)
    return watch.ages
