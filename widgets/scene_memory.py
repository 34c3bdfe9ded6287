"""What each monitor showed, and the seat's language and theme, kept over restarts:
`shown-<seat>.json` in the data folder.

By the monitor's name; where that is gone, a monitor of the same place and size takes it over.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.core.privacy import Privacy
from app.live.hub import Kind
from app.live.stage import MAIN
from widgets.look import HALL
from widgets.shell import Shell
from widgets.span import Monitor

log = logging.getLogger(__name__)


class Shown(msgspec.Struct, frozen=True):
    """An address with the place of its monitor; all 0 for what is no single monitor."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    address: str
    place: tuple[int, int, int, int] = (0, 0, 0, 0)


class ShownFile(msgspec.Struct, frozen=True):
    """The file's content: by window what it showed; the language and the theme that were chosen,
    empty where nobody chose any."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    windows: dict[str, Shown] = {}
    language: str = ""
    theme: str = ""


def file_of(folder: Path, seat: str) -> Path:
    """Where what a seat showed is kept."""
    return folder / f"shown-{seat}.json"


def read(path: Path) -> ShownFile:
    """The file; an empty one where there is none or it cannot be read, which is logged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ShownFile)
    except FileNotFoundError:
        return ShownFile()
    except (OSError, msgspec.MsgspecError) as error:
        log.error("what the monitors showed is not known any more: %s: %s", path.name, error)
        return ShownFile()


def write(path: Path, content: ShownFile) -> None:
    """Replace the file as a whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    new.replace(path)


def remembered(content: ShownFile, monitors: Sequence[Monitor]) -> dict[str, str]:
    """The address of each window; that of a monitor that is gone goes to the one in its place."""
    names = {monitor.name for monitor in monitors}
    found = {name: shown.address for name, shown in content.windows.items()}
    for monitor in monitors:
        if monitor.name in found:
            continue
        place = (monitor.x, monitor.y, monitor.width, monitor.height)
        for name, shown in content.windows.items():
            if name not in names and name in found and shown.place == place:
                found[monitor.name] = found.pop(name)
                break
    return found


class SceneMemory(QObject):
    """Writes the file whenever a window shows something else. The seat's own monitors together
    are remembered in the hall; an officer begins each shift with the first scene."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        super().__init__(shell)
        self._shell = shell
        self._path = file_of(folder, shell.looks.seat)
        self._places: dict[str, tuple[int, int, int, int]] = {}
        self._written: ShownFile | None = None
        self._chosen = ShownFile()  # language and theme as they were last chosen
        self._begun = ("", "")  # language and theme at the start: perhaps only of the command line
        self._work: asyncio.Task[None] | None = None

    def restore(self) -> Mapping[str, str]:
        """What stood where at last; before the windows open."""
        self._written = read(self._path)
        self._places = {name: item.place for name, item in self._written.windows.items()}
        found = remembered(self._written, _monitors())
        return {name: text for name, text in found.items() if self._is_kept(name)}

    def begin(self) -> None:
        """Watch from now on; the loop runs."""
        seat = self._shell.spine.seat
        self._chosen = read(self._path)
        self._begun = (seat.language, seat.theme)
        self._shell.stage_changed.connect(self._on_changed)
        self._shell.bridge.signal(Kind.SEAT).connect(self._on_changed)
        self._on_changed()

    async def stop(self) -> None:
        """What is under way is written."""
        if self._work is not None:
            await asyncio.wait([self._work])

    def _is_kept(self, window: str) -> bool:
        return window != MAIN or self._shell.looks.seat == HALL

    def _content(self) -> ShownFile:
        self._places |= {
            item.name: (item.x, item.y, item.width, item.height) for item in _monitors()
        }
        seat = self._shell.spine.seat
        stage = seat.stage
        language, theme = self._begun
        if seat.language != language:
            self._chosen = msgspec.structs.replace(self._chosen, language=seat.language)
        if seat.theme != theme:
            self._chosen = msgspec.structs.replace(self._chosen, theme=seat.theme)
        self._begun = (seat.language, seat.theme)
        rounds = {window: rotation.name for window, rotation in stage.rotating.items()}
        shown = {**stage.shown, **rounds}
        return ShownFile(
            {
                name: Shown(address, self._places.get(name, (0, 0, 0, 0)))
                for name, address in sorted(shown.items())
                if address and self._is_kept(name)
            },
            self._chosen.language,
            self._chosen.theme,
        )

    def _on_changed(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.get_event_loop().create_task(self._write())

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while (content := self._content()) != self._written:
            try:
                await loop.run_in_executor(None, write, self._path, content)
            except OSError as error:
                log.error("what the monitors show is not kept: %s", error)
            self._written = content


def _monitors() -> list[Monitor]:
    found = []
    for screen in QGuiApplication.screens():
        box = screen.geometry()
        found.append(Monitor(screen.name(), box.x(), box.y(), box.width(), box.height()))
    return found
