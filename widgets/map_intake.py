"""Files that come onto the map: dropped on it or asked for, read beside the loop, declared by a
person, written as a layer that is there after a restart too."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from app.core.message import Message, Refusal, message
from app.live.commands import Outcome
from app.live.hub import Kind
from app.live.map_fit import Box, fit
from app.live.map_import import IMPORT, ImportOrder, ImportStep
from app.live.map_orders import shared_or
from app.registry import deferred
from widgets.errands import Errands
from widgets.file_card import Declared, FileCard
from widgets.map_house import OWN, MapHouse
from widgets.operator import Operator
from widgets.shell import Shell

log = logging.getLogger(__name__)

INTAKE, REFERENCE, ATLAS = "app.gis.intake", "app.gis.reference", "app.gis.atlas"
WAITING = 8
"""So many files may wait for their turn."""
PARTS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
"""Of a shapefile: they are dropped with it and read with it."""
NOT_FOR_WALLS = ("desk", "cockpit")
T = TypeVar("T")


class MapIntake(QObject):
    """Answers `import-file`, `take-layer` and `remove-layer`, and files that fall on a map."""

    def __init__(self, shell: Shell, operator: Operator, house: MapHouse) -> None:
        super().__init__(shell)
        self._shell, self._operator, self._house = shell, operator, house
        self.card: FileCard | None = None
        self.plan: Any = None  # of the file that a person is asked about (app.gis.intake.Plan)
        self._map = ""
        self._queue: list[tuple[Path, str]] = []
        self._pool: ThreadPoolExecutor | None = None
        self._given_up = threading.Event()
        self.errands = Errands(log, "an import failed")
        house.offered.connect(self.offer)
        shell.bridge.signal(Kind.SEAT).connect(self._on_seat)

    async def stop(self) -> None:
        """What is being read is given up; what is being written is finished."""
        self._queue.clear()
        self._given_up.set()
        await self.errands.finish()
        if self._pool is not None:
            self._pool.shutdown()

    def offer(self, paths: Sequence[Path], map_name: str) -> None:
        """Files fell on a map: one card after the other."""
        wanted = [path for path in paths if path.suffix.lower() not in PARTS]
        for path in (wanted or paths)[: WAITING - len(self._queue)]:
            self._queue.append((Path(path), map_name))
        self._next()

    # ---- orders

    def _on_seat(self, keys: frozenset[str]) -> None:
        if IMPORT not in keys:
            return
        orders = self._shell.spine.seat.imports
        while orders:
            order = orders.pop(0)
            if order.step is ImportStep.TAKE:
                self.errands.begin(self._take(order))
            elif order.step is ImportStep.REMOVE:
                self.errands.begin(self._remove(order))
            elif order.file:
                self.offer([Path(order.file)], order.map)
            else:
                self._open(order.map)

    def _next(self) -> None:
        if self._queue and self.card is None:
            path, map_name = self._queue.pop(0)
            if self._open(map_name) and self.card is not None:
                self.card.read_file(path)

    def _open(self, map_name: str) -> bool:
        """The card, empty; False where there is no window or no atlas for it yet."""
        window = self._operator.active_window()
        if window is None or window.theme is None or self._house.atlas is None:
            self._operator.say(message("mapintake.not_yet"))
            return False
        card = FileCard(self._shell.context(window.theme), window)
        card.file_chosen.connect(self._on_file)
        card.declared.connect(self._on_declared)
        card.closed.connect(self._on_closed)
        self.card, self.plan, self._map = card, None, map_name
        self._operator.open_overlay(card)
        return True

    def _on_closed(self) -> None:
        if self.sender() is self.card:
            self.card, self.plan = None, None
            self._given_up.set()
            self._next()

    # ---- reading

    def _on_file(self, path: Path) -> None:
        self._given_up.set()  # another one is wanted meanwhile
        self._given_up = threading.Event()
        self.errands.begin(self._read(path, self._given_up))

    async def _read(self, path: Path, given_up: threading.Event) -> None:
        house = self._house
        work = partial(_plan, path, house.city, house.reference, given_up)
        try:
            house.reference, found = await self._beside(work)
        except Refusal as refusal:
            self._tell(given_up, refusal.reason)
            return
        except OSError as error:
            self._tell(given_up, _unreadable(error))
            return
        if self.card is not None and not given_up.is_set():
            self.plan = found
            self.card.ask(found)

    def _tell(self, given_up: threading.Event, reason: Message) -> None:
        if self.card is not None and not given_up.is_set():
            self.card.refuse(reason)

    async def _beside(self, work: Callable[[], T]) -> T:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="import")
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    # ---- taking

    def _on_declared(self, said: Declared) -> None:
        if self.plan is not None and self.card is not None:
            self.card.busy()
            self.errands.begin(self._submit(said))

    async def _submit(self, said: Declared) -> None:
        """A decision is a command: who is not allowed is told on the card."""
        answer = await self._operator.run(said.command(self.plan.name, self.plan.digest, self._map))
        if isinstance(answer, Message):
            self._say(answer)
        elif not answer.done and answer.reason is not None:
            self._say(answer.reason)

    async def _take(self, order: ImportOrder) -> None:
        found = self.plan
        if found is None or found.digest != order.digest:
            self._say(message("mapintake.not_read", file=order.file))
            return
        now = self._shell.spine.clock.now()
        folder = self._house.folder / OWN
        try:
            config, features = await self._beside(partial(_accept, found, order, folder, now))
        except Refusal as refusal:
            self._say(refusal.reason, against=True)
            return
        except OSError as error:
            self._say(message("mapintake.not_written", error=error.strerror or str(error)))
            return
        if self.card is not None:
            self.card.close_overlay()
        self._house.add_layer(config, folder)
        names = {"name_zh": config.name_zh, "name_en": config.name_en}
        counts = {"n": features.count, "faults": len(features.faults)}
        id_ = "mapintake.done_mended" if features.faults else "mapintake.done"
        self._operator.say(Message(id_, {**names, **counts}))
        for text in self._orders(config.id, _box(features), order.map):
            await self._run(text)

    def _orders(self, layer: str, box: Box, map_name: str) -> list[str]:
        """It is on the map, and the map looks at it."""
        state, shared = self._shell.spine.seat.maps[map_name], shared_or(map_name)
        place = fit(box, state.size, state.foot)
        zoom = max(3, min(16, int(place.zoom)))
        fly = f"fly-to {place.lon:.6f},{place.lat:.6f} zoom={zoom}{shared}"
        return [f"show-layer {layer}{shared}", fly]

    async def _run(self, text: str) -> None:
        outcome = await self._operator.run(text)
        if not isinstance(outcome, Outcome) or not outcome.done:
            log.warning("after an import: %s was not done: %s", text, outcome)

    async def _remove(self, order: ImportOrder) -> None:
        folder = self._house.folder / OWN
        layer = self._house.atlas.configs.get(order.layer)
        if layer is None:
            return
        self._house.remove_layer(order.layer)
        try:
            await self._beside(partial(_remove, folder, order.layer))
        except Refusal as refusal:
            self._operator.say(refusal.reason)
            return
        except OSError as error:
            self._operator.say(message("mapintake.not_written", error=error.strerror or str(error)))
            return
        self._operator.say(
            Message("mapintake.gone", {"name_zh": layer.name_zh, "name_en": layer.name_en})
        )

    def _say(self, reason: Message, *, against: bool = False) -> None:
        """On the card where it is still open, else over the window's foot."""
        if self.card is not None:
            self.card.object_to(reason, against=against)
        else:
            self._operator.say(reason)


def _plan(path: Path, city: Any, known: Any, given_up: threading.Event) -> tuple[Any, Any]:
    """In a thread: what is known to lie right (read once), and what the file is."""
    reference = known if known is not None else deferred(REFERENCE).of_city(city)
    return reference, deferred(INTAKE).plan(path, reference, given_up=given_up)


def _accept(found: Any, order: ImportOrder, folder: Path, now: int) -> tuple[Any, Any]:
    """In a thread: its settings, and what was written (app.gis.features.Features)."""
    intake = deferred(INTAKE)
    terms = intake.Terms(
        crs=order.crs, name_zh=order.name, source=order.source, licence=order.licence,
        label=order.label, by=order.by, swap=order.swap, anyway=order.anyway,
        audience=() if order.wall else NOT_FOR_WALLS, who=order.person,
    )  # fmt: skip
    config, features = intake.accept(found, terms, folder, now)
    deferred(ATLAS).KINDS.load(config.kind)  # not on the main loop
    return config, features


def _box(features: Any) -> Box:
    """West, south, east, north of all its places."""
    x, y = features.x, features.y
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _remove(folder: Path, id_: str) -> None:
    """In a thread."""
    deferred(INTAKE).remove(folder, id_)


def _unreadable(error: OSError) -> Message:
    return message("mapfile.bad.no_file", error=error.strerror or str(error))
