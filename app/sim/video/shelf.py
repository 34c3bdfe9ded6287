"""Clips by name, each read once, and the sources that run on them."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from app.sim.video.clip import Clip, read_clip
from app.sim.video.faults import StreamFaults
from app.sim.video.source import Source

NOBODY: Mapping[str, str] = {}


class Offer(NamedTuple):
    """What stands at an address: a source, its own name, who may see it (name to password; nobody
    listed: all), and what is wrong with it where its address asks for nothing else."""

    source: Source
    title: str
    users: Mapping[str, str] = NOBODY
    faults: StreamFaults = StreamFaults()


class Offers(Protocol):
    """What a server serves."""

    async def offer(self, path: str) -> Offer | None:
        """What stands at a path; None where nothing does. Raises ClipError."""

    async def own(self, clip: str) -> Source | None:
        """A source of a clip for one viewer alone, from its begin. Raises ClipError."""


class Shelf:
    """Serves each clip at its name. All sources count from one `epoch` (`time.monotonic()`)."""

    def __init__(self, clips: Mapping[str, Path], epoch: float | None = None) -> None:
        self.epoch = time.monotonic() if epoch is None else epoch
        self._paths = dict(clips)
        self._clips: dict[str, asyncio.Future[Clip]] = {}
        self._sources: dict[str, Source] = {}

    async def clip(self, name: str) -> Clip | None:
        """The clip of a name; None where there is none. Raises ClipError."""
        path = self._paths.get(name)
        if path is None:
            return None
        if name not in self._clips:
            loop = asyncio.get_running_loop()
            self._clips[name] = loop.run_in_executor(None, read_clip, path, name)
        return await asyncio.shield(self._clips[name])

    async def shared(self, name: str) -> Source | None:
        """The source that all who watch a clip have in common."""
        clip = await self.clip(name)
        if clip is None:
            return None
        if name not in self._sources:
            self._sources[name] = Source(clip, self.epoch)
        return self._sources[name]

    async def own(self, clip: str) -> Source | None:
        """A source of a clip for one viewer alone, from its begin."""
        found = await self.clip(clip)
        return Source(found, self.epoch, begin=time.monotonic()) if found is not None else None

    async def offer(self, path: str) -> Offer | None:
        """The clip that is named by the whole path."""
        name = path.strip("/")
        source = await self.shared(name)
        return Offer(source, name) if source is not None else None


def folder_of_clips(folder: Path) -> dict[str, Path]:
    """The clips of a folder by their file's name without its ending."""
    found = sorted(folder.iterdir())
    return {path.stem: path for path in found if path.suffix in (".mp4", ".h264", ".h265")}
