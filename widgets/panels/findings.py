"""数据与异动提示: what is odd about the city's values today, and what was and is over.

Hints of ours (rule 13): a mark in the ink of the text, the rule's name, the reason; no colour.
"""

from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import keys, wording
from app.core.finding import Finding, FindingRule
from app.core.model import Ms
from app.live.hub import Kind
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.paint.button import KeyHint
from widgets.paint.finding import FindingMark, paint_finding
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import bureau_name, region_name
from widgets.panels._painted import Note
from widgets.panels._two_lines import TwoLines
from widgets.panels._values import finding_item
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

SCENE = "indicator"  # what Enter brings up
MANY = 3  # values of one bureau that are overdue stand in one row from so many on


@dataclass(frozen=True)
class Entry:
    """One row: a finding, or the `count` overdue values of a bureau."""

    finding: Finding
    bureau: str
    count: int = 1


class Findings(TwoLines, kind="findings"):
    """What holds first: data in doubt, then the unusual, the farthest over its limit first; then
    what ended within a day."""

    needs = frozenset({Kind.FINDING, Kind.SEAT, Kind.READING})

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.entries: list[Entry] = []
        self._now: Ms = 0
        self._chosen = ""
        self._first = True

    def title(self) -> str:
        """数据与异动提示."""
        return self.context.text("finding.title")

    def refresh(self, changes: Changes) -> None:
        """Listed anew when something was found or went away; on a tick only ages move on."""
        self._now = self.context.now()
        self._chosen = self.context.selection[Subject.INDICATOR]
        if self._first or Kind.FINDING in changes:
            self._first = False
            self._list()
            self.lay_out()
        elif Kind.READING in changes and changes.keys() == {Kind.READING}:
            shown = {self.entries[i].finding.key for i in self.painted()}
            if changes[Kind.READING] & shown:
                self._list()

    def _list(self) -> None:
        picture = self.context.picture
        now = [finding for found in picture.findings.values() for finding in found]
        late = [item for item in now if item.rule is FindingRule.STALE]
        rest = sorted((item for item in now if item not in late), key=_order)
        self.entries = [Entry(item, self._bureau(item)) for item in rest]
        self.entries += self._overdue(late)
        self.entries += [Entry(item, self._bureau(item)) for item in picture.past_findings]

    def _overdue(self, late: list[Finding]) -> list[Entry]:
        """By bureau; many of one stand in one row."""
        entries = []
        for bureau, group in groupby(sorted(late, key=self._bureau), self._bureau):
            found = sorted(group, key=lambda item: item.since)
            if len(found) >= MANY:
                entries.append(Entry(found[0], bureau, len(found)))
            else:
                entries += [Entry(item, bureau) for item in found]
        return entries

    def _bureau(self, finding: Finding) -> str:
        quantity = self.context.catalog.quantity(finding.key)
        return quantity.bureau if quantity else ""

    def _name(self, key: str) -> str:
        """The name; of a district or a device also where."""
        context, parts = self.context, keys.parse(key)
        name = context.label(context.view(key))
        if parts.region == context.city.code:
            return name
        return f"{region_name(context, parts.region)} {name} {parts.qualifier}".rstrip()

    @property
    def open_count(self) -> int:
        """How many hold now."""
        return sum(entry.count for entry in self.entries if entry.finding.until is None)

    def items(self) -> list[ScreenItem]:
        """How many hold, and each row."""
        context, now = self.context, self._now
        picture = context.picture
        shown = set(self.painted())
        found = [
            record_item(
                "findings/open",
                self.title(),
                self.open_count,
                observed=now,
                now=now,
                world=picture.world,
            )
        ]
        for place, entry in enumerate(self.entries):
            key = entry.finding.key
            held = picture.readings.get(key)
            source = held.source if held else ""
            found.append(
                finding_item(
                    context, entry.finding, self._name(key), source, now, visible=place in shown
                )
            )
        return found

    # ---- the list

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Mark, name, rule and since when; under them the bureau and why."""
        theme, entry = self.theme, self.entries[index]
        finding = entry.finding
        if self.interactive and finding.key == self._chosen:
            painter.fillRect(rect, theme.raised)
        row_line(painter, rect, theme)
        upper, lower = (line.adjusted(self.px(26), 0, 0, 0) for line in self.lines_of(rect))
        over = finding.until is not None
        self._mark(painter, rect, finding)
        when = self._when(finding)
        used = lettering.draw_in(painter, theme, upper, when, Role.CAPTION, theme.text3, right=True)
        room = upper.adjusted(0, 0, -used - self.px(12), 0)
        rule = self.context.text(f"finding.rule.{finding.rule.value}")
        wide = theme.width(rule, Role.CAPTION, not over) + self.px(12)
        named = room.adjusted(0, 0, -min(wide, room.width()), 0)
        ink = theme.text3 if over else theme.text1
        name = self._headline(entry)
        x = lettering.draw_in(painter, theme, named, name, Role.BODY, ink)
        rest = QRectF(named.x() + x + self.px(12), room.y(), wide, room.height())
        lettering.draw_in(painter, theme, rest, rule, Role.CAPTION, ink, not over)
        lettering.draw_in(painter, theme, lower, self._detail(entry), Role.CAPTION, theme.text2)

    def _mark(self, painter: QPainter, rect: QRectF, finding: Finding) -> None:
        side = self.px(16)
        box = QRectF(rect.x() + self.pad, rect.center().y() - side / 2, side, side)
        if finding.rule is FindingRule.STALE:
            paint_fresh(painter, box, Fresh.LATE, self.theme)
            return
        mark = FindingMark.DOUBT if finding.rule.is_quality else FindingMark.UNUSUAL
        paint_finding(painter, box, mark, self.theme)

    def _headline(self, entry: Entry) -> str:
        if entry.count == 1:
            return self._name(entry.finding.key)
        bureau = bureau_name(self.context, entry.bureau)
        return self.context.text("finding.many", bureau=bureau, n=entry.count)

    def _detail(self, entry: Entry) -> str:
        if entry.count > 1:
            return self._name(entry.finding.key)
        why = self.context.translator.render(entry.finding.why)
        if not entry.bureau:
            return why
        return f"{bureau_name(self.context, entry.bureau)} · {why}"

    def _when(self, finding: Finding) -> str:
        zone, words = self.context.zone, self.context.translator
        since = wording.moment(finding.since, self._now, zone, words)
        if finding.until is None:
            return self.context.text("finding.since", since=since)
        until = wording.moment(finding.until, self._now, zone, words)
        return self.context.text("finding.span", since=since, until=until)

    def chosen(self, index: int) -> None:
        """The page of the indicator follows."""
        self.context.selection.choose(Subject.INDICATOR, self.entries[index].finding.key)

    def open(self, index: int) -> None:
        """Enter: the page of the indicator."""
        self.chosen(index)
        if has_scene(self, SCENE):
            act(self, f"switch-scene {SCENE}")

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """How many hold, how many are over."""
        over = sum(entry.finding.until is not None for entry in self.entries)
        notes = [Note(self.context.text("finding.open", n=self.open_count), self.theme.text1)]
        if over:
            notes.append(Note(self.context.text("finding.over", n=over), self.theme.text3))
        return notes

    def notes_right(self) -> list[Note]:
        """Whose words they are."""
        return [Note(self.context.text("finding.ours"), self.theme.text3)]

    def why_empty(self) -> tuple[str, str]:
        """Nothing was found, and what that rests on."""
        text, known = self.context.text, len(self.context.picture.baselines)
        return text("finding.empty"), text("finding.empty.why", n=known)

    def foot_height(self) -> float:
        """Keys at a desk; on the wall how many rows have no room."""
        if not self.entries or not (self.interactive or self.overflows):
            return 0.0
        return self.theme.line(Role.CAPTION) + self.px(14)

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys, and what is not shown."""
        keys_ = [
            KeyHint("J K", self.say("key.move")),
            KeyHint(self.say("key.enter"), self.say("key.open")),
        ]
        self.paint_rest(painter, rect, keys_)


def _order(finding: Finding) -> tuple[bool, float]:
    return (not finding.rule.is_quality, -finding.size)
