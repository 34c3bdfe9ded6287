"""Cameras onto a wall: as many as it has cells for, without those that are known to be gone."""

from collections.abc import Iterable

from app.core.model import DeviceState, DeviceStatus
from app.live.camera_search import By, CameraSearch
from widgets.context import Context
from widgets.panels._act import act, has_scene
from widgets.panels._base import Panel
from widgets.panels._map import quoted

VIDEO = "video"


def is_gone(context: Context, camera: str) -> bool:
    """Whether its platform says that it is not there."""
    item = context.picture.devices.get(camera)
    record = item.record if item is not None else None
    return isinstance(record, DeviceStatus) and record.state is DeviceState.OFFLINE


def watch_text(context: Context, ids: Iterable[str], most: int, wall: str, about: str = "") -> str:
    """The command that shows the first of these; empty where none can be shown."""
    there = [id_ for id_ in ids if not is_gone(context, id_)][:most]
    if not there:
        return ""
    told = f" about={quoted(about)}" if about else ""
    return f"watch-cameras {quoted(' '.join(there))}{told} wall={quoted(wall)}"


def about_of(search: CameraSearch) -> str:
    """What cameras were looked for around, as the audit names it."""
    if search.by is By.AREA:
        return ""
    return search.about or f"{search.lon:.6f},{search.lat:.6f}"


async def watch(panel: Panel, text: str) -> str:
    """Do the command that shows cameras, and let the wall be seen where the window of the panel
    shows none. Gives why not, in words; empty where it is done."""
    context = panel.context
    outcome = await context.commands.submit(context.commands.parse(text))
    if not outcome.done:
        return context.translator.render(outcome.reason)
    panels = getattr(panel.window(), "panels", {}).values()
    seen = any(one.kind == VIDEO and one.isVisible() for one in panels)
    if not seen and has_scene(panel, VIDEO):
        act(panel, f"switch-scene {VIDEO}")
    return ""


def has_video(context: Context) -> bool:
    """Whether this seat shows live video at all."""
    return context.videos is not None and context.videos.platforms > 0
