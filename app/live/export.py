"""What was asked to leave as a file: the commands put it here, the windows make it."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.catalog import DAY
from app.core.model import Ms
from app.core.privacy import Privacy

REPORT = "report"
MAP = "map"
MOST_WIDTH, MOST_HEIGHT = 15_360, 4_320
"""The largest picture of a map, in pixels: a wall of 4 x 2 monitors of 4K."""


class PanelForm(StrEnum):
    """As what a panel can leave."""

    PNG = "png"
    SVG = "svg"
    CSV = "csv"
    XLSX = "xlsx"
    COPY = "copy"  # a picture on the clipboard
    PRINT = "print"  # on paper


class ReportForm(StrEnum):
    """As what the dashboard can leave."""

    PDF = "pdf"
    DOCX = "docx"


class MapForm(StrEnum):
    """As what a map can leave."""

    HTML = "html"  # one file that any browser opens without a network
    PNG = "png"
    PDF = "pdf"  # A3
    PRINT = "print"  # on paper


class ExportPeriod(StrEnum):
    """How far back the curves of a table reach; `now` has none."""

    NOW = "now"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def ms(self) -> int:
        """Its length in milliseconds."""
        return _DAYS[self] * DAY


_DAYS = {
    ExportPeriod.NOW: 0,
    ExportPeriod.DAY: 1,
    ExportPeriod.WEEK: 7,
    ExportPeriod.MONTH: 30,
    ExportPeriod.YEAR: 365,
}


class ExportOrder(msgspec.Struct, frozen=True):
    """One file to be made; `id` is that of the command, so that the file can be traced to the
    audit. `what` is a panel's kind, `report` or `map`; of a map `map` is its name (empty: the
    seat's), `width` and `height` the pixels of a picture."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    at: Ms
    person: str
    seat: str
    what: str
    form: str
    period: ExportPeriod = ExportPeriod.NOW
    map: str = ""
    width: int = 0
    height: int = 0
