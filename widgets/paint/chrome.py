"""The bars that frame every screen: who and what at the top, the state of the feeds at the foot."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core.i18n import Translator
from widgets.edges import Edges
from widgets.paint import fresh
from widgets.paint.badge import ModeCell, demo_width, mode_width, paint_demo, paint_mode
from widgets.paint.base import drawing, too_small
from widgets.paint.feed import paint_feed_strip, strip_text
from widgets.paint.finding import FindingMark, paint_finding
from widgets.paint.fresh import Fresh, paint_fresh, tint
from widgets.paint.text import baseline, draw, draw_right, fit
from widgets.paint.waits import Waits, paint_waits
from widgets.theme import Role, Theme

TOP_BAR_HEIGHT = 44  # on the desk; 144 physical px on the reference wall (36 x 4)
HALL_TOP_BAR_HEIGHT = 36
BOTTOM_BAR_HEIGHT = 38
_WIDEST_CLOCK = "00:00:00"
_WHOLE = Edges()


@dataclass(frozen=True, slots=True)
class TopBar:
    """The top bar in words. `state_word` stands before the clock (`实时`, `断网运行`);
    `demo` is the word of the boxed mark, empty in a real city; `short` stands for `place` where
    there is too little room; `waits` are the alarms that nobody has acknowledged.
    """

    mode: ModeCell
    place: str
    scene: str
    state: Fresh
    state_word: str
    clock: str
    date: str
    weather: str = ""
    weather_age: str = ""
    duty: str = ""
    demo: str = ""
    short: str = ""
    waits: Waits | None = None


def paint_top_bar(
    painter: QPainter, rect: QRectF, data: TopBar, theme: Theme, edges: Edges = _WHOLE
) -> None:
    """Mode, centre, scene | one clock with its state | weather, duty, demonstration mark.

    The clock keeps its place whatever stands beside it; long names are shortened, the clock and
    the mark never are. On a bar too narrow for both the clock stands nearer to the mark. Nothing
    is written across the `edges` of a wall: there the clock ends before the middle.
    """
    if too_small(rect):
        return
    with drawing(painter, rect):
        painter.fillRect(rect, theme.panel)
        clock_left, clock_right = _clock(painter, rect, data, theme, edges)
        _left(painter, rect, data, theme, clock_left, edges)
        _right(painter, rect, data, theme, clock_right, edges)


def _clock(
    painter: QPainter, rect: QRectF, data: TopBar, theme: Theme, edges: Edges
) -> tuple[float, float]:
    side, gap = theme.px(16), theme.px(8)
    word = theme.width(data.state_word, Role.BODY)
    clock = theme.width(_WIDEST_CLOCK, Role.VALUE, True)
    date = theme.width(data.date, Role.CAPTION)
    end = _mark_box(rect, data, theme).x() - theme.px(16)
    wanted = _before_clock(rect, data, theme)
    x = left = max(wanted, rect.center().x() - (side + gap + word + gap + clock / 2))
    whole = side + gap + word + gap + clock + gap + date
    if edges.crossed(x, whole) is not None:
        x = left = max(wanted, edges.before(x + whole, whole) - whole)
    if left + side + gap + word + gap + clock > end:
        x = left = max(rect.x(), end - (side + gap + word + gap + clock))
    paint_fresh(painter, QRectF(x, rect.center().y() - side / 2, side, side), data.state, theme)
    x += side + gap
    level = baseline(theme, Role.BODY, rect.y(), rect.height())
    calm = data.state is Fresh.LIVE
    ink = theme.text1 if calm else tint(theme, data.state)
    draw(painter, theme, (x, level), data.state_word, Role.BODY, ink, not calm)
    x += word + gap
    level = baseline(theme, Role.VALUE, rect.y(), rect.height())
    draw(painter, theme, (x, level), data.clock, Role.VALUE, theme.text1, True)
    x += clock + gap
    if x + date > end:
        return left, x
    level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
    draw(painter, theme, (x, level), data.date, Role.CAPTION, theme.text2)
    return left, x + date


def _before_clock(rect: QRectF, data: TopBar, theme: Theme) -> float:
    """Where the clock may begin at the earliest: after the mode and the shortest name."""
    name = data.short or data.place
    return (
        rect.x()
        + mode_width(data.mode, theme)
        + theme.px(32)
        + theme.width(name, Role.BODY, True)
        + theme.stroke
    )


def _mark_box(rect: QRectF, data: TopBar, theme: Theme) -> QRectF:
    """Where the mark of a demonstration stands; nothing wide where there is none."""
    right = rect.right() - theme.px(16)
    width = demo_width(data.demo, theme) if data.demo else 0.0
    height = min(theme.px(26), rect.height())
    return QRectF(right - width, rect.center().y() - height / 2, width, height)


def _left(
    painter: QPainter, rect: QRectF, data: TopBar, theme: Theme, limit: float, edges: Edges
) -> None:
    width = min(mode_width(data.mode, theme), max(0.0, limit - rect.x()))
    paint_mode(painter, QRectF(rect.x(), rect.y(), width, rect.height()), data.mode, theme)
    x = rect.x() + width
    painter.fillRect(QRectF(x, rect.y(), theme.stroke, rect.height()), theme.line1)
    x += theme.px(16)
    level = baseline(theme, Role.BODY, rect.y(), rect.height())
    room = edges.until(x, limit - theme.px(16)) - x
    if room <= 0:
        return
    kept = theme.px(160) if data.waits is not None else 0.0
    beside = kept + (theme.width(data.scene, Role.BODY) + theme.px(12) if data.short else 0.0)
    whole = theme.width(data.place, Role.BODY, True) <= room - beside
    name = data.place if whole else data.short or data.place
    place = fit(theme, name, Role.BODY, room - min(kept, room / 2), True)
    x += draw(painter, theme, (x, level), place, Role.BODY, theme.text1, True) + theme.px(12)
    if data.waits is not None:
        waits = QRectF(x, rect.y(), max(0.0, limit - theme.px(16) - x), rect.height())
        x += paint_waits(painter, waits, data.waits, theme) + theme.px(12)
    wide = theme.width(data.scene, Role.BODY)
    x = edges.past(x, wide)
    if wide <= limit - theme.px(16) - x:
        draw(painter, theme, (x, level), data.scene, Role.BODY, theme.text2)


def _right(
    painter: QPainter, rect: QRectF, data: TopBar, theme: Theme, limit: float, edges: Edges
) -> None:
    right = rect.right() - theme.px(16)
    if data.demo:
        box = _mark_box(rect, data, theme)
        paint_demo(painter, box, data.demo, theme)
        right = box.x() - theme.px(16)
    level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
    for text, colour, gap in (
        (data.duty, theme.text2, 24.0),
        (data.weather_age, theme.text3, 8.0),
        (data.weather, theme.text2, 24.0),
    ):
        wide = theme.width(text, Role.CAPTION)
        right = edges.before(right, wide) if text else right
        if text and right - wide > limit + theme.px(16):
            right -= draw_right(painter, theme, (right, level), text, Role.CAPTION, colour)
            right -= theme.px(gap)


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that is not well, by name: `公交运行` `迟到 26 分钟`. `doubt`: its line stands, and
    what it says is not to be believed."""

    name: str
    state: Fresh
    words: str
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class BottomBar:
    """Health of all feeds in words: `title` is `数据源 32`, `live` is `实时 29`.

    `outage` replaces the named feeds when the line is cut: what broke, since when, what remains.
    """

    title: str
    feeds: tuple[Fresh, ...]
    live: str
    worst: tuple[NamedFeed, ...] = ()
    note: str = ""
    seat: str = ""
    outage: str = ""


def paint_bottom_bar(
    painter: QPainter, rect: QRectF, data: BottomBar, theme: Theme, edges: Edges = _WHOLE
) -> None:
    """All feeds as cells, the worst by name, the seat."""
    if too_small(rect):
        return
    with drawing(painter, rect):
        painter.fillRect(rect, theme.panel)
        level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
        x, gap = rect.x() + theme.px(16), theme.px(12)
        right = rect.right() - theme.px(16)
        right -= draw_right(painter, theme, (right, level), data.seat, Role.CAPTION, theme.text3)
        right -= gap if data.seat else 0.0
        room = max(0.0, right - x)
        note = fit(theme, data.note, Role.CAPTION, room * 0.3)
        right -= draw_right(painter, theme, (right, level), note, Role.CAPTION, theme.text2)
        right -= theme.px(24) if note else 0.0
        x += draw(painter, theme, (x, level), data.title, Role.CAPTION, theme.text2) + gap
        width = min(theme.px(12) * len(data.feeds), max(0.0, (right - x) * 0.35))
        width = min(width, edges.until(x, right) - x)
        height = min(theme.px(14), rect.height() * 0.5)
        strip = QRectF(x, rect.center().y() - height / 2, width, height)
        paint_feed_strip(painter, strip, data.feeds, theme)
        x += width + gap
        x = edges.past(x, theme.width(data.live, Role.CAPTION))
        x += draw(painter, theme, (x, level), data.live, Role.CAPTION, theme.text2) + 2 * gap
        _named(painter, rect, data, theme, x, right, edges)


def _named(
    painter: QPainter,
    rect: QRectF,
    data: BottomBar,
    theme: Theme,
    x: float,
    right: float,
    edges: Edges,
) -> None:
    level = baseline(theme, Role.CAPTION, rect.y(), rect.height())
    side = theme.px(14)
    feeds = data.worst
    if data.outage:
        feeds = (NamedFeed(data.outage, Fresh.CACHED, ""),)
    for index, feed in enumerate(feeds):
        words = theme.width(feed.words, Role.CAPTION)
        whole = theme.width(feed.name, Role.CAPTION, bool(data.outage)) + side + theme.px(12)
        x = edges.past(x, whole + words)
        room = right - x - side - theme.px(12) - words
        name = fit(theme, feed.name, Role.CAPTION, max(0.0, room), bool(data.outage))
        if not name or (index and name != feed.name):
            return
        glyph = QRectF(x, rect.center().y() - side / 2, side, side)
        if feed.doubt:
            paint_finding(painter, glyph, FindingMark.DOUBT, theme)
        else:
            paint_fresh(painter, glyph, feed.state, theme)
        x += side + theme.px(6)
        bold = bool(data.outage)
        x += draw(painter, theme, (x, level), name, Role.CAPTION, theme.text1, bold) + theme.px(6)
        ink = theme.text1 if feed.doubt else tint(theme, feed.state)
        x += draw(painter, theme, (x, level), feed.words, Role.CAPTION, ink) + theme.px(24)


def top_bar_text(data: TopBar, translator: Translator) -> str:
    """Mode, place, scene, state and time, weather, duty and the demonstration mark."""
    parts = [data.mode.word, data.place, data.scene, data.state_word, data.clock, data.date]
    parts += [data.weather, data.weather_age, data.duty, data.demo]
    return translator.text("paint.pause").join(part for part in parts if part)


def bottom_bar_text(data: BottomBar, translator: Translator) -> str:
    """How many feeds are live, which are not, and the outage where there is one."""
    parts = [strip_text(data.feeds, translator), data.outage]
    for feed in data.worst:
        parts.append(f"{feed.name} {feed.words or fresh.accessible_text(feed.state, translator)}")
    parts += [data.note, data.seat]
    return translator.text("paint.pause").join(part for part in parts if part)
