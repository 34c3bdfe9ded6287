"""A row of number tiles for chosen indicators: the desk's foot."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.core.catalog import HOUR
from app.core.model import Ms
from app.live.hub import Kind
from app.live.summary import IndicatorKeys
from app.live.view import ValueView
from widgets.context import Context
from widgets.paint.base import focus_frame
from widgets.paint.button import KeyHint
from widgets.paint.tile import Tile, paint_tile, smallest_role, value_role
from widgets.panels._act import act, has_scene, pick_to_compare
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Painted
from widgets.panels._trended import heed_history, note_of, spark_of, trends_of, wanted
from widgets.panels._values import finding_items, tile_of
from widgets.screen_item import ScreenItem, value_item
from widgets.selection import Subject
from widgets.theme import Role

SCENE = "indicator"
MOST, USUAL = 12, 8
NARROWEST = 185.0
PER_FRAME = 3
"""So many tiles are painted in one frame, the others in the next: one takes a quarter of a
millisecond, and all of them at once made keys and pointer wait."""
AGES_MS = 250
"""Between two looks at tiles whose value did not change."""


class Strip(Painted, kind="strip"):
    """Tiles side by side; a code that is in no catalogue is named and not hidden. ← → choose one,
    Enter opens its page, C takes it for a comparison."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`codes` of indicators from left to right; none: the eight of most weight among those
        that come by the hour or faster."""

        codes: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)] = ()

    needs = frozenset({Kind.READING, Kind.FEED, Kind.FINDING, Kind.HISTORY})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.codes = options.codes or _weightiest(context)
        self._known = IndicatorKeys(context.catalog, context.city.code)
        self._views: dict[str, ValueView] = {}
        self._tiles: dict[str, Tile] = {}  # as they read
        self._painted: dict[str, Tile] = {}  # the same with the size that suits all
        self._roles: dict[str, Role] = {}  # the size that suits each
        self._most: Role | None = None
        self._due: dict[str, None] = {}  # to be painted, in the order in which they changed
        self._now: Ms = 0
        self._looked: Ms = -AGES_MS  # at all of them
        self.current = -1
        self._trends = trends_of(self, lambda keys: self._look(self.codes))

    def refresh(self, changes: Changes) -> None:
        """Look at the tiles whose value changed, and a few times a second at all of them; repaint
        those that read otherwise than before."""
        heed_history(self, self._trends, changes)
        context = self.context
        self._now = context.now()
        self._known.grow(context.picture.readings)
        self._look(self._concerned(changes))
        self._trends.want(wanted(self._views.values()), self._now)

    def take_turn(self) -> None:
        """What changed, or the tiles that were left from the frame before."""
        if self.dirty:
            super().take_turn()
        else:
            self._paint_some()

    def _concerned(self, changes: Changes) -> Sequence[str]:
        """Whose tile may read otherwise now."""
        came = changes.get(Kind.READING, frozenset())
        if len(changes) != 1 or not came or not 0 <= self._now - self._looked < AGES_MS:
            self._looked = self._now
            return self.codes
        found = self._known.by_code
        return [code for code in self.codes if found.get(code) in came]

    def _look(self, codes: Sequence[str]) -> None:
        found, changed = self._known.by_code, []
        for code in codes:
            if code in found:
                view = self._views[code] = self.context.view(found[code])
                tile = self._tile(view)
                if tile != self._tiles.get(code):
                    self._tiles[code] = tile
                    changed.append(code)
        for code in changed:
            self._roles.pop(code, None)
        before = self._most
        if changed:
            self._most = self._size()
        if self._most is not before:
            changed = list(self._tiles)
        for code in changed:
            self._painted[code] = replace(self._tiles[code], most=self._most)
            self._due[code] = None
        if self._due:
            self._paint_some()

    def _paint_some(self) -> None:
        shown = self._shown
        first = [code for code in self._due if code in shown][:PER_FRAME]
        for code in first:
            del self._due[code]
            self.update(self._box(shown.index(code)).toAlignedRect())
        if len(first) == PER_FRAME and self._due:
            self.context.bridge.next_turn(self)
        else:
            self._due.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Numbers grow and shrink with the tiles."""
        super().resizeEvent(event)
        self._roles.clear()
        self._most = self._size()
        self._painted = {code: replace(tile, most=self._most) for code, tile in self._tiles.items()}

    def _size(self) -> Role | None:
        """The largest size in which every number of the strip has room."""
        shown = [code for code in self._shown if code in self._tiles]
        for code in shown:
            if code not in self._roles:
                self._roles[code] = value_role(self._box(0), self._tiles[code], self.theme)
        return smallest_role(self._roles[code] for code in shown)

    def _tile(self, view: ValueView) -> Tile:
        spark = spark_of(self._trends, view)
        note = note_of(self.context, self._trends, view)
        return tile_of(self.context, view, self._now, note=note, spark=spark)

    @property
    def _shown(self) -> tuple[str, ...]:
        return self.codes[: self._fitting]

    def _box(self, index: int) -> QRectF:
        body, width = self.body_rect, self.body_rect.width() / len(self._shown)
        return QRectF(body.x() + index * width, body.y(), width, body.height())

    def items(self) -> list[ScreenItem]:
        """The value of every tile."""
        shown = self._shown
        views = [(self._views[code], code in shown) for code in self.codes if code in self._views]
        found = finding_items(self.context, views, self._now)
        translator = self.context.translator
        return [value_item(view, translator, visible=seen) for view, seen in views] + found

    @property
    def _fitting(self) -> int:
        """So many tiles have room for a name; the others are left out from the right."""
        return max(1, int(self.width() // self.px(NARROWEST)))

    @property
    def head_rect(self) -> QRectF:
        """Tiles need no title."""
        return QRectF(0, 0, self.width(), 0)

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """None."""

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """One tile each, parted by a line."""
        if not self.codes:
            self.paint_empty(painter, rect, self.say("strip.empty"), "")
            return
        for index, code in enumerate(self._shown):
            box = self._box(index)
            if not self.dirty_region.intersects(box.toAlignedRect()):
                continue
            tile = self._painted.get(code)
            if tile is None:
                self.paint_empty(painter, box, self.say("strip.unknown", code=code), "")
            else:
                paint_tile(painter, box, tile, self.theme)
            if index == self.current and self.row_has_focus:
                focus_frame(painter, box, self.theme)
            if index:
                line = max(1.0, self.theme.stroke / 2)
                side = QRectF(box.x(), box.y(), line, box.height())
                painter.fillRect(side, self.theme.line1)

    # ---- hands

    @property
    def row_has_focus(self) -> bool:
        """The current tile wears it."""
        return self.hasFocus() and 0 <= self.current < len(self._shown)

    def hints(self) -> list[KeyHint]:
        """Moving, the page, the comparison."""
        text = self.context.text
        return [
            KeyHint("← →", text("detail.key.tile")),
            KeyHint(self.say("key.enter"), text("hands.keys.open")),
            KeyHint("C", text("detail.key.compare")),
        ]

    @property
    def _current_key(self) -> str:
        if not 0 <= self.current < len(self._shown):
            return ""
        view = self._views.get(self._shown[self.current])
        return view.key if view is not None else ""

    def choose(self, index: int) -> None:
        """Look at a tile; the pages follow."""
        self.current = min(max(0, index), len(self._shown) - 1)
        if key := self._current_key:
            self.context.selection.choose(Subject.INDICATOR, key)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From tile to tile; its page; the comparison."""
        key, steps = event.key(), {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in steps and self._shown:
            self.choose(self.current + steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current_key:
            self.choose(self.current)
            if has_scene(self, SCENE):
                act(self, f"switch-scene {SCENE}")
        elif key == Qt.Key.Key_C and self._current_key:
            pick_to_compare(self, self._current_key)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The tile that is pressed."""
        for index in range(len(self._shown)) if self.interactive else ():
            if self._box(index).contains(event.position()):
                self.choose(index)
        super().mousePressEvent(event)


def _weightiest(context: Context) -> tuple[str, ...]:
    """The usual choice, in the order of the catalogue, so that each keeps its place."""
    fast = [item for item in context.catalog.indicators if item.period_ms <= HOUR]
    chosen = sorted(fast, key=lambda item: -item.weight)[:USUAL]
    return tuple(item.code for item in fast if item in chosen)
