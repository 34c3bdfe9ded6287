"""WMTS 1.0.0 (OGC 07-057r7): GetTile by parameters, or by an address with `{TileMatrix}` gaps.

`preset` gives TianDiTu's: `vec_w` streets, `img_w` pictures, `ter_w` relief, and `cva_w`,
`cia_w`, `cta_w` their names, for `over`. Their tiles are CGCS2000 on the Web Mercator grid (`_w`),
zooms 1 to 18; their key goes as `tk` and comes from the secrets. The `_c` sets are plain degrees
and not used.
"""

import re
from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import urlencode

import msgspec

from app.core.privacy import Privacy
from app.gis.tiles._base import Place, bad, options_of
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.net import NetBase

TIANDITU = ("vec_w", "img_w", "ter_w", "cva_w", "cia_w", "cta_w")
_TIANDITU_URL = "https://t{s}.tianditu.gov.cn/%s/wmts"
_HOSTS = "01234567"
_GAP = re.compile(r"\{(\w+)\}")
_GAPS = frozenset({"s", "TileMatrix", "TileRow", "TileCol", "TileMatrixSet", "Layer", "Style"})


class WmtsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`matrix_set` must be a Web Mercator grid of 256 pixels that begins with one tile; `matrix` is
    what stands before the zoom in the name of a level (`EPSG:3857:`)."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layer: str = ""
    style: str = "default"
    matrix_set: str = "GoogleMapsCompatible"
    matrix: str = ""
    format: str = "image/png"
    subdomains: str = ""


class Wmts(NetBase, kind="wmts"):
    """A base of one WMTS."""

    Options = WmtsOptions

    def __init__(self, config: BaseConfig, place: Place) -> None:
        if config.preset:
            config = preset(config)
        super().__init__(config, place)
        self._options = options = options_of(config, WmtsOptions)
        gaps = set(_GAP.findall(config.url))
        self._rest = bool(gaps - {"s"})
        if gaps - _GAPS:
            raise bad(config, "url", "{TileMatrix} {TileRow} {TileCol}")
        if self._rest and not {"TileMatrix", "TileRow", "TileCol"} <= gaps:
            raise bad(config, "url", "{TileMatrix} {TileRow} {TileCol}")
        if not self._rest and not options.layer:
            raise bad(config, "options.layer", "-")
        if ("s" in gaps) != bool(options.subdomains):
            raise bad(config, "options.subdomains", "{s}")

    def address(self, z: int, x: int, y: int) -> str:
        """See NetBase."""
        options = self._options
        hosts = options.subdomains or " "
        level = f"{options.matrix}{z}"
        values = {
            "s": hosts[(x + y) % len(hosts)],
            "TileMatrix": level,
            "TileRow": str(y),
            "TileCol": str(x),
            "TileMatrixSet": options.matrix_set,
            "Layer": options.layer,
            "Style": options.style,
        }
        url = _GAP.sub(lambda gap: values[gap.group(1)], self.config.url)
        if self._rest:
            return url
        query = {
            "SERVICE": "WMTS",
            "REQUEST": "GetTile",
            "VERSION": "1.0.0",
            "LAYER": options.layer,
            "STYLE": options.style,
            "TILEMATRIXSET": options.matrix_set,
            "FORMAT": options.format,
            "TILEMATRIX": level,
            "TILEROW": str(y),
            "TILECOL": str(x),
        }
        return f"{url.rstrip('?&')}{'&' if '?' in url else '?'}{urlencode(query)}"

    def homes(self) -> Iterable[str]:
        """See NetBase: every host of `{s}`."""
        z = self.config.max_zoom
        return tuple(self.address(z, x, 0) for x in range(len(self._options.subdomains) or 1))


def preset(config: BaseConfig) -> BaseConfig:
    """A base with what its preset says, where it says nothing itself. Raises ConfigError."""
    if config.preset not in TIANDITU:
        raise bad(config, "preset", ", ".join(TIANDITU))
    layer, _, matrix_set = config.preset.partition("_")
    own = {
        "layer": layer,
        "style": "default",
        "matrix_set": matrix_set,
        "format": "tiles",
        "subdomains": _HOSTS if "{s}" in (config.url or _TIANDITU_URL) else "",
    }
    return msgspec.structs.replace(
        config,
        url=config.url or _TIANDITU_URL % config.preset,
        min_zoom=max(1, config.min_zoom),
        max_zoom=min(18, config.max_zoom),
        options={**own, **config.options},
    )
