"""WMS 1.3.0: one GetMap (OGC 06-042, 7.3) for each tile.

In EPSG:4326 and EPSG:4490 the first axis is latitude. Those servers give plain degrees: from zoom 8
on that is less than a pixel from Mercator inside a tile; below it the base has no tiles.
"""

from typing import ClassVar, Literal
from urllib.parse import urlencode

import msgspec

from app.core.privacy import Privacy
from app.gis.tiles._base import Place, bad, options_of
from app.gis.tiles.config import DEGREES, BaseConfig
from app.gis.tiles.grid import degrees_of, metres_of
from app.gis.tiles.net import NetBase


class WmsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`layers` and `styles` with commas, as the server names them."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layers: str
    styles: str = ""
    format: Literal["image/png", "image/jpeg", "image/webp", "image/gif"] = "image/png"
    transparent: bool = False
    version: Literal["1.3.0", "1.1.1"] = "1.3.0"


class Wms(NetBase, kind="wms"):
    """A base of one WMS."""

    Options = WmsOptions

    def __init__(self, config: BaseConfig, place: Place) -> None:
        super().__init__(config, place)
        self._options = options_of(config, WmsOptions)
        if not self._options.layers:
            raise bad(config, "options.layers", "-")

    def address(self, z: int, x: int, y: int) -> str:
        """See NetBase."""
        config, options = self.config, self._options
        newest = options.version == "1.3.0"
        query = {
            "SERVICE": "WMS",
            "VERSION": options.version,
            "REQUEST": "GetMap",
            "LAYERS": options.layers,
            "STYLES": options.styles,
            "CRS" if newest else "SRS": config.crs if config.crs in DEGREES else "EPSG:3857",
            "BBOX": ",".join(repr(value) for value in self._box(z, x, y, newest=newest)),
            "WIDTH": str(config.tile_size),
            "HEIGHT": str(config.tile_size),
            "FORMAT": options.format,
            "TRANSPARENT": "TRUE" if options.transparent else "FALSE",
        }
        joint = "&" if "?" in config.url else "?"
        return f"{config.url.rstrip('?&')}{joint}{urlencode(query)}"

    def _box(self, z: int, x: int, y: int, *, newest: bool) -> tuple[float, ...]:
        """Lower corner, upper corner, in the order of the axes."""
        if self.config.crs not in DEGREES:
            return metres_of(z, x, y)
        west, south, east, north = degrees_of(z, x, y)
        return (south, west, north, east) if newest else (west, south, east, north)
