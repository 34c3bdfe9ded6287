"""Features of a service as a layer: OGC API Features or WFS 2.0, taken in the background, with
the age of what was taken.

    [[layer]]
    id = "roads-of-planning"
    kind = "features"
    crs = "cgcs2000"
    options = {url = "https://gis.example.gov.cn/ogc/collections/roads/items", label = "name"}
"""

from typing import Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np

from app.core.message import Message, message
from app.core.privacy import SECRET, Privacy
from app.gis.content import Content
from app.gis.crs import UnknownCrs, named
from app.gis.features import Features
from app.gis.layer import Ask, Ground, Layer, LayerConfig, bad_option, options_of
from app.gis.layers.file import File
from app.gis.ogc_config import Service
from app.gis.ogc_snapshot import Snapshot
from app.live.station_coverage import outlines_of

FOLDER = "features"
MARGIN = 0.02  # degrees round the city, which is more than any datum is off


class Remote(File, kind="features"):
    """Points, lines and areas that a service gives, drawn as a file's are."""

    class Options(File.Options, frozen=True):
        """As of a file, and: `protocol` and `url` (see `app.gis.ogc_config.Service`), `types` of a
        WFS, `format` json or gml, `area` the city or all, `refresh_s`, `page`, `most`,
        `credential` and `key_name`. `store` False: nothing is kept on the disk."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        file: str = ""
        protocol: Literal["ogcapi", "wfs"] = "ogcapi"
        url: str = ""
        types: str = ""
        format: Literal["json", "gml"] = "json"
        area: Literal["city", "all"] = "city"
        refresh_s: Annotated[float, msgspec.Meta(ge=30, le=604_800)] = 600.0
        page: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1000
        most: Annotated[int, msgspec.Meta(ge=1, le=200_000)] = 50_000
        seconds: Annotated[float, msgspec.Meta(gt=0, le=600)] = 120.0
        credential: Annotated[str, SECRET] = ""
        key_name: str = ""
        allow_plain: bool = False
        store: bool = True

    ages = True
    every_ms = 1000
    subject = "file"

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        Layer.__init__(self, config, ground)
        self.options: Remote.Options = options_of(config, self.Options)
        options = self.options
        try:
            crs = named(config.crs)
        except UnknownCrs as error:
            raise bad_option(config, "crs", config.crs or "-") from error
        if options.protocol == "ogcapi" and (crs.startswith("EPSG:") or options.format == "gml"):
            raise bad_option(config, "crs" if crs.startswith("EPSG:") else "options.format", crs)
        if not options.url.startswith(("http://", "https://")):
            raise bad_option(config, "options.url", options.url[:80] or "-")
        if (options.protocol == "wfs") != bool(options.types):
            raise bad_option(config, "options.types", options.types or "-")
        self._features = None
        self._fault: Message | None = None
        self._drawn: tuple[Features, str, str, Content] | None = None
        self._snapshot = Snapshot(
            self._service(crs),
            ground.clock,
            ground.secrets,
            round(options.refresh_s * 1000),
            _kept(config, ground) if options.store else None,
        )

    def make(self, taken: Any, ask: Ask) -> Content:
        """What was taken last, with its age; where nothing was yet, why."""
        self._snapshot.want()
        features, at = self._snapshot.now
        fault = self._snapshot.fault
        if features is None:
            return Content(connected=False, faults=(fault or message("mapogc.first"),))
        known = self._drawn
        if known is None or known[0] is not features or known[1:3] != (ask.filter, ask.language):
            self._features = features
            known = (features, ask.filter, ask.language, super().make(taken, ask))
            self._drawn = known
        content = known[3]
        if fault is not None:
            content = msgspec.structs.replace(content, faults=(*content.faults, fault))
        return msgspec.structs.replace(content, newest=at, oldest=at, connected=True)

    def _service(self, crs: str) -> Service:
        options = self.options
        return Service(
            id=self.config.id,
            protocol=options.protocol,
            url=options.url,
            crs=crs,
            types=options.types,
            format=options.format,
            box=_box(self.ground) if options.area == "city" else None,
            swap=options.swap,
            page=options.page,
            most=options.most,
            seconds=options.seconds,
            credential=options.credential,
            key_name=options.key_name,
            allow_plain=options.allow_plain,
        )


def _kept(config: LayerConfig, ground: Ground) -> Any:
    return None if ground.data is None else ground.data / FOLDER / f"{config.id}.npz"


def _box(ground: Ground) -> tuple[float, float, float, float] | None:
    """The box of the city's districts with a margin; None where it has no outlines."""
    found = [ring for rings in outlines_of(ground.city.read_from).values() for ring in rings]
    if not found:
        return None
    corners = np.concatenate([np.asarray(ring, float)[:, :2] for ring in found])
    west, south = (float(value) - MARGIN for value in corners.min(axis=0))
    east, north = (float(value) + MARGIN for value in corners.max(axis=0))
    return west, south, east, north
