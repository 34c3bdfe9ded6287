"""The day of a feed: counts by the hour against what is usual, a week of its line, how late its
records come. Bars begin at nought; a reference is thinner than what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from widgets.paint.base import drawing, hatch, too_small
from widgets.paint.fresh import Fresh, tint
from widgets.paint.text import draw_in
from widgets.theme import Role, Theme


@dataclass(frozen=True, slots=True)
class HourBars:
    """Counts of the hours of a day, None for an hour without any knowledge; `usual` medians of
    earlier weeks. `ticks` are (hour, word); `now` is the hour of now with its part."""

    hours: tuple[int | None, ...]
    usual: tuple[float | None, ...]
    now: float
    ticks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LineDay:
    """One day of a line: its word, and spans as parts of the day with the state in them."""

    word: str
    spans: tuple[tuple[float, float, Fresh], ...]


@dataclass(frozen=True, slots=True)
class CountBar:
    """A named count; `most` is the largest of the group."""

    name: str
    count: int
    most: int


def paint_hours(painter: QPainter, rect: QRectF, data: HourBars, theme: Theme) -> None:
    """A bar an hour, what is usual as a step over it, the times below, the greatest at the top."""
    if too_small(rect) or not data.hours:
        return
    with drawing(painter, rect):
        caption = theme.line(Role.CAPTION)
        values = [*data.hours, *data.usual]
        most = max((value for value in values if value), default=1.0)
        top = wording.number(round(most))
        draw_in(
            painter,
            theme,
            QRectF(rect.x(), rect.y(), rect.width(), caption),
            top,
            Role.CAPTION,
            theme.text3,
        )
        plot = rect.adjusted(0, caption, 0, -caption)
        step = plot.width() / len(data.hours)
        line = max(1.0, theme.stroke / 2)
        painter.fillRect(QRectF(plot.x(), plot.bottom() - line, plot.width(), line), theme.line2)
        for hour, count in enumerate(data.hours):
            x = plot.x() + hour * step
            box = QRectF(x + step * 0.15, plot.y(), step * 0.7, plot.height())
            _hour(painter, box, count, hour, data, most, theme)
            usual = data.usual[hour] if hour < len(data.usual) else None
            if usual is not None:
                y = plot.bottom() - plot.height() * usual / most
                thick = max(theme.stroke, theme.px(2))
                painter.fillRect(QRectF(x, y - thick / 2, step, thick), theme.ref)
        for hour, word in data.ticks:
            box = QRectF(plot.x() + hour * step, plot.bottom(), step * 4, caption)
            draw_in(painter, theme, box, word, Role.CAPTION, theme.text3)


def _hour(
    painter: QPainter,
    box: QRectF,
    count: int | None,
    hour: int,
    data: HourBars,
    most: float,
    theme: Theme,
) -> None:
    if count is None:
        if hour < int(data.now):
            hatch(painter, box, theme.line1, theme)
        return
    height = box.height() * count / most
    running = hour == int(data.now)
    ink = theme.text3 if running else theme.line_now
    painter.fillRect(QRectF(box.x(), box.bottom() - height, box.width(), height), ink)
    if not count:
        foot = max(theme.px(2), 1.0)
        colour = tint(theme, Fresh.LATE)
        painter.fillRect(QRectF(box.x(), box.bottom() - foot, box.width(), foot), colour)


def paint_line_days(painter: QPainter, rect: QRectF, days: Sequence[LineDay], theme: Theme) -> None:
    """A bar for each day, the oldest left out where they have no room: live is grey, late and cut
    are low in their tint, nothing is empty."""
    days = days[-int(rect.height() // theme.line(Role.CAPTION)) :] if days else ()
    if too_small(rect) or rect.height() < theme.line(Role.CAPTION) or not days:
        return
    with drawing(painter, rect):
        high = rect.height() / len(days)
        names = max(theme.width(day.word, Role.CAPTION) for day in days) + theme.px(12)
        for number, day in enumerate(days):
            row = QRectF(rect.x(), rect.y() + number * high, rect.width(), high)
            draw_in(painter, theme, row, day.word, Role.CAPTION, theme.text3)
            thick = min(theme.px(12), high * 0.6)
            bar = QRectF(
                rect.x() + names, row.center().y() - thick / 2, rect.width() - names, thick
            )
            painter.fillRect(bar, theme.canvas)
            for begin, end, state in day.spans:
                width = max(1.0, (end - begin) * bar.width())
                part = QRectF(bar.x() + begin * bar.width(), bar.y(), width, thick)
                _span(painter, part, state, theme)


def _span(painter: QPainter, part: QRectF, state: Fresh, theme: Theme) -> None:
    if state is Fresh.LIVE:
        painter.fillRect(part, theme.line2)
    elif state is Fresh.LATE:
        part.setTop(part.center().y())
        painter.fillRect(part, tint(theme, state))
    else:
        part.setTop(part.bottom() - part.height() * 0.3)
        painter.fillRect(part, tint(theme, state))


def paint_counts(painter: QPainter, rect: QRectF, bars: Sequence[CountBar], theme: Theme) -> None:
    """Names at the left, bars from nought, counts at the right."""
    if too_small(rect) or not bars:
        return
    with drawing(painter, rect):
        high = rect.height() / len(bars)
        names = max(theme.width(bar.name, Role.CAPTION) for bar in bars) + theme.px(12)
        counts = [wording.number(bar.count) for bar in bars]
        ends = max(theme.width(text, Role.CAPTION) for text in counts) + theme.px(12)
        room = max(0.0, rect.width() - names - ends)
        for number, (bar, text) in enumerate(zip(bars, counts, strict=True)):
            row = QRectF(rect.x(), rect.y() + number * high, rect.width(), high)
            draw_in(painter, theme, row, bar.name, Role.CAPTION, theme.text3)
            ink = theme.text1 if bar.count else theme.text3
            draw_in(painter, theme, row, text, Role.CAPTION, ink, right=True)
            length = room * bar.count / bar.most if bar.most else 0.0
            thick = min(theme.px(14), high * 0.62)
            place = QRectF(row.x() + names, row.center().y() - thick / 2, length, thick)
            painter.fillRect(place, theme.text2)
