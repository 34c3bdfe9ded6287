"""A clip or a picture of a camera as a file, and beside it who took it, why, and its digests.

    words = await Footage(service, folder, city, zone).save(order, camera)

`<city>-<clip|snapshot>-<command id>.mp4` and the same name with `.json`; a file whose trace cannot
be written does not stay. SM3 is GB/T 32905-2016, as the system's OpenSSL has it.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.core.clock import to_datetime
from app.core.directory import Camera
from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.footage import FootageForm, FootageOrder
from app.video.service import VideoService
from app.video.tile import State, Tile
from app.video.wire import NO_ROOM, NOTHING_KEPT, Made

LEAST_FREE = 64 << 20
"""Bytes that must be free: twice what 30 s of 8 Mbit/s take."""
PART = 1 << 20
GOOD = frozenset({State.LIVE, State.DEGRADED, State.LATE, State.FROZEN, State.BLACK})
"""What a camera really sent, however bad; the trace says which."""


class Trace(msgspec.Struct, frozen=True):
    """What stands beside a file. Moments are ISO 8601 in the city's zone, position WGS-84 degrees;
    `audit` is the id of the line in the audit. `state` is what the tile claimed of the picture.
    `mask` is `none`, `covered` (what nobody may see is covered) or `uncovered` (the person may see
    it); `watermark` who looked, where the seat marks its pictures, `burnt` whether that is in them.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    file: str
    city: str
    world: str
    camera: str
    name_zh: str
    name_en: str
    region: str
    address: str
    lon: float
    lat: float
    state: str
    begins: str
    seconds: float
    width: int
    height: int
    codec: str
    asked: str
    person: str
    role: str
    seat: str
    reason: str
    mask: str
    watermark: str
    burnt: bool
    size: int
    sha256: str
    sm3: str
    audit: str


class Footage:
    """Saves what a running service shows into a folder; `city` is its short name. `burn` writes a
    text into the picture at a path, in a thread; raises OSError."""

    def __init__(
        self,
        service: VideoService,
        folder: Path,
        city: str,
        zone: ZoneInfo,
        burn: Callable[[Path, str], None] | None = None,
    ) -> None:
        self._service = service
        self._folder = folder
        self._city = city
        self._zone = zone
        self._burn = burn

    async def save(self, order: FootageOrder, camera: Camera) -> Message:
        """Make both files; gives what to tell the officer. Raises Refusal where there is nothing to
        be had, or no room; then there is no file."""
        tile = self._tile(camera.id)
        is_clip = order.form is FootageForm.CLIP
        name = f"{self._city}-{'clip' if is_clip else 'snapshot'}-{order.stamp.id}"
        path = self._folder / f"{name}.{order.form.value}"
        await asyncio.to_thread(_require_room, self._folder)
        masked = bool(self._service.mask(camera.id))
        if is_clip and masked and not order.unmasked:
            raise Refusal(message("videomask.clip"))
        if is_clip:
            made = await self._service.clip(tile.view, path, float(order.seconds))
        else:
            made = await self._service.snap(tile.view, path)
        if not made.made:
            raise Refusal(_why_not(made, self._folder))
        try:
            await asyncio.to_thread(self._finish, path, order, camera, tile, made, masked)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise Refusal(_unwritten(path, error)) from error
        seconds = round(made.seconds)
        if is_clip and seconds < order.seconds - 1:
            return message("videohand.saved_short", file=str(path), seconds=seconds)
        return message("videohand.saved", file=str(path))

    def _tile(self, camera: str) -> Tile:
        """The largest view that shows a camera as it sends; raises Refusal."""
        tiles = [tile for tile in self._service.tiles.values() if tile.camera == camera]
        if not tiles:
            raise Refusal(message("videohand.not_shown"))
        good = [tile for tile in tiles if tile.state in GOOD]
        if not good and tiles[0].state is State.PLAYBACK:
            raise Refusal(message("videohand.is_past"))
        if not good:
            raise Refusal(message("videohand.not_live"))
        return max(good, key=lambda tile: tile.width)

    def _finish(
        self,
        path: Path,
        order: FootageOrder,
        camera: Camera,
        tile: Tile,
        made: Made,
        masked: bool,
    ) -> None:
        """Mark the picture where that is wanted, write what stands beside it; raises OSError."""
        stamp, is_clip = order.stamp, order.form is FootageForm.CLIP
        burnt = bool(order.watermark) and self._burn is not None and not is_clip
        if burnt and self._burn is not None:
            self._burn(path, order.watermark)
            made = msgspec.structs.replace(made, size=path.stat().st_size)
        # A picture is of the moment when it came, not of the one when it was written.
        begins = tile.observed or stamp.at
        if is_clip:
            begins = round(made.begins * 1000)
        trace = Trace(
            file=path.name,
            city=self._city,
            world=stamp.world.value,
            camera=camera.id,
            name_zh=camera.name_zh,
            name_en=camera.name_en,
            region=camera.region,
            address=camera.address,
            lon=camera.lon,
            lat=camera.lat,
            state=tile.state.value,
            begins=self._moment(begins),
            seconds=round(made.seconds, 3),
            width=tile.width,
            height=tile.height,
            codec=tile.codec,
            asked=self._moment(stamp.at),
            person=stamp.person,
            role=stamp.role,
            seat=stamp.seat,
            reason=order.reason,
            mask="none" if not masked else "uncovered" if is_clip else "covered",
            watermark=order.watermark,
            burnt=burnt,
            size=made.size,
            sha256=digest(path, "sha256"),
            sm3=digest(path, "sm3"),
            audit=stamp.id,
        )
        text = msgspec.json.format(msgspec.json.encode(trace), indent=2) + b"\n"
        beside, new = path.with_suffix(".json"), path.with_name(f".{path.name}.json.new")
        try:
            with new.open("wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(beside)
        except OSError:
            new.unlink(missing_ok=True)
            raise

    def _moment(self, at: Ms) -> str:
        return to_datetime(at, self._zone).isoformat(timespec="milliseconds")


def digest(path: Path, algorithm: str) -> str:
    """The digest of a file in hexadecimal; raises OSError. Empty where the system's OpenSSL does
    not know the algorithm."""
    try:
        found = hashlib.new(algorithm)
    except ValueError:
        return ""
    with path.open("rb") as file:
        while part := file.read(PART):
            found.update(part)
    return found.hexdigest()


def _require_room(folder: Path) -> None:
    """The folder is there and has room; raises Refusal."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Refusal(_unwritten(folder, error)) from error
    if free < LEAST_FREE:
        raise Refusal(message("videohand.full", folder=str(folder)))


def _why_not(made: Made, folder: Path) -> Message:
    if made.detail == NOTHING_KEPT:
        return message("videohand.nothing_kept")
    if made.detail == NO_ROOM:
        return message("videohand.full", folder=str(folder))
    return message("videohand.failed", file=str(folder), error=made.detail or "-")


def _unwritten(path: Path, error: OSError) -> Message:
    return message("videohand.failed", file=str(path), error=error.strerror or str(error))
