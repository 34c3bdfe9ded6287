"""What a map can show: layers by group, plates, bases; each with what it owes to who reads it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.gis.content import Content
from app.live.hub import Kind
from app.live.map_names import may_see
from app.live.map_state import LayerChoice
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.paint.base import selection_edge
from widgets.paint.button import KeyHint
from widgets.paint.map_mark import paint_eye
from widgets.panels._base import Changes
from widgets.panels._headed_rows import HeadedRows
from widgets.panels._layer_owes import owes_of
from widgets.panels._layer_rows import Row, Tab, base_rows, layer_rows, paint_symbol, plate_rows
from widgets.panels._layer_verdicts import LINES, LayerVerdicts
from widgets.panels._map import AboutMap, MapOptions, quoted
from widgets.panels._map_find import Entry, NameFinder
from widgets.panels._painted import Note
from widgets.panels._tabs import paint_tabs
from widgets.panels._typing import typed
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

OPACITY_STEP = 10
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class Layers(AboutMap, HeadedRows, kind="layers"):
    """Space puts a layer on and off, ← → its opacity, [ ] its height among its equals, =
    narrows it, C compares its coordinates with the known boundaries; T goes from layers to plates
    and bases, F finds by pinyin, Enter opens. The chosen layer tells all that it owes, the others
    as much of it as has room."""

    class Options(MapOptions, frozen=True, forbid_unknown_fields=True):
        """`tab`: what it begins with (layers, plates, bases)."""

        tab: Tab = Tab.LAYERS

    row_high, heading_high = 50, 34
    needs = frozenset({Kind.SEAT, Kind.MODE})
    repaints = False

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.options: Layers.Options = options
        self.said = ""
        self.tab = options.tab
        self.rows: list[Row] = []
        self.finder = NameFinder()
        self.verdicts = LayerVerdicts(context, self._told)
        self._owed: tuple[str, ...] = ()  # the lines of what the chosen layer owes
        self.narrowing = ""  # the layer whose filter is being written
        self._text = ""
        self._around: list[str] = []  # what was said in the head
        self._tabs: list[tuple[QRectF, Tab]] = []
        if self.house is not None:
            self.house.ready.connect(self._renew)
            self.house.renewed.connect(self._on_renewed)
        if self.interactive:
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def stop(self) -> None:
        """Let go of the house."""
        if self.house is not None:
            self.house.ready.disconnect(self._renew)
            self.house.renewed.disconnect(self._on_renewed)
        super().stop()

    def title(self) -> str:
        """图层."""
        return self.context.text(f"mapwords.tab.{self.tab.value}")

    # ---- what stands in it

    def refresh(self, changes: Changes) -> None:
        """Which are on, counts, ages; only what looks otherwise is painted again."""
        before, around, owed = self.rows, self._around, self._owed
        self._read()
        self._owe()
        self._around = [note.text for note in self.notes_left()]
        if len(before) != len(self.rows) or not before or around != self._around:
            self.update()
            return
        both = enumerate(zip(self.rows, before, strict=True))
        self.touch([n for n, (new, old) in both if new.looks != old.looks])
        if len(owed) != len(self._owed):
            self._told()
        elif owed != self._owed:
            self.touch([self.current])

    def _renew(self) -> None:
        if self.seen:
            self._read()
            self.update()

    async def _know(self, entries: list[Entry]) -> None:
        """What the list is searched by: pinyin is dear, and a first map goes before it."""
        assert self.house is not None
        await self.house.opened()
        await self.finder.prepare(entries, self._renew)

    def _on_renewed(self, _: str) -> None:
        if self.tab is Tab.LAYERS:
            self._dirty = True

    def _read(self) -> None:
        names, seat = self.context.spine.seat.maps.names, self.context.seat
        plates = [plate for plate in names.plates.values() if may_see(plate, seat)]
        configs, sort = list(self.configs.values()), self.tab.value
        if self.house is not None and self.house.atlas is not None:
            entries: list[Entry] = [
                (Tab.LAYERS.value, c.id, c.name_zh, c.name_en, (c.group,)) for c in configs
            ]
            entries += [(Tab.PLATES.value, p.id, p.name_zh, p.name_en, (p.group,)) for p in plates]
            entries += [
                (Tab.BASES.value, b.id, b.name_zh, b.name_en, ()) for b in names.bases.values()
            ]
            self.ask(self._know(entries))
        kept = self.finder.found(sort)
        if self.tab is Tab.LAYERS:
            choices = {choice.id: choice for choice in self.state.layers}
            wanted = [config for config in configs if kept is None or config.id in kept]
            atlas = self.house.atlas if self.house is not None else None
            unconnected = atlas.unconnected if atlas is not None else ()
            rows = layer_rows(self.context, wanted, choices, self._contents(choices), unconnected)
        elif self.tab is Tab.PLATES:
            opened = [plate for plate in plates if kept is None or plate.id in kept]
            rows = plate_rows(self.context, opened, self.state.plate)
        else:
            rows = base_rows(self.context, names.bases.values(), *self._bases())
        before, self.rows = [row.id for row in self.rows], rows
        if [row.id for row in rows] != before:
            self.lay_out()

    def _contents(self, choices: dict[str, LayerChoice]) -> dict[str, Content]:
        found = ((id_, self.content(choice)) for id_, choice in choices.items())
        return {id_: content for id_, content in found if content is not None}

    def _bases(self) -> tuple[str, dict[str, str]]:
        """The one that is shown, and how each is."""
        house, words = self.house, self.context.translator
        if house is None or house.bases is None:
            return self.state.base, {}
        told = {}
        for id_ in self.context.spine.seat.maps.names.bases:
            review = house.bases.review(id_)
            if review is not None:
                parts = (review.condition, review.review)
                told[id_] = self.say("comma").join(words.render(part) for part in parts)
        return str(house.bases.shown(self.state.base, webgl=True)[0]), told

    # ---- rows

    def choose(self, index: int) -> None:
        """Another layer tells what it owes."""
        if 0 <= index < len(self.rows) and self.is_row(index):
            self.current = index
            self._owe()
            self.lay_out()
        super().choose(index)

    def _owe(self) -> None:
        """The lines of the chosen layer."""
        row = self.rows[self.current] if 0 <= self.current < len(self.rows) else None
        config = self.configs.get(row.id) if row is not None and self.tab is Tab.LAYERS else None
        self._owed = ()
        if row is None or config is None or not self.interactive:
            return
        text = owes_of(self.context, config, row.content, absent=row.quiet)
        room = self.list_rect.width() - 2 * self.pad - 2 * self.px(26)
        self._owed = lettering.wrap(self.theme, text, Role.CAPTION, room, LINES)

    def _more(self, number: int) -> tuple[str, ...]:
        """What stands below the first line of the chosen layer."""
        return self._owed[1:] if number == self.current else ()

    def arrange(self, width: float) -> list[QRectF]:
        """A layer of which more is told is higher by that."""
        places, down = super().arrange(width), 0.0
        for number, place in enumerate(places):
            places[number] = place.translated(0, down)
            lines = len(self._verdict(number, width)) + len(self._more(number))
            high = lines * self.theme.line(Role.CAPTION)
            places[number].setHeight(place.height() + high)
            down += high
        return places

    def _verdict(self, index: int, width: float) -> tuple[str, ...]:
        row = self.rows[index]
        text = self.verdicts.texts.get(row.id, "") if self.tab is Tab.LAYERS else ""
        if not text:
            return ()
        room = width - 2 * self.pad - 2 * self.px(26)
        return lettering.wrap(self.theme, text, Role.CAPTION, room, LINES)

    def _told(self) -> None:
        self.lay_out()
        self.update()

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Eye, symbol, name with count; source, datum and licence below."""
        theme, row = self.theme, self.rows[index]
        if not row.id:
            box = rect.adjusted(self.pad, self.px(6), -self.pad, 0)
            lettering.draw_in(painter, theme, box, row.title, Role.CAPTION, theme.text3, True)
            lettering.draw_in(painter, theme, box, row.note, Role.CAPTION, theme.text3, right=True)
            return
        if index == self.current and self.interactive:
            selection_edge(painter, rect, theme)
        more, told, rect = self._more(index), self._verdict(index, rect.width()), QRectF(rect)
        rect.setHeight(self.px(self.row_high))
        x, middle = self.pad, rect.center().y()
        side = self.px(16)
        if self.tab is Tab.LAYERS:
            eye = QRectF(x, middle - side / 2, side, side)
            paint_eye(painter, eye, theme, on=row.on)
            x += side + self.px(10)
            paint_symbol(painter, QRectF(x, middle - side / 2, side, side), row.content, theme)
            x += side + self.px(10)
        ink = theme.text3 if row.quiet else theme.text1 if row.on else theme.text2
        upper, lower = theme.line(Role.BODY), theme.line(Role.CAPTION)
        top = middle - (upper + lower) / 2
        wide = theme.width(row.note, Role.CAPTION)
        right = rect.right() - self.pad
        note = QRectF(right - wide, top, wide, upper)
        lettering.draw_in(painter, theme, note, row.note, Role.CAPTION, theme.text2, right=True)
        name = QRectF(x, top, right - wide - self.px(8) - x, upper)
        lettering.draw_in(painter, theme, name, row.title, Role.BODY, ink, row.on)
        detail = QRectF(x, top + upper, right - x, lower)
        first = self._owed[0] if index == self.current and self._owed else row.detail
        lettering.draw_in(painter, theme, detail, first, Role.CAPTION, theme.text3)
        inks = [*[(line, theme.text3) for line in more], *[(line, theme.text1) for line in told]]
        for number, (line, colour) in enumerate(inks):
            below = detail.translated(0, (number + 1) * lower)
            lettering.draw_in(painter, theme, below, line, Role.CAPTION, colour)

    def items(self) -> list[ScreenItem]:
        """Each row that is painted: on or off, count, age, source."""
        now, world, found = self.context.now(), self.context.picture.world, []
        for index in self.painted():
            row = self.rows[index]
            if not row.id:
                continue
            content = row.content
            found.append(
                record_item(
                    f"{self.tab.value}/{row.id}",
                    row.title,
                    content.count if content is not None else "on" if row.on else "off",
                    observed=content.newest if content is not None else 0,
                    now=now,
                    source=row.detail,
                    world=world,
                    mode="on" if row.on else "off",
                )
            )
        return found

    # ---- head and foot

    def paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """The title, or what is being written, and the three tabs."""
        super().paint_head(painter, rect)
        words = {tab: self.context.text(f"mapwords.tab.{tab.value}") for tab in Tab}
        self._tabs = paint_tabs(painter, rect, words, self.tab, self.theme)

    def notes_left(self) -> list[Note]:
        """What is typed, or what was refused."""
        say = self.context.text
        if self.narrowing:
            return [Note(say("mapwords.narrowing", text=self._text), self.theme.text1)]
        if self.finder.active:
            return [Note(say("mapwords.finding", text=self.finder.text), self.theme.text1)]
        return [Note(self.said, self.theme.text1)] if self.said else []

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or that there are none."""
        if self.rows:
            super().paint_body(painter, rect, dirty)
            return
        if self.finder.text:
            self.paint_said(painter, rect, "not_found")
        elif self.house is not None and self.house.atlas is not None:
            empty = self.context.text(f"mapwords.empty.{self.tab.value}")
            self.paint_empty(painter, rect, empty, self.context.text("mapwords.empty.why"))
        else:
            broken = self.house is not None and self.house.broken
            self.paint_said(painter, rect, "broken" if broken else "reading")

    def foot_height(self) -> float:
        """Keys at a desk, what is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.rows else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """The keys."""
        self.paint_rest(painter, rect, self._keys()[:4])

    def _keys(self) -> Sequence[KeyHint]:
        say = self.context.text
        enter = KeyHint(self.say("key.enter"), say("hands.keys.open"))
        found = [KeyHint("F", say("mapwords.key.find")), KeyHint("T", say("mapwords.key.tab"))]
        if self.tab is not Tab.LAYERS:
            return [enter, *found]
        own = [
            KeyHint(say("mapwords.key.space"), say("mapwords.key.toggle")),
            KeyHint("← →", say("mapwords.key.opacity")),
        ]
        more = [
            KeyHint("[ ]", say("mapwords.key.order")),
            KeyHint("=", say("mapwords.key.filter")),
            KeyHint("C", say("mapwords.key.compare")),
        ]
        return [*own, *found, *more]

    def hints(self) -> list[KeyHint]:
        """Beside those of every list."""
        return [*super().hints(), *self._keys()]

    # ---- keys and pointer

    def open(self, index: int) -> None:
        """A layer goes on or off; a plate or a base is opened."""
        row = self.rows[index]
        if self.tab is Tab.LAYERS:
            self.do(f"{'hide' if row.on else 'show'}-layer {row.id}")
        elif self.tab is Tab.PLATES:
            self.do(f"open-plate {row.id}")
        else:
            self.do(f"set-base {row.id}")

    def show_tab(self, tab: Tab) -> None:
        """Another of the three."""
        self.tab, self.offset, self.current = tab, 0.0, -1
        self._owed = ()
        self._read()
        self.lay_out()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tab, an eye, or a row."""
        at = event.position()
        for box, tab in self._tabs:
            if box.contains(at):
                self.show_tab(tab)
                return
        super().mousePressEvent(event)
        index = self.at(at)
        eye = self.pad + self.px(22)
        if self.interactive and index >= 0 and self.tab is Tab.LAYERS and at.x() <= eye:
            self.open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Words while something is written, else the keys."""
        plain = event.modifiers() in _PLAIN
        if plain and self.narrowing and self._narrow(event):
            self.update()
        elif plain and self.finder.active and self.finder.typed(event):
            self._found()
        elif not plain or not self._on_key(event):
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, tabs = event.key(), list(Tab)
        row = self.rows[self.current] if 0 <= self.current < len(self.rows) else None
        if key == Qt.Key.Key_F:
            self.finder.active = True
            self.update()
        elif key == Qt.Key.Key_T:
            self.show_tab(tabs[(tabs.index(self.tab) + 1) % len(tabs)])
        elif row is None or not row.id:
            return False
        elif key == Qt.Key.Key_Space:
            self.open(self.current)
        elif self.tab is not Tab.LAYERS or not row.on:
            return False
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._fade(row.id, OPACITY_STEP if key == Qt.Key.Key_Right else -OPACITY_STEP)
        elif event.text() in ("[", "]"):
            self.do(f"set-layer {row.id} move={'up' if event.text() == ']' else 'down'}")
        elif key == Qt.Key.Key_C:
            self._compare(row)
        elif event.text() == "=":
            self.narrowing, self._text = row.id, ""
            self.update()
        else:
            return False
        return True

    def _compare(self, row: Row) -> None:
        """Say what its coordinates look like; once more, and it goes."""
        if self.verdicts.drop(row.id):
            self._told()
        elif row.content is not None and self.house is not None:
            self.ask(self.verdicts.ask(self.house, row.id, row.content))

    def _fade(self, layer: str, step: int) -> None:
        choice = self.state.choice(layer)
        if choice is not None:
            wanted = min(100, max(0, round(choice.opacity * 100) + step))
            self.do(f"set-layer {layer} opacity={wanted}")

    def _narrow(self, event: QKeyEvent) -> bool:
        """Letters go into the filter; Enter sets it, an empty one shows all again."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.do(f"set-layer {self.narrowing} filter={quoted(self._text.strip() or '*')}")
            self.narrowing = ""
        elif event.key() == Qt.Key.Key_Escape:
            self.narrowing = ""
        elif (text := typed(self._text, event)) is not None:
            self._text = text
        else:
            return False
        return True

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Chinese characters, while something is written."""
        if event.commitString() and self.narrowing:
            self._text += event.commitString()
            self.update()
        elif event.commitString() and self.finder.active:
            self.finder.text += event.commitString()
            self._found()
        event.accept()

    def _found(self) -> None:
        self.offset = 0.0
        self._read()
        self.update()
