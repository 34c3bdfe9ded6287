"""Where a camera's recordings begin and end, and where nothing was recorded."""

from collections.abc import Iterable

from app.core.message import message
from app.core.model import Ms
from app.video.platform import CameraPlatform, PlatformError, Recording
from app.video.wire import Fault

JOINED_MS: Ms = 2_000
"""Two files with no more than this between them are one recording: platforms write whole
seconds."""
MOST = 5_000
"""Stretches that are looked at; a camera that records on motion has hundreds a day."""


def joined(found: Iterable[Recording]) -> list[Recording]:
    """Stretches without a gap between them, oldest first; those that overlap become one."""
    whole: list[Recording] = []
    for one in sorted(found, key=lambda one: one.begin)[:MOST]:
        if whole and one.begin - whole[-1].end <= JOINED_MS:
            whole[-1] = Recording(whole[-1].begin, max(whole[-1].end, one.end))
        elif one.end > one.begin:
            whole.append(Recording(one.begin, one.end))
    return whole


def gaps(found: Iterable[Recording], begin: Ms, end: Ms) -> list[tuple[Ms, Ms]]:
    """What is missing between two moments, oldest first; less than `JOINED_MS` is no gap."""
    missing, at = [], begin
    for one in joined(found):
        if one.begin > at:
            missing.append((at, min(one.begin, end)))
        at = max(at, one.end)
        if at >= end:
            break
    if at < end:
        missing.append((at, end))
    return [(first, last) for first, last in missing if last - first > JOINED_MS]


async def recorded(platform: CameraPlatform, camera: str, begin: Ms, end: Ms) -> Ms:
    """Until when a camera was recorded without a gap from a moment on, at most `end`. Raises
    PlatformError where it was not recorded then: asked for it, a platform plays what comes next,
    and that is another moment."""
    for one in joined(await platform.records(camera, begin, end)):
        if one.begin - JOINED_MS <= begin < one.end:
            return min(end, one.end)
    raise PlatformError(message("videostate.no_recording"), Fault.NOT_FOUND)
