"""What depends on a feed: when it is cut, this is what goes stale. Enter opens the indicator or the
scene."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import keys, wording
from app.core.catalog import SECOND
from app.core.model import Ms
from app.live.feed_uses import FeedUses, feed_uses
from app.registry import Registry
from widgets.context import Context
from widgets.feed_scenes import Showing, all_scenes, showing
from widgets.names import panel_name
from widgets.paint import text as lettering
from widgets.paint.base import row_line
from widgets.paint.feed_cell import paint_feed_heading
from widgets.panels._act import act, has_scene
from widgets.panels._base import Panel, PanelOptions
from widgets.panels._of_feed import OfFeed
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._values import age_text, sentence
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject
from widgets.theme import Role

ANEW_MS = 30 * SECOND
ROW = 30.0


@dataclass(frozen=True)
class Use:
    """A row: what it is, at the right its value or share with its age; a heading has no `id`."""

    id: str
    name: str
    value: str
    note: str = ""
    observed: Ms = 0
    key: str = ""  # of an indicator or index, to be opened
    scene: str = ""  # of this seat, to be opened


class FeedUsesPanel(OfFeed, Rows, kind="feed-uses"):
    """Indices with the share of their weight, indicators, layers, open records, scenes."""

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.uses = FeedUses()
        self.entries: list[Use] = []
        self._scenes: list[Showing] = []
        self._looked: Ms = 0

    def title(self) -> str:
        """谁依赖它."""
        return self.of("uses.title")

    def follow(self, changed: bool) -> None:
        """Looked up when the page opens and every half minute; the ages are of now."""
        if changed:
            self.uses, self._scenes, self._looked = FeedUses(), [], 0
            self.current, self.offset = -1, 0.0
        if self.feed and (not self._looked or self.now - self._looked >= ANEW_MS):
            context = self.context
            self._looked = self.now
            region = context.city.code
            self.uses = feed_uses(context.picture, context.catalog, region, self.feed)
            if not self._scenes:
                self.ask(self._find_scenes())
        self._list()

    async def _find_scenes(self) -> None:
        scenes = await all_scenes()
        uses = self.uses
        kinds = {kind for kind, _ in uses.matters}
        kinds |= {"reading"} if uses.indicators else set()
        kinds |= {"position"} if uses.layers else set()
        codes = frozenset(item.code for item in uses.indicators)
        registry: Registry[Panel] = Registry("widgets.panels", Panel)
        self._scenes = showing(scenes, registry, self.context.catalog, kinds, codes)
        self._list()
        self.update()

    def _list(self) -> None:
        entries: list[Use] = []
        for word, rows in (
            ("trial", self._held_back()),
            ("indices", self._indices()),
            ("indicators", self._indicators()),
            ("layers", self._layers()),
            ("matters", self._matters()),
            ("scenes", self._shown_in()),
        ):
            if rows:
                entries.append(Use("", self.of(f"uses.{word}"), wording.number(len(rows))))
                entries += rows
        self.entries = entries
        self.lay_out()

    # ---- the rows

    def _held_back(self) -> list[Use]:
        count = self.uses.held_back
        if not count:
            return []
        name = self.of("uses.held_back")
        return [Use("trial", name, self.of("uses.records", n=count), "", self.now)]

    def _indices(self) -> list[Use]:
        found = []
        for item in self.uses.indices:
            spec = self.context.catalog.plan.specs[item.code]
            name = self.context.translator.pick(spec.name_zh, spec.name_en)
            share = self.of("uses.share", share=wording.percent(item.share))
            found.append(Use(item.code, name, share, "", self.now, item.key))
        return found

    def _indicators(self) -> list[Use]:
        found = []
        for item in self.uses.indicators:
            view = self.context.view(item.key)
            many = self.of("uses.places", n=item.keys)
            text = sentence(self.context, view) if item.keys == 1 else many
            age = age_text(self.context, view, self.now)
            name = self.context.label(view)
            found.append(Use(item.code, name, text, age, item.as_of, item.key))
        return found

    def _layers(self) -> list[Use]:
        ago = self.context.translator
        return [
            Use(f"layer/{item.name}", item.name, self.of("uses.positions", n=item.count),
                wording.ago(self.now - item.received, ago), item.received)
            for item in self.uses.layers
        ]  # fmt: skip

    def _matters(self) -> list[Use]:
        return [
            Use(f"matter/{kind}", self.of(f"kind.{kind}"), self.of("uses.records", n=count), "",
                self.now)
            for kind, count in self.uses.matters
        ]  # fmt: skip

    def _shown_in(self) -> list[Use]:
        words = self.context.translator
        found = []
        for item in self._scenes:
            seat = self.of(f"seat.{item.seat}")
            name = self.of("uses.scene", seat=seat, name=words.pick(item.name_zh, item.name_en))
            panels = self.say("comma").join(panel_name(words, kind) for kind in item.panels)
            own = item.name if item.seat == self.context.seat else ""
            found.append(Use(f"scene/{item.seat}/{item.name}", name, panels, "", self.now, "", own))
        return found

    # ---- the list

    def notes_right(self) -> list[Note]:
        """How many things."""
        count = sum(bool(entry.id) for entry in self.entries)
        return [Note(self.of("uses.count", n=count), self.theme.text3)] if count else []

    def is_row(self, index: int) -> bool:
        """A heading is none."""
        return bool(self.entries[index].id)

    def arrange(self, width: float) -> list[QRectF]:
        """One below the other."""
        return self.stacked(len(self.entries), self.px(ROW))

    def open(self, index: int) -> None:
        """Enter: the page of an indicator, or the scene."""
        entry = self.entries[index]
        if entry.scene:
            act(self, f"switch-scene {entry.scene}")
        elif entry.key:
            is_index = keys.parse(entry.key).code in self.context.catalog.plan.specs
            if is_index:
                self.context.selection.choose(Subject.INDEX, entry.key)
            self.context.selection.choose(Subject.INDICATOR, entry.key)
            scene = "index" if is_index and has_scene(self, "index") else "indicator"
            if has_scene(self, scene):
                act(self, f"switch-scene {scene}")

    def foot_height(self) -> float:
        """What is not shown is counted."""
        return self.theme.line(Role.CAPTION) + self.px(10) if self.overflows else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """How many."""
        self.paint_rest(painter, rect, ())

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that nothing depends on it."""
        if not self.feed:
            self.paint_nothing(painter, rect)
        elif not self.entries:
            self.paint_empty(painter, rect, self.of("uses.none"), self.of("uses.none.why"))
        else:
            super().paint_body(painter, rect, dirty)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A heading, or name, value and age."""
        entry, theme = self.entries[index], self.theme
        if not entry.id:
            painter.fillRect(rect, theme.raised)
            paint_feed_heading(painter, rect, entry.name, entry.value, theme)
            return
        row_line(painter, rect, theme)
        box = rect.adjusted(self.pad, 0, -self.pad, 0)
        used = lettering.draw_in(
            painter, theme, box, entry.note, Role.CAPTION, theme.text3, right=True
        )
        box.setRight(box.right() - used - (self.px(12) if used else 0.0))
        room = QRectF(box)
        room.setLeft(box.left() + box.width() * 0.45)
        used = lettering.draw_in(
            painter, theme, room, entry.value, Role.CAPTION, theme.text1, right=True
        )
        box.setRight(box.right() - used - self.px(12))
        lettering.draw_in(painter, theme, box, entry.name, Role.BODY, theme.text1)

    def items(self) -> list[ScreenItem]:
        """Each row."""
        now, world = self.now, self.context.picture.world
        shown = set(self.painted())
        return [
            record_item(f"feed/{self.feed}/use/{entry.id}", entry.name, entry.value,
                        observed=entry.observed, now=now, world=world, source=self.feed,
                        visible=number in shown)
            for number, entry in enumerate(self.entries)
            if entry.id
        ]  # fmt: skip
