"""What a map's export says and holds: gathered from the seat's map, its layers and its base.

Layers come from the composer of the window's own audience, so nothing that may not be seen there
can be in a file that is made there.
"""

import asyncio
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from app.core import wording
from app.core.model import Level
from app.gis.content import Content
from app.gis.frames import encode_json
from app.gis.layer import LayerConfig
from app.gis.standalone import Sign, Situation
from app.gis.tiles import grid
from app.live.export import ExportOrder
from app.live.map_state import LayerChoice, MapPlace, MapState
from app.report.as_csv import local
from widgets.context import Context
from widgets.export.trace import mark_of
from widgets.map.files import BYTES
from widgets.map.look import look_frame
from widgets.map_foot import foot_lines
from widgets.map_house import MapHouse
from widgets.panels._map import content_age, layer_title, sources_of

MADE_S = 15.0
"""The longest that layers which were not on before are waited for."""
LOOK_S = 0.05
TILES_S = 20.0
MOST_TILES, MOST_BYTES = 600, 24 << 20
PER_ORDER = 1000
Box = tuple[float, float, float, float]


class Shown(NamedTuple):
    """A layer of the map: how the composer calls it, its table, how it is on, what was made."""

    key: str
    config: LayerConfig
    choice: LayerChoice
    content: Content


class Sheet(NamedTuple):
    """All that an export says in words, and the layers that it draws."""

    title: str
    world: str
    facts: tuple[str, ...]
    foot: tuple[str, ...]
    legend: tuple[Sign, ...]
    shown: tuple[Shown, ...]  # lowest first
    state: MapState
    base: str


async def sheet_of(
    house: MapHouse, context: Context, order: ExportOrder, size: tuple[int, int], place: MapPlace
) -> Sheet:
    """What the map of an order shows in a view of this size; layers that nobody shows are made
    first."""
    state = context.spine.seat.maps[order.map]
    shown = await _made(house, context, state, box_of(place, size), place.zoom)
    now = context.now()
    base = house.open_bases().shown(state.base, webgl=False)[0]
    return Sheet(
        title=_title(context, state),
        world=mark_of(context),
        facts=_facts(context, order, state),
        foot=foot_lines(house, context, state, now, webgl=False),
        legend=tuple(sign for one in reversed(shown) for sign in _signs(context, one, now)),
        shown=tuple(shown),
        state=state,
        base=base,
    )


def box_of(place: MapPlace, size: tuple[int, int]) -> Box:
    """West, south, east, north of a view of so many pixels."""
    x, y = grid.position(place.lon, place.lat, 0)
    wide, high = (pixels / 2 / (256 * 2**place.zoom) for pixels in size)
    west, north = grid.place(x - wide, max(0.0, y - high), 0)
    east, south = grid.place(x + wide, min(1.0, y + high), 0)
    return west, south, east, north


def state_words(sheet: Sheet, place: MapPlace, base: str = "") -> dict[str, Any]:
    """The frame `state` for a page that is only looked at."""
    return {
        "lon": place.lon,
        "lat": place.lat,
        "zoom": place.zoom,
        "fly_ms": 0,
        "layers": [
            {
                "id": one.key,
                "layer": one.choice.id,
                "opacity": one.choice.opacity,
                "visible": one.config.min_zoom <= place.zoom <= one.config.max_zoom,
                "min_zoom": one.config.min_zoom,
                "max_zoom": one.config.max_zoom,
                "z": one.config.order * PER_ORDER + number,
            }
            for number, one in enumerate(sheet.shown)
        ],
        "base": base,
        "tool": "",
        "at": sheet.state.at,
        "picked": None,
        "area": None,
        "region": sheet.state.region,
        "interactive": True,
        "compare": None,
    }


def frames_of(house: MapHouse, context: Context, sheet: Sheet) -> list[bytes]:
    """Everything of the layers, as any page gets it."""
    composer = house.composer(context)
    return [frame for one in sheet.shown for frame in composer.frames(one.key)]


async def situation_of(
    house: MapHouse, context: Context, order: ExportOrder, sheet: Sheet, place: MapPlace
) -> Situation:
    """The page that stands alone. Its foot is in words of its own, so the page's is left empty."""
    box = box_of(place, sheet.state.size)
    tiles, zoom, why = await _tiles(house, sheet.base, box, place.zoom)
    config = context.city
    base = house.atlas.bases.get(sheet.base)
    drawn = [data for type_, data in tiles.values() if type_ == BYTES]
    named = {one.key: layer_title(context, one.config, one.content) for one in sheet.shown}
    notes = (context.text(why),) if why else ()
    return Situation(
        title=sheet.title,
        world=sheet.world,
        facts=sheet.facts,
        foot=(*sheet.foot, *notes),
        legend=sheet.legend,
        names=named,
        origin=(config.lon, config.lat),
        box=box,
        frames=(
            look_frame(context),
            encode_json("state", {"layers": state_words(sheet, place)["layers"]}),
            *drawn,
            *frames_of(house, context, sheet),
        ),
        language=context.translator.language,
        tiles={at: tile for at, tile in tiles.items() if tile[0] != BYTES},
        tile_zoom=zoom,
        tile_size=base.tile_size if base is not None else 256,
        turned=base is not None and base.tone == "light" and not context.theme.light,
    )


async def _made(
    house: MapHouse, context: Context, state: MapState, box: Box, zoom: float
) -> list[Shown]:
    """The layers that this seat may see, made for this view, lowest first."""
    configs, composer = house.atlas.for_seat(context.seat), house.composer(context)
    choices = tuple(choice for choice in state.layers if choice.id in configs)
    view = f"export/{id(composer)}"
    loop = asyncio.get_running_loop()
    house.begin()
    try:
        keys = composer.want(view, choices, zoom, box, since=state.span_ms, at=state.at)
        until = loop.time() + MADE_S
        while not all(key in composer.contents for key in keys) or composer.busy:
            if loop.time() > until:
                break
            await asyncio.sleep(LOOK_S)
    finally:
        composer.forget(view)
        house.end()
    found = [
        Shown(key, configs[choice.id], choice, composer.contents[key])
        for key, choice in zip(keys, choices, strict=True)
        if key in composer.contents
    ]
    return sorted(found, key=lambda one: one.config.order)


def _title(context: Context, state: MapState) -> str:
    names, pick = context.spine.seat.maps.names, context.translator.pick
    plate, region = names.plates.get(state.plate), names.regions.get(state.region)
    name = pick(plate.name_zh, plate.name_en) if plate else context.text("mapwords.title")
    if region is not None:
        where = pick(region.name_zh, region.name_en)
        name = context.text("mapwords.title_in", name=name, region=where)
    city = pick(context.city.name_zh, context.city.name_en)
    return context.text("mapexport.title", city=city, name=name)


def _facts(context: Context, order: ExportOrder, state: MapState) -> tuple[str, ...]:
    """The moment, what moment is shown, who asked, the command."""
    say = context.text
    found = [say("mapexport.at", at=local(order.at, context.zone))]
    if state.at:
        found.append(say("mapexport.shows", at=local(state.at, context.zone)))
    found.append(say("mapexport.seat", seat=order.seat))
    found.append(say("mapexport.by", person=order.person or say("export.nobody")))
    found.append(say("mapexport.command", command=order.id))
    return tuple(found)


def _signs(context: Context, one: Shown, now: int) -> list[Sign]:
    """A layer's heading with count, age and source, then its classes."""
    pick, content = context.translator.pick, one.content
    if not (content.count or content.steps or content.faults):
        return []
    title = layer_title(context, one.config, content)
    unit = pick(content.unit, content.unit_en) or content.unit
    title = f"≈ {title}" if content.estimated else title
    title = f"{title} ({unit})" if unit else title
    told = (
        wording.number(content.count),
        content_age(context, content, now),
        sources_of(context, one.config, content),
        one.config.licence,
        *(context.translator.render(fault) for fault in content.faults),
    )
    comma = context.text("panels.comma")
    found = [Sign(title, comma.join(part for part in told if part), head=True)]
    styles = content.marks.styles if content.marks is not None else ()
    for number, style in enumerate(styles):
        if style.name_zh or number == 0:  # what has no name of its own is called as its layer
            name = pick(style.name_zh, style.name_en) or title
            found.append(Sign(name, mark=_built(style)))
    for part in content.shapes if not content.steps else ():
        for shape in part.styles:
            if shape.name_zh or len(part.styles) == 1:
                name = pick(shape.name_zh, shape.name_en) or title
                found.append(Sign(name, shape=_built(shape), closed=part.closed))
    return found + [Sign(step.text, colour=step.colour) for step in content.steps]


def _built(style: Any) -> dict[str, Any]:
    found = msgspec.to_builtins(style)
    assert isinstance(found, dict)
    level = found.get("level")
    if isinstance(level, Level):
        found["level"] = level.value
    return found


async def _tiles(
    house: MapHouse, base: str, box: Box, zoom: float
) -> tuple[dict[str, tuple[str, bytes]], int, str]:
    """The base's tiles of a view by place, their zoom, and the id of the sentence that says why
    there are none or not all."""
    config = house.atlas.bases.get(base)
    if config is None or config.kind == "outline":
        return {}, 0, ""
    if not config.may_store:
        return {}, 0, "mapexport.not_stored"
    if config.vector or config.shifted:
        return {}, 0, "mapexport.not_drawn"
    level = min(config.max_zoom, max(config.min_zoom, math.floor(zoom + 0.25)))
    level = 0 if config.kind == "drawn" else level  # one file for all of it
    places = list(grid.tiles(box, range(level, level + 1)))
    why = "mapexport.part" if len(places) > MOST_TILES else ""
    asked = [(at, asyncio.wrap_future(house.bases.tile(base, *at))) for at in places[:MOST_TILES]]
    if asked:
        await asyncio.wait([future for _, future in asked], timeout=TILES_S)
    found: dict[str, tuple[str, bytes]] = {}
    size = 0
    for (z, x, y), future in asked:
        tile = _given(future)
        if tile is None:
            continue
        size += len(tile.data)
        if size > MOST_BYTES:
            return found, level, "mapexport.part"
        found[f"{z}/{x}/{y}"] = (tile.type, tile.data)
    return found, level, why or ("" if found else "mapexport.no_tiles")


def _given(future: "asyncio.Future[Any]") -> Any:
    """A tile; None where it did not come in time or is none."""
    if not future.done():
        future.cancel()
        return None
    if future.cancelled() or future.exception() is not None:
        return None
    return future.result()


def line_of(parts: Sequence[str]) -> str:
    """Several facts as one line."""
    return "  ·  ".join(part for part in parts if part)
