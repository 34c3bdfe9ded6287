"""What stood on the screens: a picture and a JSON per screen, for tests, shots and the record.

The JSON is made from the `items()` of the panels, that is from the values that were painted, and
is masked. The grab is made on the GUI thread; encoding and writing run in a thread of their own.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from app.core.clock import iso
from app.core.privacy import Privacy, masked
from app.live.presentation import Cover
from widgets.context import Context
from widgets.panel_record import PanelRecord, panel_record
from widgets.shade import GOES_ON
from widgets.window import Window

log = logging.getLogger(__name__)


class ScreenRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One screen at a moment (ISO 8601, UTC)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    at: str
    city: str
    seat: str
    scene: str
    address: str
    screen: int
    lang: str
    panels: list[PanelRecord]
    visit: bool = False  # what visitors must not see is hidden
    cover: str = ""  # frozen: `panels` is what stood when it was; black: nothing could be seen
    cover_since: str = ""


class Probe:
    """Writes `screen-N.png` and `screen-N.json`, once or every few seconds."""

    def __init__(self, context: Context, windows: Callable[[], Sequence[Window]]) -> None:
        self._context = context
        self._windows = windows
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        self._task: asyncio.Task[None] | None = None
        self.tried = 0
        self.written = 0

    def record(self, window: Window) -> ScreenRecord:
        """What a window shows now."""
        context, shade = self._context, window.shade
        visit = context.spine.seat.visit
        return ScreenRecord(
            at=iso(context.now()),
            city=context.spine.city.name,
            seat=window.seat,
            scene=window.scene.name if window.scene else "",
            address=self._context.spine.seat.stage.shown.get(window.group, ""),
            screen=window.number,
            lang=context.spine.seat.language or context.translator.language,
            panels=_panels(window),
            visit=visit is not None and visit.covers(window.seat),
            cover=shade.covered.how.value if shade is not None else "",
            cover_since=iso(shade.covered.since) if shade is not None else "",
        )

    async def write(self, folder: Path) -> list[Path]:
        """Write every screen; gives the files. Raises OSError where the folder cannot be used."""
        self.tried += 1
        files: list[Path] = []
        loop = asyncio.get_running_loop()
        for window in self._windows():
            record, image = self.record(window), window.grab().toImage()
            # Between two screens the loop turns, so that a wall of many is no long stall.
            files += await loop.run_in_executor(self._executor, _write, folder, record, image)
        self.written += 1
        return files

    async def body(self, window: Window) -> bytes:
        """The masked JSON of what a window shows, for the store's record of the wall."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, _body, self.record(window))

    def write_every(self, folder: Path, seconds: float) -> None:
        """Keep writing until `stop`; a folder that cannot be used is said once."""
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._keep_writing(folder, seconds))
        self._task.add_done_callback(_report)

    async def stop(self) -> None:
        """End the writing; a file begun is finished."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._executor.shutdown()

    async def _keep_writing(self, folder: Path, seconds: float) -> None:
        failed = False
        while True:
            try:
                await self.write(folder)
                failed = False
            except OSError as error:
                if not failed:
                    log.error("pictures of the screens cannot be written to %s: %s", folder, error)
                failed = True
            await asyncio.sleep(seconds)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("pictures of the screens are not written any more", exc_info=error)


def _panels(window: Window) -> list[PanelRecord]:
    """What stands on a window; of a picture that stands still what stood on it, but for the bars
    that go on."""
    panels = [panel for panel in window.panels.values() if panel.isVisible()]
    shade = window.shade
    if shade is None or shade.covered.how is Cover.BLACK:
        return [panel_record(panel) for panel in panels]
    live = [panel_record(panel) for panel in panels if panel.kind == GOES_ON]
    return live + [record for record in shade.records if record.kind != GOES_ON]


def _body(record: ScreenRecord) -> bytes:
    return msgspec.json.encode(masked(record))


def _write(folder: Path, record: ScreenRecord, image: QImage) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    pixels = QByteArray()
    buffer = QBuffer(pixels)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs say bytes, Qt wants str
    text = msgspec.json.format(_body(record), indent=1)
    name = f"screen-{record.screen}"
    return [
        _replace(folder / f"{name}.png", bytes(pixels.data())),
        _replace(folder / f"{name}.json", text + b"\n"),
    ]


def _replace(path: Path, content: bytes) -> Path:
    """A reader sees the old file or the new one, never a half."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    new.replace(path)
    return path
