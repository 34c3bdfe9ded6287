"""The layouts of video walls that this machine keeps: `layouts/<name>.toml` in its data folder.

Read at the start and with `reload-scenes`; `save-layout` and `drop-layout` say what is wanted, and
it is done here. Of a file with a fault the last good form stays, and it is told what is wrong.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject

from app.config import ConfigError
from app.core.message import Message, message
from app.live.hub import Kind
from app.live.video_plan import WallPlan, parse_plan, plan_text
from app.live.video_plans import MOST, PLANS, PlanOrder
from widgets.errands import Errands
from widgets.scene_book import read_text
from widgets.scene_reload import READ
from widgets.shell import Shell
from widgets.whole_file import write_whole

log = logging.getLogger(__name__)

FOLDER = "layouts"
MOST_BYTES = 64 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,60}")


class PlanBook(NamedTuple):
    """Layouts by name, and what was wrong with the files of others."""

    plans: Mapping[str, WallPlan]
    faults: tuple[ConfigError, ...] = ()


def read_plans(folder: Path, last: Mapping[str, WallPlan] | None = None) -> PlanBook:
    """Read every layout of a folder; `last` are the good forms so far. Waits for the disk."""
    plans: dict[str, WallPlan] = {}
    faults: list[ConfigError] = []
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    for path in paths[:MOST]:
        file = f"{FOLDER}/{path.name}"
        try:
            plans[path.stem] = _read(path, file)
        except ConfigError as error:
            faults.append(error)
            if last is not None and path.stem in last:
                plans[path.stem] = last[path.stem]
    return PlanBook(plans, tuple(faults))


def _read(path: Path, file: str) -> WallPlan:
    if not _NAME.fullmatch(path.stem):
        raise _fault(file, "a file's name begins with a letter and is of a to z, 0 to 9, _ and -")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _fault(file, error.strerror or str(error)) from error
    if size > MOST_BYTES:
        raise _fault(file, f"{size} bytes, at most {MOST_BYTES}")
    return parse_plan(read_text(path, file), file)


def _fault(file: str, reason: str) -> ConfigError:
    return ConfigError(message("config.key", file=file, line=1, key="-", error=reason))


class LayoutDesk(QObject):
    """One per shell. `say` tells an officer; without one the log alone is told."""

    def __init__(self, shell: Shell, data: Path, say: Callable[[Message], None] | None) -> None:
        super().__init__(shell)
        self._folder = data / FOLDER
        self._shell = shell
        self._say = say
        self.errands = Errands(log, "a layout of a video wall was not kept")
        self._plans = shell.spine.seat.plans
        self._faults = self._take(read_plans(self._folder))
        shell.bridge.signal(Kind.SEAT).connect(self._on_seat)

    def tell(self) -> None:
        """What was wrong with the files."""
        for fault in self._faults:
            log.error("%s", self._shell.translator.render(fault.reason))
            self._tell(fault.reason)

    async def stop(self) -> None:
        """What was begun is finished."""
        await self.errands.finish()

    def _take(self, book: PlanBook) -> tuple[ConfigError, ...]:
        self._plans.known = dict(book.plans)
        return book.faults

    def _on_seat(self, keys: frozenset[str]) -> None:
        if READ in keys:
            self.errands.begin(self._reload())
        if PLANS not in keys:
            return
        orders = self._plans.orders
        while orders:
            self.errands.begin(self._do(orders.pop(0)))

    async def _reload(self) -> None:
        loop, last = asyncio.get_running_loop(), dict(self._plans.known)
        self._faults = self._take(await loop.run_in_executor(None, read_plans, self._folder, last))
        self.tell()

    async def _do(self, order: PlanOrder) -> None:
        loop, name, plan = asyncio.get_running_loop(), order.name, order.plan
        path = self._folder / f"{name}.toml"
        try:
            if plan is not None:
                await loop.run_in_executor(None, write_whole, path, plan_text(plan))
            else:
                await loop.run_in_executor(None, path.unlink)
        except OSError as error:
            self._tell(message("videolayout.not_kept", error=error.strerror or str(error)))
            return
        if plan is not None:
            self._plans.known[name] = plan
            self._tell(message("videolayout.kept", name=name))
        else:
            self._plans.known.pop(name, None)
            self._tell(message("videolayout.dropped", name=name))

    def _tell(self, words: Message) -> None:
        if self._say is not None:
            self._say(words)
