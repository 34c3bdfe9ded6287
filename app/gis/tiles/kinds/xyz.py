"""Tiles by address: `https://host/{z}/{x}/{y}.png`, as most servers of tiles have them."""

import re
from collections.abc import Iterable
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy
from app.gis.tiles._base import Place, bad, options_of
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.net import NetBase

_GAP = re.compile(r"\{(-?\w+)\}")
_GAPS = frozenset({"z", "x", "y", "-y", "s"})


class XyzOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`subdomains` are what `{s}` takes in turn, one character each; `tms` counts rows from the
    south, as `{-y}` does."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    subdomains: str = ""
    tms: bool = False


class Xyz(NetBase, kind="xyz"):
    """A base by address."""

    Options = XyzOptions

    def __init__(self, config: BaseConfig, place: Place) -> None:
        super().__init__(config, place)
        self._options = options_of(config, XyzOptions)
        gaps = set(_GAP.findall(config.url))
        if gaps - _GAPS or not {"z", "x"} <= gaps or not gaps & {"y", "-y"}:
            raise bad(config, "url", "{z} {x} {y}")
        if ("s" in gaps) != bool(self._options.subdomains):
            raise bad(config, "options.subdomains", "{s}")

    def address(self, z: int, x: int, y: int) -> str:
        """See NetBase. A tile always comes from the same of several hosts, for their caches."""
        options = self._options
        south = (1 << z) - 1 - y
        values = {"z": z, "x": x, "y": south if options.tms else y, "-y": south}
        hosts = options.subdomains or " "
        filled = {name: str(value) for name, value in values.items()}
        filled["s"] = hosts[(x + y) % len(hosts)]
        return _GAP.sub(lambda gap: filled[gap.group(1)], self.config.url)

    def homes(self) -> Iterable[str]:
        """See NetBase: every host of `{s}`."""
        z = self.config.max_zoom
        return tuple(self.address(z, x, 0) for x in range(len(self._options.subdomains) or 1))
