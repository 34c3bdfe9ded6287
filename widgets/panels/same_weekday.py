"""今日与同星期: today's line over the last eight ordinary days of the same weekday."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.catalog import DAY, HOUR, Quantity
from app.core.clock import to_datetime
from app.core.model import Freshness
from app.live.compare import limits
from app.live.view import ValueView
from app.live.weekday import LEAST_DAYS, SEARCHED, Weekdays, midnight, ordinary_in, same_weekdays
from widgets.paint.days import Days, paint_days
from widgets.panels._painted import Note
from widgets.panels._told import Told
from widgets.panels._values import sentence

AXIS_HOURS = (0, 6, 12, 18, 24)


class SameWeekday(Told, kind="same-weekday"):
    """Holidays and weekend days that are worked are left out and counted; R reads again."""

    told: Weekdays | None

    def title(self) -> str:
        """今日与同星期."""
        return self.context.text("detail.weekday.title")

    async def tell(self, view: ValueView, quantity: Quantity) -> Any:
        """Hourly means of seventeen weeks."""
        now, zone = self.context.now(), self.context.zone
        span = (SEARCHED * 7 + 1) * DAY
        series = await self.context.queries.series(view.key, now - span, now + 1, 2 * span // HOUR)
        return same_weekdays(series.ts, series.value, now, zone, ordinary_in(zone))

    def is_thin(self) -> bool:
        """Nothing came, or no day to compare with."""
        return self.told is None or not self.told.past

    def notes_left(self) -> list[Note]:
        """How many days it is set against, and which are left out."""
        if self.told is None or not self.is_of_hours:
            return []
        theme, found = self.theme, self.told
        day = self.context.text(f"time.weekday_{found.today.day.weekday() + 1}")
        text = self.context.text("detail.weekday.past", n=len(found.past), day=day)
        notes = [Note(text, theme.text2)]
        if found.left_out:
            left = self.context.text("detail.weekday.left_out", n=len(found.left_out))
            notes.append(Note(left, theme.text2))
        if not found.today_ordinary:
            notes.append(Note(self.context.text("detail.weekday.special"), theme.text2))
        return notes

    def notes_right(self) -> list[Note]:
        """The unit."""
        return [] if self.view is None else [Note(self.context.unit(self.view), self.theme.text3)]

    @property
    def is_of_hours(self) -> bool:
        """Whether a day of the indicator has hours."""
        return self.view is not None and self.view.period_ms <= HOUR

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The plot, or why there is none."""
        view, quantity, found = self.view, self.quantity, self.told
        if view is None or quantity is None:
            self.paint_nothing(painter, rect)
        elif not self.is_of_hours:
            what = self.context.text("detail.weekday.slow")
            self.paint_empty(painter, rect, what, self.context.text("detail.weekday.slow.why"))
        elif found is None:
            self.paint_waiting(painter, rect)
        elif not found.past and not np.isfinite(found.today.values).any():
            what, why = self.say("history.empty"), self.say("history.empty.never")
            self.paint_empty(painter, rect, what, why)
        else:
            inner = rect.adjusted(self.pad, self.px(4), -self.pad, -self.px(8))
            paint_days(painter, inner, self._days(view, quantity, found), self.theme)

    def _days(self, view: ValueView, quantity: Quantity, found: Weekdays) -> Days:
        text = self.context.text
        enough = len(found.past) >= LEAST_DAYS
        return Days(
            today=tuple(found.today.values.tolist()),
            past=tuple(tuple(line.values.tolist()) for line in found.past),
            median=tuple(found.median.tolist()),
            now=self._newest(view, found),
            limits=tuple((level, value) for level, value, _ in limits(quantity)),
            decimals=view.decimals,
            now_word=text("detail.weekday.today", value=sentence(self.context, view)),
            median_word=text("detail.weekday.median", n=len(found.past)) if enough else "",
            hours=tuple(text("detail.weekday.hour", n=hour) for hour in AXIS_HOURS),
            dimmed=view.freshness is not Freshness.LIVE,
        )

    def _newest(self, view: ValueView, found: Weekdays) -> tuple[float, float] | None:
        """The hour of the newest value, where it is of today."""
        if view.value is None or view.as_of is None or not math.isfinite(view.value):
            return None
        if to_datetime(view.as_of, self.context.zone).date() != found.today.day:
            return None
        begin = midnight(found.today.day, self.context.zone)
        return (view.as_of - begin) / HOUR, view.value
