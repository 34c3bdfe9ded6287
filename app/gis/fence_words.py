"""What a crossing of a geofence is called: what moved in the officer's words, then its own name."""

from collections.abc import Callable

from app.core.keys import own_id
from app.core.message import Message, message
from app.gis.fence_judge import Crossing

Say = Callable[[Message], str]
_SORTS = {
    "bus": ("bus", "bus_vehicle", "transit"),
    "ship": ("ship", "vessel", "ais"),
    "aircraft": ("aircraft", "plane"),
    "truck": ("truck",),
    "hazmat": ("hazmat_truck",),
    "taxi": ("taxi",),
    "rescue": ("rescue_vehicle",),
    "fire": ("fire_engine",),
    "ambulance": ("ambulance",),
    "drone": ("uav", "drone"),
    "unit": ("body_worn", "unit", "tak"),
    "patrol": ("patrol", "police"),
    "grid": ("grid_worker",),
    "officer": ("officer",),
}
"""Layers of positions as feeds name them (assets/layers) and what one thing of them is called."""
_SORT_OF = {layer: sort for sort, layers in _SORTS.items() for layer in layers}


def mover(crossing: Crossing, say: Say) -> str:
    """公交车 0018: what it is, and its name, or its number without who gave it."""
    name = crossing.name or own_id(crossing.id)
    sort = say(message(f"maptool.mover.{_SORT_OF.get(crossing.layer, 'other')}"))
    if name.startswith(sort):
        return name
    return say(message("maptool.mover", sort=sort, name=name))


def title(crossing: Crossing, say: Say) -> Message:
    """What it did, and where."""
    fence, name = crossing.fence.name, mover(crossing, say)
    if crossing.stayed:
        minutes = f"{crossing.fence.dwell_s / 60:g}"
        return message("maptool.fence.dwell", name=name, fence=fence, minutes=minutes)
    if not crossing.inside:
        return message("maptool.fence.leave", name=name, fence=fence)
    if crossing.first:
        return message("maptool.fence.present", name=name, fence=fence)
    return message("maptool.fence.enter", name=name, fence=fence)


def evidence(crossing: Crossing, time: str, say: Say) -> Message:
    """When and where it was, `time` in the city's clock; then the record by which it is found."""
    return message(
        "maptool.fence.evidence",
        time=time,
        lon=f"{crossing.lon:.5f}",
        lat=f"{crossing.lat:.5f}",
        name=mover(crossing, say),
        fence=crossing.fence.name,
        id=crossing.id,
        source=crossing.source,
    )
