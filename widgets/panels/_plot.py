"""The plot of one indicator, drawn from the tokens with pyqtgraph. Import it only where a plot is
made: pyqtgraph costs 0.75 s (rule 1, docs/performance.md).

The measured line is the brightest thing; missing data is a hatched hole with its length; limits
are lines whose shapes stand at the right edge (painted by the panel, see `levels`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.catalog import DAY, HOUR, MINUTE
from app.core.i18n import Translator
from app.core.model import Level, Ms
from app.live.compare import Hole, Times, Values
from widgets.theme import Role, Theme

_STEPS = (5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 8 * HOUR,
          12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY)  # fmt: skip
_MONTHS = (1, 2, 3, 6, 12, 24)
TICK_ROOM = 80.0  # desk px from one time to the next
MOST_HOLES = 40  # the newest; each is an item of the scene
MANY_POINTS = 200
"""More are drawn piece by piece: Qt strokes one long path ten times more slowly."""
EXPONENTS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Mark:
    """Something odd at a moment: where it stands, and its words. Never a warning's shape."""

    at: Ms
    value: float
    text: str


@dataclass(frozen=True)
class Curve:
    """What is drawn. Times in ms UTC; NaN in `values` breaks the line. `last_year` is the line of
    the year before, `target` a figure and its words, `versions` the moments at which what the value
    is made of changed, with their word."""

    times: Times
    values: Values
    since: Ms
    until: Ms
    holes: Sequence[Hole] = ()
    band: tuple[Times, Values, Values] | None = None
    limits: Sequence[tuple[Level, float]] = field(default_factory=tuple)
    decimals: int = 0
    marks: Sequence[Mark] = ()
    last_year: tuple[Times, Values] | None = None
    target: tuple[float, str] | None = None
    versions: tuple[Sequence[Ms], str] = ((), "")
    beside: Values | None = None  # of another plot that must have the same axis


class DateAxis(pg.AxisItem):  # type: ignore[misc]
    """Times on round hours and dates of the city; x is in seconds since the epoch."""

    def __init__(self, theme: Theme, zone: ZoneInfo, translator: Translator) -> None:
        super().__init__("bottom")
        self._theme = theme
        self._zone = zone
        self._translator = translator

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Round moments of the zone, as many as have room."""
        count = max(2.0, size / self._theme.px(TICK_ROOM))
        ticks = round_times(int(low * 1000), int(high * 1000), int(count), self._zone)
        step = (ticks[1] - ticks[0]) / 1000 if len(ticks) > 1 else DAY / 1000
        return [(step, [tick / 1000 for tick in ticks])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """`14:00` within the day, the date at midnight and above."""
        return [self._said(round(value * 1000), spacing * 1000) for value in values]

    def _said(self, at: Ms, spacing: float) -> str:
        then = datetime.fromtimestamp(at / 1000, self._zone)
        if spacing < DAY and (then.hour or then.minute):
            return f"{then:%H:%M}"
        if spacing >= 27 * DAY:
            month = self._translator.text(f"time.month_{then.month}")
            return f"{then.year}" if then.month == 1 else month
        return wording.day(at, at, self._zone, self._translator)


def round_times(low: Ms, high: Ms, count: int, zone: ZoneInfo) -> list[Ms]:
    """At most `count` (and one) round moments of a zone in [low, high]."""
    wanted = (high - low) / max(1, count)
    step = next((item for item in _STEPS if item >= wanted), None)
    begin = datetime.fromtimestamp(low / 1000, zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    if step is None:
        return _months(begin, low, high, wanted / (30 * DAY))
    found: list[Ms] = []
    if step >= DAY:
        days = step // DAY
        begin -= timedelta(days=begin.toordinal() % days)
    while (at := _ms(begin)) <= high:
        if at >= low:
            found.append(at)
        # Steps of days go by the calendar, shorter ones by the clock.
        begin += timedelta(milliseconds=step)
    return found


def _months(begin: datetime, low: Ms, high: Ms, wanted: float) -> list[Ms]:
    step = next((item for item in _MONTHS if item >= wanted), _MONTHS[-1])
    number = (begin.year * 12 + begin.month - 1) // step * step
    found: list[Ms] = []
    while True:
        year, month = divmod(number, 12)
        at = _ms(begin.replace(year=year, month=month + 1, day=1))
        if at > high:
            return found
        if at >= low:
            found.append(at)
        number += step


def _ms(moment: datetime) -> Ms:
    return round(moment.timestamp() * 1000)


def round_values(low: float, high: float, count: int = 4) -> list[float]:
    """Three to five round values within [low, high]."""
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(item * power for item in EXPONENTS if item * power >= rough * 0.85)
    first = np.ceil(low / step - 1e-9)
    last = np.floor(high / step + 1e-9)
    return [float(number * step) for number in np.arange(first, last + 1)]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """Three to five round values, without a frame."""

    def __init__(self, decimals: int = 0) -> None:
        super().__init__("left")
        self.decimals = decimals

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """One level of ticks."""
        ticks = round_values(low, high)
        return [(ticks[1] - ticks[0] if len(ticks) > 1 else 1.0, ticks)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """As many decimals as the step needs, at most two more than the indicator has."""
        needed = self.decimals
        while needed < self.decimals + 2 and round(spacing, needed) != round(spacing, 9):
            needed += 1
        whole = all(float(value).is_integer() for value in values)
        return [wording.number(value, 0 if whole else needed) for value in values]


class TrendPlot(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """One measured line over its references."""

    def __init__(
        self, theme: Theme, zone: ZoneInfo, translator: Translator, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setBackground(theme.panel)
        self._theme = theme
        self._translator = translator
        self._values = ValueAxis()
        times = DateAxis(theme, zone, translator)
        # Not a PlotItem: it makes menus of its own for every plot, without a parent.
        self._view = pg.ViewBox(enableMenu=False, enableMouse=False)
        self.ci.layout.setContentsMargins(0, 0, 0, 0)
        self.ci.layout.setSpacing(0)
        self.ci.addItem(self._values, 0, 0)
        self.ci.addItem(self._view, 0, 1)
        self.ci.addItem(times, 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        for axis in (self._values, times):
            axis.linkToView(self._view)
            axis.setPen(pg.mkPen(None))
            axis.setTextPen(theme.text3)
            axis.setTickPen(pg.mkPen(theme.line1))
            axis.setStyle(tickFont=theme.font(Role.CAPTION), tickLength=0)
        times.setHeight(theme.line(Role.CAPTION) * 1.3)
        self._values.setWidth(theme.width("00,000.0", Role.CAPTION))
        self.levels: list[tuple[Level, float]] = []
        self.words: list[str] = []  # what is written within the plot

    def show_curve(self, curve: Curve) -> None:
        """Draw anew."""
        view = self._view
        view.clear()
        self.words = []
        low, high = self._range(curve)
        view.setXRange(curve.since / 1000, curve.until / 1000, padding=0)
        view.setYRange(low, high, padding=0)
        self._values.decimals = curve.decimals
        self.levels = [(level, value) for level, value in curve.limits if low <= value <= high]
        if curve.band is not None:
            self._band(*curve.band)
        for value in round_values(low, high):
            self._view.addItem(self._line(value, self._theme.line1, self._theme.stroke / 2))
        free = -1.0
        for hole in curve.holes[-MOST_HOLES:]:
            free = self._hole(hole, high, free)
        for level, value in self.levels:
            self._view.addItem(self._line(value, self._theme.warning[level], self._theme.chart_ref))
        self._references(curve)
        pen = pg.mkPen(self._theme.line_now, width=self._theme.chart_now)
        line = pg.PlotCurveItem(
            curve.times / 1000, curve.values, pen=pen, connect="finite", antialias=True
        )
        if len(curve.times) > MANY_POINTS:
            line.setSegmentedLineMode("on")
        view.addItem(line)
        self._lone(curve)
        for mark in curve.marks:
            self._mark(mark, curve)

    def _references(self, curve: Curve) -> None:
        """The year before, the target, changes of version: thinner and darker than the line."""
        theme, view = self._theme, self._view
        if curve.last_year is not None:
            times, values = curve.last_year
            pen = pg.mkPen(theme.text3, width=max(1.0, theme.chart_ref))
            view.addItem(pg.PlotCurveItem(times / 1000, values, pen=pen, antialias=True))
        if curve.target is not None and self.reaches(curve.target[0]):
            value, words = curve.target
            pen = pg.mkPen(theme.text2, width=max(1.0, theme.chart_ref), dash=[6, 4])
            view.addItem(pg.InfiniteLine(value, angle=0, pen=pen))
            self._label(words, curve.since / 1000, value, theme.text2, (0, 1))
        moments, word = curve.versions
        for at in moments:
            pen = pg.mkPen(theme.text3, width=max(1.0, theme.chart_ref), dash=[2, 3])
            view.addItem(pg.InfiniteLine(at / 1000, angle=90, pen=pen))
            self._label(word, at / 1000, view.viewRange()[1][1], theme.text2, (0, 0))

    def _mark(self, mark: Mark, curve: Curve) -> None:
        """A ring round the value, its words beside it on the side that has room."""
        theme = self._theme
        self._view.addItem(
            pg.ScatterPlotItem(
                [mark.at / 1000],
                [mark.value],
                size=theme.px(13),
                pen=pg.mkPen(theme.text1, width=max(1.5, theme.chart_now)),
                brush=pg.mkBrush(None),
            )
        )
        late = mark.at > (curve.since + curve.until) / 2
        gap = (curve.until - curve.since) / max(1.0, float(self.width())) * theme.px(10) / 1000
        x = mark.at / 1000 + (-gap if late else gap)
        self._label(mark.text, x, mark.value, theme.text1, (1 if late else 0, 0.5))

    def _label(
        self, text: str, x: float, y: float, colour: QColor, anchor: tuple[float, float]
    ) -> None:
        self.words.append(text)
        label = pg.TextItem(text, color=colour, anchor=anchor)
        label.setFont(self._theme.font(Role.CAPTION))
        label.setZValue(10)
        label.setPos(x, y)
        self._view.addItem(label)

    def _range(self, curve: Curve) -> tuple[float, float]:
        """The data and its band; limits that are near; from 0 where 0 is not far."""
        parts = [curve.values]
        if curve.band is not None:
            parts += [curve.band[1], curve.band[2]]
        if curve.beside is not None:
            parts.append(curve.beside)
        if curve.last_year is not None:
            parts.append(curve.last_year[1])
        known = np.concatenate(parts)
        known = known[np.isfinite(known)]
        if not len(known):
            return 0.0, 1.0
        low, high = float(known.min()), float(known.max())
        span = (high - low) or abs(high) * 0.1 or 1.0
        aims = [curve.target[0]] if curve.target is not None else []
        for value in (*(value for _, value in curve.limits), *aims):
            if low - 0.6 * span <= value <= high + 0.6 * span:
                low, high = min(low, value), max(high, value)
        span = (high - low) or span
        from_zero = 0 <= low < 0.4 * high
        return (0.0 if from_zero else low - 0.06 * span), high + 0.08 * span

    def _line(self, value: float, colour: QColor, width: float) -> pg.InfiniteLine:
        return pg.InfiniteLine(value, angle=0, pen=pg.mkPen(colour, width=max(1.0, width)))

    def _band(self, times: Times, low: Values, high: Values) -> None:
        fine = np.isfinite(low) & np.isfinite(high)
        for run in np.split(np.arange(len(times)), np.flatnonzero(np.diff(fine)) + 1):
            if len(run) < 2 or not fine[run[0]]:
                continue
            x = times[run] / 1000
            lower, upper = pg.PlotCurveItem(x, low[run]), pg.PlotCurveItem(x, high[run])
            self._view.addItem(pg.FillBetweenItem(lower, upper, brush=self._theme.band))

    def _lone(self, curve: Curve) -> None:
        """A value between two holes is no line: it is drawn as a point."""
        known = np.isfinite(curve.values)
        beside = np.concatenate(([False], known[:-1])) | np.concatenate((known[1:], [False]))
        alone = known & ~beside
        if alone.any():
            self._view.addItem(
                pg.ScatterPlotItem(
                    curve.times[alone] / 1000,
                    curve.values[alone],
                    size=self._theme.chart_now * 1.5,
                    pen=pg.mkPen(None),
                    brush=self._theme.line_now,
                )
            )

    def _hole(self, hole: Hole, top: float, free: float) -> float:
        """Hatch a hole and write how long it is where nothing else is written; gives the x from
        which on there is room again."""
        brush = QBrush(self._theme.line2, Qt.BrushStyle.BDiagPattern)
        region = pg.LinearRegionItem(
            (hole.since / 1000, hole.until / 1000), movable=False, brush=brush, pen=pg.mkPen(None)
        )
        for edge in region.lines:
            edge.setPen(pg.mkPen(None))
        self._view.addItem(region)
        view = self._view.viewRange()[0]
        per_px = (view[1] - view[0]) / max(1.0, self.width())
        text = self._translator.text(
            "panels.history.missing", span=wording.duration(hole.ms, self._translator)
        )
        half = self._theme.width(text, Role.CAPTION) * per_px / 2 * 1.1
        middle = min(max((hole.since + hole.until) / 2000, view[0] + half), view[1] - half)
        if middle - half < free:
            return free
        self._label(text, middle, top, self._theme.text2, (0.5, 0))
        return middle + half

    def y_of(self, value: float) -> float:
        """Where a value stands, in the widget's own pixels."""
        view = self._view
        point = view.mapViewToScene(pg.Point(0, value))
        return float(self.mapFromScene(point).y())

    def reaches(self, value: float) -> bool:
        """Whether a value has room on the axis."""
        low, high = self._view.viewRange()[1]
        return bool(low <= value <= high)

    @property
    def begins_at_zero(self) -> bool:
        """Whether the axis starts at nought; where it does not, the title says so."""
        return bool(self._view.viewRange()[1][0] == 0.0)
