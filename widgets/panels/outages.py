"""链路与检修: what is cut with all behind it, planned work, feeds on trial, and what is over.

Nothing here wears a level's colour: a line that is down is no warning. One cut is one row, however
many feeds it took along.
"""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.decision import Maintenance
from app.core.model import Freshness, Ms
from app.live.hub import Kind
from app.live.outage import Outage
from app.live.outage_words import affected, feeds_behind, values_behind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note
from widgets.panels._two_lines import TwoLines, Words
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role


@dataclass(frozen=True)
class Entry:
    """One row: what it is, in words, and how it stands. `age` counts from `since`."""

    id: str
    title: str
    detail: str
    state: str
    glyph: Fresh
    since: Ms
    holds: bool = True


class Outages(TwoLines, kind="outages"):
    """What holds first: cuts, work under way, trials; then work to come; then what is over."""

    needs = frozenset({Kind.OUTAGE, Kind.FEED})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.entries: list[Entry] = []
        self._now: Ms = 0

    def title(self) -> str:
        """链路与检修, and how many cuts."""
        count = len(self.context.picture.outages)
        if not count:
            return self.context.text("causes.panel.title")
        return self.context.text("causes.panel.count", n=count)

    def refresh(self, changes: Changes) -> None:
        """Read anew; there are seldom more than a few."""
        self._now = self.context.now()
        self.entries = [*self._cuts(), *self._windows(), *self._trials(), *self._past()]
        self.lay_out()

    def items(self) -> list[ScreenItem]:
        """Each row; its value is its state."""
        shown = set(self.painted())
        return [
            record_item(
                entry.id,
                entry.title,
                entry.state,
                observed=entry.since,
                now=self._now,
                world=self.context.picture.world,
                freshness=Freshness.CACHED if entry.glyph is Fresh.CACHED else Freshness.LIVE,
                visible=place in shown,
            )
            for place, entry in enumerate(self.entries)
        ]

    def notes_right(self) -> list[Note]:
        """Where a cut is inferred and not reported."""
        if not self.context.picture.outages:
            return []
        return [Note(self.context.text("causes.inferred"), self.theme.text3)]

    # ---- entries

    def _cuts(self) -> list[Entry]:
        say = self.context.text
        cuts = sorted(self.context.picture.outages.values(), key=lambda one: -len(one.feeds))
        return [
            Entry(
                f"outage/{one.id}",
                self._links(one),
                self._affected(one),
                say("causes.planned" if one.planned else "causes.cut", span=self._span(one.since)),
                Fresh.CACHED,
                one.since,
            )
            for one in cuts
        ]

    def _windows(self) -> list[Entry]:
        now, say = self._now, self.context.text
        windows = [one for one in self.context.picture.maintenance.values() if one.until > now]
        return [
            Entry(
                f"maintenance/{one.id}",
                say("causes.work", name=self._target(one)),
                self._when(one),
                say("causes.under_way" if one.holds(now) else "causes.to_come"),
                Fresh.PENDING,
                one.at,
                one.holds(now),
            )
            for one in sorted(windows, key=lambda one: one.since)
        ]

    def _trials(self) -> list[Entry]:
        trial, say = self.context.picture.trial, self.context.text
        return [
            Entry(
                f"trial/{feed}",
                self._feed(feed),
                say(
                    "causes.trial.detail",
                    n=len(trial.readings.get(feed, ())),
                    count=wording.number(len(trial.readings.get(feed, ()))),
                    records=wording.number(len(trial.records.get(feed, ()))),
                ),
                say("causes.trial"),
                Fresh.PENDING,
                self._now,
            )
            for feed in sorted(trial.feeds)
        ]

    def _past(self) -> list[Entry]:
        context = self.context
        return [
            Entry(
                f"past/{one.id}/{one.since}",
                self._links(one),
                self._affected(one),
                context.text(
                    "causes.over",
                    at=wording.clock(one.until, context.zone, seconds=False),
                    span=wording.duration(one.until - one.since, context.translator, long=True),
                ),
                Fresh.LIVE,
                one.since,
                False,
            )
            for one in context.picture.past_outages
        ]

    # ---- words

    def _links(self, outage: Outage) -> str:
        names = [self._link(link) for link in outage.links]
        return self.context.text("causes.or").join(names)

    def _link(self, id_: str) -> str:
        link = self.context.picture.links.get(id_)
        return id_ if link is None else self.context.translator.pick(link.name_zh, link.name_en)

    def _target(self, window: Maintenance) -> str:
        if window.target in self.context.picture.links:
            return self._link(window.target)
        return self._feed(window.target)

    def _feed(self, id_: str) -> str:
        row = self.context.picture.feeds.get(id_)
        return id_ if row is None else self.context.translator.pick(row.name_zh, row.name_en)

    def _affected(self, outage: Outage) -> str:
        words = self.context.translator
        return affected([feeds_behind(outage, words), *values_behind(outage, words)], words)

    def _span(self, since: Ms) -> str:
        return wording.duration(max(0, self._now - since), self.context.translator, long=True)

    def _when(self, window: Maintenance) -> str:
        zone, translator = self.context.zone, self.context.translator
        times = self.context.text(
            "causes.from_to",
            since=wording.moment(window.since, self._now, zone, translator),
            until=wording.moment(window.until, self._now, zone, translator),
        )
        return f"{times}  {window.reason}".rstrip()

    # ---- the list

    def why_empty(self) -> tuple[str, str]:
        """Nothing is cut."""
        return self.context.text("causes.none"), self.context.text("causes.none.why")

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Glyph, name and how it stands, over what is affected."""
        theme, entry = self.theme, self.entries[index]
        row_line(painter, rect, theme)
        upper, lower = self.lines_of(rect)
        side = min(theme.px(16), upper.height())
        glyph = QRectF(upper.x(), upper.y() + (upper.height() - side) / 2, side, side)
        paint_fresh(painter, glyph, entry.glyph, theme)
        strong = theme.text1 if entry.holds else theme.text3
        after = side + self.px(8)
        self.write(
            painter,
            upper.adjusted(after, 0, 0, 0),
            Words(entry.title, Role.BODY, strong),
            Words(entry.state, Role.CAPTION, strong, entry.holds),
        )
        below = lower.adjusted(after, 0, 0, 0)
        lettering.draw_in(painter, theme, below, entry.detail, Role.CAPTION, theme.text2)
