"""Leaves with a seat's maps what commands may name: layers, plates, bases, districts, places."""

from collections.abc import Mapping

from app.city import City
from app.core.outline import Ring
from app.gis.atlas import Atlas
from app.live.map_fit import Box
from app.live.map_names import BaseName, Find, LayerName, MapNames, PlateName, RegionPlace
from app.live.map_state import MapPlace

ABOUT = 0.15
"""Degrees around the middle of a district without an outline."""


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
            "imported" in config.options,
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
    """The districts of a city, each with its box."""
    codes = city.catalog.regions.keys()
    found = {}
    for code, region in city.catalog.regions.items():
        box = box_of(outlines.get(code, []))
        if box is None and region.lon is not None and region.lat is not None:
            box = (
                region.lon - ABOUT,
                region.lat - ABOUT,
                region.lon + ABOUT,
                region.lat + ABOUT,
            )
        parent = next((one for one in _above(code) if one in codes and one != code), "")
        found[code] = RegionPlace(code, region.name_zh, region.name_en, parent, box)
    return found


def home_of(outlines: Mapping[str, list[Ring]]) -> Box | None:
    """The box of the whole city; None where it has no outlines."""
    return box_of([ring for rings in outlines.values() for ring in rings])


def box_of(rings: list[Ring]) -> Box | None:
    """West, south, east and north of some rings."""
    if not rings:
        return None
    west, south = (min(float(ring[:, at].min()) for ring in rings) for at in (0, 1))
    east, north = (max(float(ring[:, at].max()) for ring in rings) for at in (0, 1))
    return west, south, east, north


def find_in(city: City) -> Find:
    """Where the listed things of a city lie, by `point:…`, `camera:…`, `device:…`."""
    places = {f"point:{item.id}": MapPlace(item.lon, item.lat) for item in city.points}
    places |= {f"camera:{item.id}": MapPlace(item.lon, item.lat) for item in city.cameras}
    places |= {f"device:{item.id}": MapPlace(item.lon, item.lat) for item in city.devices}
    return places.get


def _above(code: str) -> tuple[str, ...]:
    """The codes of what a district can lie in, the nearest first (GB/T 2260, GB/T 10114)."""
    longer = tuple(code[:length] for length in (9, 6) if len(code) > length)
    return (*longer, f"{code[:4]}00", f"{code[:2]}0000")
