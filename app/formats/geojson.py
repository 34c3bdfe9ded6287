"""GeoJSON to our records: a FeatureCollection, one Feature, or one Feature a line (RFC 7946).

It is the mapping whose records are features, with their properties as fields and their place as
`_lon`, `_lat`; see app/formats/_map_geometry.py. By the RFC its places are WGS-84; a source that
delivers GCJ-02 all the same says so with `crs`.
"""

from typing import Any

from app.formats._map_config import MapConfig, map_config
from app.formats.mapping import Mapping

_PLACED = ("event", "position", "warning", "stock")


class GeoJson(Mapping, kind="geojson"):
    """Features by `[feed.map]`, without `format`; `lon` and `lat` of an event, position, warning
    or stock need not be stated."""

    example = """
        [[feed]]
        id = "waterlogging"
        kind = "file-drop"
        format = "geojson"
        name_zh = "城管局积水点"
        name_en = "Urban management, waterlogging"
        url = "file:/srv/drop/waterlogging"

        [feed.map]
        crs = "gcj02"
        zone = "Asia/Shanghai"

        [[feed.map.event]]
        id = {template = "waterlogging:{_id}"}
        type = {value = "积水"}
        title = "name"
        occurred = {from = "time", time = "%Y-%m-%d %H:%M:%S"}
        observed = {from = "time", time = "%Y-%m-%d %H:%M:%S"}
    """

    def settled(self) -> MapConfig:
        """See Mapping.settled."""
        given: dict[str, Any] = {"crs": "wgs84", **self.config.map, "format": "geojson"}
        for kind in _PLACED:
            outputs = given.get(kind)
            if isinstance(outputs, list):
                given[kind] = [_with_place(output) for output in outputs]
        return map_config(self.config.id, given)


def _with_place(output: Any) -> Any:
    if not isinstance(output, dict) or "lon" in output or "lat" in output:
        return output
    return {"lon": "_lon", "lat": "_lat", **output}
