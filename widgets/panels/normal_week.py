"""常态 星期 × 小时: what is usual in each hour of the week."""

from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.catalog import DAY, HOUR, Quantity
from app.core.clock import to_datetime
from app.live.view import ValueView
from app.live.weekday import LEAST_NORMAL, SEARCHED, Week, normal_week, ordinary_in
from widgets.paint.week import WeekHeat, paint_week
from widgets.panels._painted import Note
from widgets.panels._told import Told


class NormalWeek(Told, kind="normal-week"):
    """Medians of the ordinary days; the cell of now is framed."""

    told: Week | None
    every_ms = 6 * HOUR

    def title(self) -> str:
        """常态 星期 × 小时."""
        return self.context.text("detail.week.title")

    async def tell(self, view: ValueView, quantity: Quantity) -> Any:
        """Hourly means of sixteen weeks."""
        now, zone, span = self.context.now(), self.context.zone, SEARCHED * 7 * DAY
        series = await self.context.queries.series(view.key, now - span, now + 1, 2 * span // HOUR)
        return normal_week(series.ts, series.value, now, zone, ordinary_in(zone))

    def is_thin(self) -> bool:
        """Not one hour of the week has enough."""
        return self.told is None or not bool(np.isfinite(self.told.medians).any())

    def notes_left(self) -> list[Note]:
        """What it rests on."""
        if self.told is None or self.is_thin():
            return []
        text = self.context.text("detail.week.days", n=self.told.days)
        return [Note(text, self.theme.text2)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The cells, or why there are none."""
        view, found = self.view, self.told
        if view is None or self.quantity is None:
            self.paint_nothing(painter, rect)
        elif view.period_ms > HOUR:
            what = self.context.text("detail.weekday.slow")
            self.paint_empty(painter, rect, what, self.context.text("detail.weekday.slow.why"))
        elif found is None:
            self.paint_waiting(painter, rect)
        elif self.is_thin():
            what = self.context.text("detail.week.thin", n=LEAST_NORMAL)
            self.paint_empty(painter, rect, what, self.context.text("detail.week.thin.why"))
        else:
            inner = rect.adjusted(self.pad, self.px(8), -self.pad, -self.px(6))
            paint_week(painter, inner, self._heat(view, found), self.theme)

    def _heat(self, view: ValueView, found: Week) -> WeekHeat:
        text, here = self.context.text, to_datetime(self.now, self.context.zone)
        return WeekHeat(
            rows=tuple(tuple(row) for row in found.medians.tolist()),
            days=tuple(text(f"time.weekday_{number}") for number in range(1, 8)),
            hours=tuple(text("detail.weekday.hour", n=hour) for hour in (0, 6, 12, 18)),
            here=(here.weekday(), here.hour),
            decimals=view.decimals,
            unit=self.context.unit(view),
        )
