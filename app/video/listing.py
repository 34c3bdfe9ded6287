"""A platform's catalogue fetched in pages, and packed for the store.

`collect` runs in the video thread, `packed` and `unpacked` in any thread: 40,000 cameras take about
a tenth of a second.
"""

import asyncio
import zlib
from collections.abc import Sequence
from contextlib import aclosing
from hashlib import sha256

import msgspec

from app.core.directory import Camera
from app.core.message import message
from app.video.platform import CameraPlatform, PlatformError
from app.video.wire import Fault

MOST = 200_000
PAUSE_S = 0.05
"""Between two pages, so that a platform and the streams that are shown are not held up."""
MOST_BYTES = 256 * 1024 * 1024


async def collect(platform: CameraPlatform) -> tuple[Camera, ...]:
    """All cameras that a platform lists, by id; of two with one id the first. Raises PlatformError,
    also where it lists more than `MOST`."""
    prefix = f"{platform.config.id}:"
    found: dict[str, Camera] = {}
    async with aclosing(platform.catalogue()) as pages:  # type: ignore[type-var]
        async for page in pages:
            for camera in page:
                if camera.id.startswith(prefix):
                    found.setdefault(camera.id, camera)
            if len(found) > MOST:
                raise PlatformError(
                    message("videolist.too_many", platform=platform.config.id, most=MOST),
                    Fault.REFUSED,
                )
            await asyncio.sleep(PAUSE_S)
    return tuple(found[id_] for id_ in sorted(found))


def packed(cameras: Sequence[Camera]) -> bytes:
    """A list for the store."""
    return zlib.compress(msgspec.msgpack.encode(cameras), 1)


def unpacked(body: bytes) -> tuple[Camera, ...]:
    """A list from the store; raises ValueError for bytes that are none."""
    opened = zlib.decompressobj()
    try:
        plain = opened.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not opened.eof:
        raise ValueError("cut off, or too long")
    return msgspec.msgpack.decode(plain, type=tuple[Camera, ...])


def digest(cameras: Sequence[Camera]) -> str:
    """What a list is named by when it is taken: 12 hexadecimal digits of it in order of ids."""
    return sha256(msgspec.msgpack.encode(cameras)).hexdigest()[:12]
