"""数字底座: government cloud, data platform, video platform, conferencing; what data there are; and
whether the lines they come by are well (the feed-health panel tells of each line)."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core.health import FeedHealth, FeedState
from app.core.model import Ms
from app.live.digital_base import Base, Integration, System, base_of, integration
from app.live.hub import Kind
from app.live.summary import IndicatorKeys
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.feed import paint_feed_strip
from widgets.paint.fresh import paint_fresh, tint
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._feeds import age_of, fresh_of_feed, name_of, sorted_worst_first, state_and_age
from widgets.panels._painted import Note, Painted
from widgets.panels._trended import heed_history, spark_of, trends_of, wanted
from widgets.panels._value_row import paint_value_row
from widgets.panels._values import age_text
from widgets.screen_item import ScreenItem, record_item, value_item
from widgets.theme import Role

EVERY_MS = 1000
NARROW = 640.0  # below it the systems stand in two columns
ENTRY = (240.0, 380.0)  # a line with its name and age, at least and at most
HELD = "holdings"
REST = "rest"


class DigitalBase(Painted, kind="digital-base"):
    """Blocks side by side: one per system, the data, the other devices; below them the lines."""

    needs = frozenset({Kind.READING, Kind.FEED, Kind.HISTORY})
    repaints = False

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.base: Base = base_of(context.catalog)
        self.lines: Integration = integration(())
        self.views: dict[str, ValueView] = {}
        self._painted: set[str] = set()
        self._known = IndicatorKeys(context.catalog, context.city.code)
        self._read: tuple[object, ...] = ()
        self._now: Ms = -EVERY_MS
        self._trends = trends_of(self, lambda keys: self.update())

    def title(self) -> str:
        """数字底座."""
        return self.context.text("themes.base.title")

    @property
    def blocks(self) -> list[System]:
        """The four systems always; data and devices where the catalogue has any."""
        found = list(self.base.systems)
        for name, codes in ((HELD, self.base.holdings), (REST, self.base.rest)):
            if codes:
                found.append(System(name, codes))
        return found

    # ---- what is shown

    def refresh(self, changes: Changes) -> None:
        """Look again, at most once a second, and repaint where anything reads otherwise."""
        heed_history(self, self._trends, changes)
        context, now = self.context, self.context.now()
        if 0 <= now - self._now < EVERY_MS:
            return
        self._now = now
        self._known.grow(context.picture.readings)
        codes = [code for block in self.blocks for code in block.indicators]
        self.views = {code: context.view(self._known.by_code[code]) for code in codes}
        self.lines = integration(context.picture.feeds.values())
        self._trends.want(wanted(self.views.values()), now)
        ages = tuple(age_text(context, view, now) for view in self.views.values())
        feeds = context.picture.feeds.values()
        states = tuple((feed.state, age_of(context, feed, now)) for feed in feeds)
        counts = (self.lines.total, self.lines.live, self.lines.late, self.lines.lost)
        values = tuple((view.value, view.mode, view.level) for view in self.views.values())
        reads = (ages, states, counts, values)
        if reads != self._read:
            self._read = reads
            self.update()

    # ---- painting

    def notes_right(self) -> list[Note]:
        """How many of the lines are live: the share that everything above rests on."""
        if not self.lines.total:
            return []
        text = self.context.text("themes.base.lines", n=self.lines.total, live=self.lines.live)
        return [Note(text, self.theme.text2)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The blocks in as many columns as fit, then the lines in what is left."""
        self._painted = set()
        rows = self._rows_of_blocks(rect.width())
        least = sum(self._block_height(row, self.px(self.measures.row)) for row in rows)
        spare = max(rect.height() - least, self._heading + self.px(44))
        foot = min(self._lines_height(rect.width()), spare)
        room = rect.adjusted(0, 0, 0, -foot)
        line = self._line_height(rows, room.height())
        y = room.y()
        for row in rows:
            wide = rect.width() / len(rows[0])
            high = self._block_height(row, line)
            for number, block in enumerate(row):
                box = QRectF(rect.x() + number * wide, y, wide, min(high, room.bottom() - y))
                self._paint_block(painter, box, block, line, first=number == 0)
            y += high
            if y >= room.bottom():
                break
        top = max(min(y, room.bottom()), room.y())
        self._paint_lines(painter, QRectF(rect.x(), top, rect.width(), rect.bottom() - top))

    def _line_height(self, rows: list[list[System]], room: float) -> float:
        """A line of a block: taller where there is room for all of them."""
        least = self.px(self.measures.row)
        fixed = sum(self._block_height(row, 0.0) for row in rows)
        lines = sum(max(max(1, len(block.indicators)) for block in row) for row in rows)
        return max(least, min((room - fixed) / max(1, lines), least * 1.5))

    def _rows_of_blocks(self, width: float) -> list[list[System]]:
        columns = 2 if width < self.px(NARROW * 2) else 3
        if width < self.px(NARROW):
            columns = 1
        blocks = self.blocks
        return [blocks[first : first + columns] for first in range(0, len(blocks), columns)]

    def _block_height(self, row: Sequence[System], line: float) -> float:
        lines = max(max(1, len(block.indicators)) for block in row)
        return self._heading + lines * line + self.px(self.measures.gap)

    @property
    def _heading(self) -> float:
        return self.theme.line(Role.BODY) + self.px(12)

    def _paint_block(
        self, painter: QPainter, box: QRectF, block: System, high: float, *, first: bool
    ) -> None:
        theme = self.theme
        if box.height() < self._heading + high:
            return
        if not first:
            line = max(1.0, theme.stroke / 2)
            painter.fillRect(QRectF(box.x(), box.y(), line, box.height()), theme.line1)
        name = self.context.text(f"themes.base.{block.code}")
        head = QRectF(box.x() + self.pad, box.y(), box.width() - 2 * self.pad, self._heading)
        lettering.draw_in(painter, theme, head, name, Role.BODY, theme.text1, True)
        y = head.bottom()
        fitting = int((box.bottom() + 0.5 - y) // high)
        if fitting < len(block.indicators):
            text = self.context.text("themes.more", n=len(block.indicators) - fitting)
            lettering.draw_in(painter, theme, head, text, Role.CAPTION, theme.text3, right=True)
        if not block.indicators:
            line_box = QRectF(head.x(), y, head.width(), high)
            text = self.context.text("themes.base.nothing")
            lettering.draw_in(painter, theme, line_box, text, Role.CAPTION, theme.text3)
        for code in block.indicators[:fitting]:
            view = self.views.get(code)
            if view is not None:
                row = QRectF(box.x() + self.px(4), y, box.width() - self.px(8), high)
                spark = spark_of(self._trends, view)
                paint_value_row(painter, row, self.context, view, self._now, spark)
                self._painted.add(code)
            y += high

    # ---- the lines

    def _lines_height(self, width: float) -> float:
        """Title, the cells, and every line with its age in as many columns as fit."""
        rows = -(-max(1, self.lines.total) // self._line_columns(width))
        return self._heading + self.px(40) + rows * self._entry

    def _line_columns(self, width: float) -> int:
        return len(self._line_lanes(width))

    def _line_lanes(self, width: float) -> list[tuple[float, float]]:
        """Left edge and width of the columns of lines; none lies across a seam."""
        names = (name_of(self.context, feed) for feed in self.context.picture.feeds.values())
        widest = max((self.theme.width(name, Role.CAPTION) for name in names), default=0.0)
        entry = min(max(self.px(ENTRY[0]), widest + self.px(120)), self.px(ENTRY[1]))
        return self.edges_x.lanes(self.pad, width - self.pad, entry)

    @property
    def _entry(self) -> float:
        return self.theme.line(Role.CAPTION) + self.px(8)

    def _paint_lines(self, painter: QPainter, rect: QRectF) -> None:
        theme, feeds = self.theme, list(self.context.picture.feeds.values())
        if rect.height() < self._heading + self.px(20):
            return
        self.rule(painter, rect.y())
        inner = rect.adjusted(self.pad, 0, -self.pad, 0)
        head = QRectF(inner.x(), inner.y(), inner.width(), self._heading)
        title = self.context.text("themes.base.integration")
        used = lettering.draw_in(painter, theme, head, title, Role.BODY, theme.text1, True)
        rest = head.adjusted(used + self.px(self.measures.gap), 0, 0, 0)
        lettering.draw_in(painter, theme, rest, self._summary(), Role.CAPTION, theme.text2)
        cells = QRectF(inner.x(), head.bottom(), inner.width(), self.px(22))
        states = tuple(fresh_of_feed(f) for f in sorted(feeds, key=lambda feed: feed.feed))
        paint_feed_strip(painter, cells, states, theme)
        top = cells.bottom() + self.px(10)
        room = QRectF(inner.x(), top, inner.width(), max(0.0, rect.bottom() - top - self.px(4)))
        self._paint_ages(painter, room, sorted_worst_first(feeds))

    def _paint_ages(self, painter: QPainter, rect: QRectF, feeds: Sequence[FeedHealth]) -> None:
        """Line by line how fresh it is, down the columns, the worst first."""
        lanes, high = self._line_lanes(self.width()), self._entry
        columns = len(lanes)
        rows = int(rect.height() // high)
        if rows < 1:
            return
        most = rows * columns
        shown = feeds if len(feeds) <= most else feeds[: most - 1]
        rows = min(rows, -(-len(feeds) // columns))
        for number, feed in enumerate(shown):
            column, row = divmod(number, max(1, rows))
            left, wide = lanes[column]
            box = QRectF(left, rect.y() + row * high, wide, high)
            self._paint_entry(painter, box.adjusted(0, 0, -self.px(20), 0), feed)
        if len(shown) < len(feeds):
            column, row = divmod(len(shown), rows)
            left, wide = lanes[column]
            box = QRectF(left, rect.y() + row * high, wide, high)
            text = self.say("more", n=len(feeds) - len(shown))
            lettering.draw_in(painter, self.theme, box, text, Role.CAPTION, self.theme.text3)

    def _paint_entry(self, painter: QPainter, box: QRectF, feed: FeedHealth) -> None:
        theme, context, fresh = self.theme, self.context, fresh_of_feed(feed)
        side = self.px(14)
        glyph = QRectF(box.x(), box.center().y() - side / 2, side, side)
        paint_fresh(painter, glyph, fresh, theme)
        live = feed.state is FeedState.LIVE
        age = age_of(context, feed, self._now) if live else state_and_age(context, feed, self._now)
        ink = theme.text3 if live else tint(theme, fresh)
        used = lettering.draw_in(painter, theme, box, age, Role.CAPTION, ink, right=True)
        name = box.adjusted(side + self.px(8), 0, -used - self.px(10), 0)
        ink = theme.text2 if live else theme.text1
        lettering.draw_in(painter, theme, name, name_of(context, feed), Role.CAPTION, ink)

    def _summary(self) -> str:
        """`33 路：实时 31，迟到 1，断开 1`; each state that there is."""
        lines = self.lines
        if not lines.total:
            return self.context.text("themes.base.no_lines")
        parts = [
            self.context.text(f"themes.base.count.{name}", n=count)
            for name, count in (
                ("live", lines.live),
                ("late", lines.late),
                ("lost", lines.lost),
                ("starting", lines.starting),
            )
            if count
        ]
        return self.context.text("panels.comma").join(parts)

    def items(self) -> list[ScreenItem]:
        """Every value, and the lines in counts."""
        now, world = self._now, self.context.picture.world
        found = [
            value_item(view, self.context.translator, visible=code in self._painted)
            for code, view in self.views.items()
        ]
        for name in ("total", "live", "late", "lost"):
            label = self.context.text(f"themes.base.item.{name}")
            count = getattr(self.lines, name)
            found.append(
                record_item(f"feeds/{name}", label, count, observed=now, now=now, world=world)
            )
        return found
