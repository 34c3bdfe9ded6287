"""The cameras that stand in a place that was drawn on a map, onto the wall of the window."""

import asyncio

from app.live.camera_orders import free_cells
from app.live.camera_search import By, CameraSearch
from app.live.map_state import MapArea
from widgets.panels._base import Panel
from widgets.panels._camera_places import look
from widgets.panels._map import quoted
from widgets.panels._watch import watch, watch_text


async def watch_area(panel: Panel, area: MapArea, map_name: str) -> str:
    """As many as the wall has cells for, those in the middle of the place first, none that is known
    to be gone. The lists of cameras and the maps show all that stand there. Gives why not, in
    words; empty where it is done."""
    context = panel.context
    videos, window, commands = context.spine.seat.videos, context.window, context.commands
    named = f"cameras-in {quoted(map_name)}" if map_name else "cameras-in"
    outcome = await commands.submit(commands.parse(named))
    if not outcome.done:
        return context.translator.render(outcome.reason)
    names, search = videos.cameras, CameraSearch(By.AREA, map=map_name)
    hidden = names.hidden if context.veil is not None else frozenset[str]()
    found = await asyncio.to_thread(look, names, search, area, hidden)
    if not found.ids:
        return context.text("videolist.none_in_area")
    text = watch_text(context, found.ids, len(free_cells(videos[window])), window)
    return await watch(panel, text) if text else context.text("videolist.none_to_watch")
