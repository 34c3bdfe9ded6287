"""What was asked of files for the map: the commands put it here, the windows do it."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import INTERNAL, Privacy

IMPORT = "import"
"""What the hub is told when an order waits (`Kind.SEAT`)."""
FORMATS = (".geojson", ".json", ".topojson", ".kml", ".kmz", ".gpx", ".shp", ".zip", ".csv")
"""The files that become layers, by their endings."""
READ_WITHIN_S = 120
"""The longest that one may take to be read."""


class ImportStep(StrEnum):
    """What is to be done."""

    ASK = "ask"  # read a file (or ask for one) and ask the person what it is
    TAKE = "take"  # the file that was read becomes a layer
    REMOVE = "remove"  # an imported layer goes


class ImportOrder(msgspec.Struct, frozen=True):
    """One step; `id` is that of its command. `file` is a path (ask) or a name (take), `digest` its
    SHA-256, `layer` what is to be removed; the rest is what the person declared of it
    (`app.gis.intake.Terms`), `wall` that walls may show it too, `map` on which map it is wanted."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    step: ImportStep
    id: str
    at: Ms
    person: str
    map: str = ""
    file: Annotated[str, INTERNAL] = ""
    digest: str = ""
    layer: str = ""
    name: Annotated[str, INTERNAL] = ""
    crs: str = ""
    source: Annotated[str, INTERNAL] = ""
    licence: Annotated[str, INTERNAL] = ""
    label: str = ""
    by: str = ""
    swap: bool = False
    anyway: bool = False
    wall: bool = False
