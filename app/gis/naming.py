"""Leaves with a seat's maps what commands may name: layers, plates, bases, districts, places."""

import math
from collections.abc import Mapping

from app.city import City
from app.core.outline import Ring
from app.gis.atlas import Atlas
from app.live.map_names import BaseName, Find, LayerName, MapNames, PlateName, RegionPlace
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, MapPlace

VIEW = (900.0, 640.0)
"""Pixels of the view that a district must fit into."""
_TILE = 256.0


def tell(names: MapNames, atlas: Atlas) -> None:
    """What the atlas knows now; called again when a layer was imported."""
    names.layers = {
        config.id: LayerName(
            config.id,
            config.name_zh,
            config.name_en,
            config.group,
            config.order,
            config.opacity,
            config.audience,
        )
        for config in atlas.configs.values()
    }
    names.plates = {
        plate.code: PlateName(
            plate.code,
            plate.name_zh,
            plate.name_en,
            plate.group,
            plate.choices,
            plate.zoom,
            plate.audience,
        )
        for plate in atlas.plates.values()
    }
    names.bases = {
        base.id: BaseName(base.id, base.name_zh, base.name_en) for base in atlas.bases.values()
    }


def regions_of(city: City, outlines: Mapping[str, list[Ring]]) -> dict[str, RegionPlace]:
    """The districts of a city with the place from which each is seen whole."""
    codes = city.catalog.regions.keys()
    found = {}
    for code, region in city.catalog.regions.items():
        place = place_of(outlines.get(code, []))
        if place is None and region.lon is not None and region.lat is not None:
            place = MapPlace(region.lon, region.lat, 10.0)
        parent = next((one for one in _above(code) if one in codes and one != code), "")
        found[code] = RegionPlace(code, region.name_zh, region.name_en, parent, place)
    return found


def home_of(city: City, outlines: Mapping[str, list[Ring]]) -> MapPlace:
    """Where a map begins: the whole city, or its centre where it has no outlines."""
    whole = place_of([ring for rings in outlines.values() for ring in rings])
    return whole or MapPlace(city.config.lon, city.config.lat, 10.0)


def place_of(rings: list[Ring]) -> MapPlace | None:
    """The middle of some rings, and the zoom (in steps of a quarter) at which they fill a view."""
    if not rings:
        return None
    west = min(float(ring[:, 0].min()) for ring in rings)
    east = max(float(ring[:, 0].max()) for ring in rings)
    south = min(float(ring[:, 1].min()) for ring in rings)
    north = max(float(ring[:, 1].max()) for ring in rings)
    wide = (east - west) / 360.0
    low, high = _mercator(south), _mercator(north)
    spans = ((wide, VIEW[0]), (high - low, VIEW[1]))
    zooms = [math.log2(pixels / _TILE / span) for span, pixels in spans if span > 0]
    zoom = math.floor(min(zooms, default=MAX_ZOOM) * 4) / 4
    middle = math.degrees(math.atan(math.sinh(math.pi * (low + high))))
    return MapPlace((west + east) / 2, middle, min(MAX_ZOOM, max(MIN_ZOOM, zoom)))


def find_in(city: City) -> Find:
    """Where the listed things of a city lie, by `point:…`, `camera:…`, `device:…`."""
    places = {f"point:{item.id}": MapPlace(item.lon, item.lat) for item in city.points}
    places |= {f"camera:{item.id}": MapPlace(item.lon, item.lat) for item in city.cameras}
    places |= {f"device:{item.id}": MapPlace(item.lon, item.lat) for item in city.devices}
    return places.get


def _mercator(lat: float) -> float:
    """Northing in world widths, from the equator."""
    return math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def _above(code: str) -> tuple[str, ...]:
    """The codes of what a district can lie in, the nearest first (GB/T 2260, GB/T 10114)."""
    longer = tuple(code[:length] for length in (9, 6) if len(code) > length)
    return (*longer, f"{code[:4]}00", f"{code[:2]}0000")
