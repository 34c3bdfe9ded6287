"""The video service with real workers, and a platform whose answers a test decides."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.config import PlatformConfig
from app.core.camera_mask import Areas
from app.core.clock import SystemClock
from app.core.directory import Camera
from app.core.message import message
from app.core.model import Ms
from app.secrets import Secrets
from app.video.board import SLOTS
from app.video.platform import (
    Ability,
    CameraPlatform,
    CameraState,
    Move,
    PlatformError,
    Played,
    Preset,
    Profile,
    Recording,
    Stream,
    VideoSurroundings,
)
from app.video.segments import attach
from app.video.service import VideoService
from app.video.tile import Demand, State, Tile, Weight
from app.video.wire import Fault
from tests.helpers.pooling import until

import numpy as np  # isort: skip


@dataclass
class Answers:
    """What the platform `p` says, and what it was asked. Streams by camera; a camera with a second
    stream in `subs` has a substream."""

    streams: dict[str, tuple[Stream, ...]]
    subs: dict[str, tuple[Stream, ...]] = field(default_factory=dict)
    error: PlatformError | None = None
    states: list[CameraState] = field(default_factory=list)
    silent: bool = False  # it says no states
    picture: bytes = b""
    abilities: frozenset[Ability] = frozenset()
    plays: list[tuple[str, Profile]] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    moves: list[tuple[str, Move]] = field(default_factory=list)
    seeks: list[tuple[Ms | None, float]] = field(default_factory=list)
    no_seek: PlatformError | None = None
    opening: int = 0
    most_opening: int = 0


class Told(CameraPlatform):
    """Says what the test wants."""

    def __init__(self, config: PlatformConfig, around: VideoSurroundings, answers: Answers) -> None:
        super().__init__(config, around)
        self._answers = answers
        self.abilities = answers.abilities  # type: ignore[misc]

    async def play(self, camera: str, profile: Profile) -> Played:
        answers = self._answers
        answers.plays.append((camera, profile))
        if answers.error is not None:
            raise answers.error
        table = answers.subs if profile is Profile.SUB else answers.streams
        found = table.get(self.own(camera)) or answers.streams.get(self.own(camera))
        if found is None:
            raise PlatformError(
                message("video.cannot", platform="p", ability="play"), Fault.REFUSED
            )
        return Played(found, f"{camera}/{len(answers.plays)}")

    async def stop(self, camera: str, played: Played) -> None:
        self._answers.stops.append(played.session)

    async def states(self) -> list[CameraState]:
        if self._answers.silent:
            raise PlatformError(message("videostate.no_answer"), Fault.UNREACHABLE)
        return self._answers.states

    async def snapshot(self, camera: str) -> bytes:
        return self._answers.picture

    async def move(self, camera: str, move: Move) -> None:
        self._answers.moves.append((camera, move))

    async def presets(self, camera: str) -> list[Preset]:
        return [Preset("1", "桥头")]

    async def go_to(self, camera: str, preset: str) -> None:
        self._answers.moves.append((preset, Move()))

    async def records(self, camera: str, begin: Ms, end: Ms) -> list[Recording]:
        return [Recording(begin, end)]

    async def play_back(self, camera: str, begin: Ms, end: Ms) -> Played:
        self._answers.plays.append((camera, Profile.MAIN))
        return Played(self._answers.streams[self.own(camera)], "back")

    async def seek(self, camera: str, played: Played, at: Ms | None, speed: float) -> None:
        if self._answers.no_seek is not None:
            raise self._answers.no_seek
        self._answers.seeks.append((at, speed))


class Desk:
    """A service, and its views as a window reads them."""

    def __init__(self, service: VideoService, answers: Answers) -> None:
        self.service = service
        self.answers = answers
        self.news: list[str] = []
        self.past: dict[str, list[State]] = {}
        self.longest_s = 0.0  # of the processor, that the main loop spent on news at once
        self._memory: dict[str, memoryview] = {}

    def take(self) -> None:
        """What the main loop does at news."""
        begin = time.thread_time()
        found = self.service.take()
        self.news += sorted(found)
        for view in found & self.service.tiles.keys():
            self.past.setdefault(view, []).append(self.service.tiles[view].state)
        self.longest_s = max(self.longest_s, time.thread_time() - begin)

    def show(
        self,
        view: str,
        camera: str = "",
        size: tuple[int, int] = (320, 180),
        weight: Weight = Weight.NORMAL,
        **more: Any,
    ) -> None:
        """Want a camera of the platform, by default the one of the view's name."""
        self.service.want(view, Demand(f"p:{camera or view}", *size, weight, **more))

    def tile(self, view: str) -> Tile:
        return self.service.tiles[view]

    async def until(self, view: str, *states: State, limit_s: float = 15.0) -> Tile:
        """Wait for a view's state."""

        def found() -> Tile | None:
            tile = self.service.tiles.get(view)
            return tile if tile is not None and tile.state in states else None

        try:
            tile = await until(found, limit_s)
        except AssertionError:
            raise AssertionError(f"{view}: {self.service.tiles.get(view)}") from None
        assert isinstance(tile, Tile)
        return tile

    def row(self, view: str) -> Any:
        """The row of a view's picture."""
        place, board = self.tile(view).place, self.service.board
        assert place is not None and board is not None
        return board[place.row]

    def pixels(self, view: str) -> np.ndarray[Any, Any]:
        """The newest picture, `height x width x 4`."""
        place, row = self.tile(view).place, self.row(view)
        assert place is not None
        memory = self._memory.setdefault(place.segment, attach(place.segment))
        at = int(row["seq"]) % SLOTS * place.slot_bytes
        height, stride, width = (int(row[name]) for name in ("height", "stride", "width"))
        lines = np.frombuffer(memory, np.uint8, height * stride, at).reshape(height, stride)
        return lines[:, : width * 4].reshape(height, width, 4).copy()


def workers_of(parent: int, *modules: bytes) -> list[int]:
    """The process ids of the workers of a process, or of its children that run these modules."""
    wanted = modules or (b"app.video.worker",)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "stat").read_text("utf-8").rpartition(") ")[2].split()
            line = (entry / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        if int(status[1]) == parent and status[0] != "Z" and any(name in line for name in wanted):
            found.append(int(entry.name))
    return sorted(found)


@asynccontextmanager
async def desk(
    folder: Path,
    answers: Answers,
    *,
    cores: int = 8,
    workers: int = 1,
    cameras: Sequence[Camera] = (),
    depends: tuple[str, ...] = (),
    keep_s: float = 5.0,
    hidden: Callable[[], frozenset[str]] = frozenset,
    masks: Callable[[str], Areas] = lambda _: (),
) -> AsyncIterator[Desk]:
    """A service that runs, and is stopped at the end."""
    config = PlatformConfig("p", "told", "平台", depends=depends)
    service = VideoService(
        [config],
        cameras,
        folder,
        SystemClock(),
        Secrets(folder, {}),
        {},
        "Asia/Shanghai",
        cores=cores,
        workers=workers,
        keep_s=keep_s,
        idle_s=0.0,
        hidden=hidden,
        masks=masks,
        make=lambda config, around: Told(config, around, answers),
    )
    found = Desk(service, answers)
    loop = asyncio.get_running_loop()
    service.start(lambda: loop.call_soon_threadsafe(found.take))
    try:
        yield found
    finally:
        await service.stop()
