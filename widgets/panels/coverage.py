"""How densely stations stand, by district: spacing, and the widest gap, against what is wanted
(PD7: weather stations in a town less than 5 km apart)."""

import asyncio
from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import MINUTE
from app.core.model import Ms
from app.core.outline import Ring
from app.live.hub import Kind
from app.live.station_coverage import PlacedCoverage, outlines_of, station_coverage
from app.rules.coverage import WANTED_KM
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._devices import devices_of, point_name
from widgets.panels._names import listed, region_name
from widgets.panels._painted import Note
from widgets.panels._table import Column, Table
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

ANEW_MS = MINUTE
"""Stations seldom fail: the coverage is worked out anew at most so often."""
SOON_MS = 5000  # until the first of them was heard


class Coverage(Table, kind="coverage"):
    """One row per district, the widest gap first."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`station`: the kind of device; `wanted_km`: how near to each other they should stand."""

        station: str = "weather_auto"
        wanted_km: Annotated[float, msgspec.Meta(gt=0, le=1000)] = WANTED_KM

    needs = frozenset({Kind.DEVICE})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self._station = options.station
        self._wanted = options.wanted_km
        self._outlines: dict[str, list[Ring]] | None = None
        self._asked: Ms | None = None
        self._now: Ms = 0
        self.rows: list[PlacedCoverage] = []

    def title(self) -> str:
        """自动气象站布点."""
        return self.context.text(
            "device.coverage.title", kind=listed(self.context, "device_kinds", self._station)
        )

    def refresh(self, changes: Changes) -> None:
        """Ask anew when it is time; what was worked out stays until then."""
        self._now = self.context.now()
        every = ANEW_MS if self._working else SOON_MS
        if self._asked is None or not 0 <= self._now - self._asked < every:
            self._asked = self._now
            self.ask(self._work_out())

    async def _work_out(self) -> None:
        context = self.context
        stations = [device for device in devices_of(context) if device.kind == self._station]
        if not stations:
            return
        if self._outlines is None:
            place = getattr(context.spine.city, "read_from", "")
            self._outlines = await asyncio.to_thread(outlines_of, place)
        table = context.picture.conditions
        conditions = {item.id: table[item.id] for item in stations if item.id in table}
        points = getattr(context.spine.city, "points", ())
        self.rows = await asyncio.to_thread(
            station_coverage, self._outlines, stations, conditions, points, self._wanted
        )
        self.lay_out()
        self.update()

    # ---- rows

    def columns(self) -> tuple[Column, ...]:
        """District, stations, gap; the rest as there is room."""
        say = self.context.text
        return (
            Column("name", say("device.coverage.district"), 132),
            Column("stations", say("device.coverage.stations"), 100, right=True),
            Column("mean", say("device.coverage.mean"), 96, 2, right=True),
            Column("longest", say("device.coverage.longest"), 104, 1, right=True),
            Column("gap", say("device.coverage.gap"), 104, right=True),
            Column("near", say("device.coverage.near"), least=120, spare=3),
        )

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        high = self.px(30 if self.interactive else self.measures.row)
        return [QRectF(0, number * high, width, high) for number in range(len(self.rows))]

    def cell(self, row: PlacedCoverage, column: str) -> str:
        """What stands in a column."""
        found = row.found
        if column == "name":
            return region_name(self.context, found.region)
        if column == "stations":
            return f"{wording.number(found.working)}/{wording.number(found.stations)}"
        if column == "near":
            return point_name(self.context, row.near)
        gap = found.gap.km if found.gap is not None else None
        km = {"mean": found.mean_km, "longest": found.longest_km, "gap": gap}[column]
        return wording.NO_VALUE if km is None else f"{wording.number(km, 1)} km"

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """What is wider than wanted is bold."""
        theme, row = self.theme, self.rows[index]
        painter.fillRect(rect, theme.raised if index == self.current else theme.panel)
        row_line(painter, rect, theme)
        cells = self.cells(rect)
        longest = row.found.longest_km
        for column in self.shown_columns():
            wide = column.name == "longest" and longest is not None and longest > self._wanted
            ink = theme.text1 if wide or column.name in ("name", "gap") else theme.text2
            role = Role.BODY if column.name == "name" else Role.CAPTION
            lettering.draw_in(
                painter, theme, cells[column.name], self.cell(row, column.name), role, ink, wide,
                right=column.right,
            )  # fmt: skip

    # ---- head and foot

    @property
    def _working(self) -> int:
        return sum(row.found.working for row in self.rows)

    def notes_left(self) -> list[Note]:
        """In how many districts neighbours stand too far apart."""
        if not self._working:
            return []
        wide = sum(row.found.wide > 0 for row in self.rows)
        return [Note(self._summary(wide), self.theme.text2)]

    def _summary(self, wide: int) -> str:
        wanted = wording.number(self._wanted, 0 if self._wanted == round(self._wanted) else 1)
        id_ = "device.coverage.wide" if wide else "device.coverage.dense"
        return self.context.text(id_, n=wide, km=wanted)

    def items(self) -> list[ScreenItem]:
        """Each district; its value is how far its farthest place lies from a working station."""
        now, world, shown = self._now, self.context.picture.world, set(self.painted())
        found = []
        for index, row in enumerate(self.rows if self._working else ()):
            told = (
                f"{item.title} {self.cell(row, item.name)}"
                for item in self.columns()
                if item.name not in ("name", "gap")
            )
            name = f"{self.cell(row, 'name')}: {self.say('comma').join(told)}"
            gap = row.found.gap
            found.append(
                record_item(
                    f"coverage/{self._station}/{row.found.region}",
                    name,
                    round(gap.km, 1) if gap is not None else None,
                    observed=self._asked or now,
                    now=now,
                    unit="km",
                    world=world,
                    visible=index in shown,
                )
            )
        return found

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that no station works."""
        if self._working:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        self.paint_empty(
            painter, rect, say("device.coverage.none"), say("device.coverage.none.why")
        )

    def foot_height(self) -> float:
        """What the distances mean."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self._working else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """What is not shown, else what a gap is."""
        text = "" if self.hidden else self.context.text("device.coverage.note")
        self.paint_rest(painter, rect, (), text)
