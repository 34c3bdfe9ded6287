"""The hall's wall from the desk: what stands there, what could, and one key to send it.

The list of the hall's scenes at the left; beside it the chosen window as it really looks, and the
chosen scene at that window's size. Every act is a command.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.live.hub import Kind
from widgets.context import Context
from widgets.miniature import Miniature
from widgets.names import panel_name
from widgets.paint import text as lettering
from widgets.paint.base import selection_edge
from widgets.paint.button import KeyHint, button_width, paint_button
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.panels._wall_picture import inside, paint_picture, paint_sketch
from widgets.panels._wall_state import (
    Act,
    Entry,
    acts,
    button_of,
    entries_of,
    key_word,
    row_name,
    row_note,
    scene_name,
    size_words,
    state_of,
)
from widgets.refused import refusal_of
from widgets.screen_item import ScreenItem, record_item
from widgets.sketch import Sketch, sketch
from widgets.theme import Role

LIST = 400.0
THUMB = (104.0, 46.0)
TAB, CAPTION, FOOT, GAP = 56.0, 52.0, 56.0, 16.0


class Walls(Rows, kind="walls"):
    """J K choose a scene, Enter sends it, ← → choose the window, U L R E act on it."""

    needs = frozenset({Kind.SEAT, Kind.WARNING})
    repaints = False

    def __init__(
        self, context: Context, options: PanelOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.stage = context.spine.seat.stage
        self.entries: list[Entry] = []
        self.wall = next(iter(self.stage.walls), "")  # the chosen window
        self.said = ""  # why the last command was refused
        self._pictures: dict[str, Miniature] = {}
        self._sketches: dict[tuple[object, ...], Sketch] = {}
        self._now = context.now()

    def title(self) -> str:
        """大屏."""
        return self.context.text("walls.title")

    # ---- what there is

    @property
    def windows(self) -> Mapping[str, Any]:
        """The windows that stand on a monitor, by their name on the stage."""
        walls = self.context.walls
        return {window.group: window for window in walls.windows()} if walls is not None else {}

    @property
    def window_size(self) -> tuple[int, int]:
        """Of the chosen window in pixels; the reference wall while it is on no monitor."""
        window = self.windows.get(self.wall)
        return (window.width(), window.height()) if window is not None else (7680, 2160)

    @property
    def chosen_entry(self) -> Entry | None:
        """The row that Enter sends."""
        return self.entries[self.current] if 0 <= self.current < len(self.entries) else None

    def refresh(self, changes: Changes) -> None:
        """Scenes when their files changed, the pictures one panel a frame."""
        self._now = self.context.now()
        self._read_scenes()
        window = self.windows.get(self.wall)
        busy = False
        if window is not None and self.live_rect.width() > 1:
            size = self.live_rect.size() * self.devicePixelRatioF()
            picture = self._pictures.setdefault(self.wall, Miniature())
            busy = picture.look(window, QSize(round(size.width()), round(size.height())), self._now)
            self.update(self.live_rect.toAlignedRect())
        if busy:
            self.go_on()
        if changes or not busy:
            self.update()

    def _read_scenes(self) -> None:
        entries = entries_of(self.context, self.wall)
        if entries == self.entries:
            return
        before = self.chosen_entry
        self.entries = entries
        self._sketches.clear()
        names = [entry.name for entry in entries]
        standing = scene_name(self.stage.shown.get(self.wall, ""))
        wanted = before.name if before is not None else standing
        self.current = names.index(wanted) if wanted in names else 0
        self.lay_out()

    def sketch_of(self, entry: Entry) -> Sketch | None:
        """How a row's scene would stand on the chosen window."""
        walls, size, theme = self.context.walls, self.window_size, self._wall_theme
        if walls is None or entry.scene is None:
            return None
        key = (entry.name, size)
        if key not in self._sketches:
            seams = walls.seams(theme)
            self._sketches[key] = sketch(entry.scene, *size, walls.unit(*size), seams)
        return self._sketches[key]

    @property
    def _wall_theme(self) -> Any:
        window = self.windows.get(self.wall)
        return window.theme if window is not None and window.theme is not None else self.theme

    # ---- places

    @property
    def list_rect(self) -> QRectF:
        """The scenes, at the left."""
        body = self.body_rect
        foot = min(body.height(), self.foot_height())
        width = min(self.px(LIST), body.width() / 3)
        return QRectF(body.x(), body.y(), width, body.height() - foot)

    @property
    def work_rect(self) -> QRectF:
        """Beside the list, under the windows' names."""
        body, pad = self.body_rect, self.px(GAP)
        left = self.list_rect.right() + pad
        top = body.y() + self.px(TAB)
        bottom = body.bottom() - self.foot_height() - pad
        return QRectF(left, top, max(0.0, body.right() - pad - left), max(0.0, bottom - top))

    @property
    def is_wide(self) -> bool:
        """Whether two pictures are larger one above the other than side by side."""
        width, height = self.window_size
        work, gap, head = self.work_rect, self.px(GAP), self.px(CAPTION)
        above = min(work.width() / width, ((work.height() - gap) / 2 - head) / height)
        beside = min((work.width() - gap) / 2 / width, (work.height() - head) / height)
        return above >= beside

    @property
    def live_part(self) -> QRectF:
        """What stands on the wall: its words and its picture."""
        work, gap = self.work_rect, self.px(GAP)
        if self.is_wide:
            return work.adjusted(0, 0, 0, -(work.height() + gap) / 2)
        return work.adjusted(0, 0, -(work.width() + gap) / 2, 0)

    @property
    def preview_part(self) -> QRectF:
        """What would stand there."""
        work, live, gap = self.work_rect, self.live_part, self.px(GAP)
        if self.is_wide:
            used = self.px(CAPTION) + self.live_rect.height() + gap
            return QRectF(work.x(), work.y() + used, work.width(), live.height())
        return QRectF(live.right() + gap, work.y(), live.width(), work.height())

    @property
    def live_rect(self) -> QRectF:
        """The picture of the chosen window."""
        return inside(self._under_caption(self.live_part), *self.window_size)

    @property
    def preview_rect(self) -> QRectF:
        """The picture of the chosen scene."""
        return inside(self._under_caption(self.preview_part), *self.window_size)

    def _under_caption(self, part: QRectF) -> QRectF:
        return part.adjusted(0, min(part.height(), self.px(CAPTION)), 0, 0)

    def tab_rects(self) -> dict[str, QRectF]:
        """The windows' names above the pictures."""
        names = self.stage.walls
        left, gap = self.work_rect.x(), self.px(8)
        room = self.work_rect.width() + gap
        wide = min(self.px(300), room / max(1, len(names)) - gap)
        top, high = self.body_rect.y() + self.px(8), self.px(TAB - 14)
        return {
            name: QRectF(left + number * (wide + gap), top, wide, high)
            for number, name in enumerate(names)
        }

    def arrange(self, width: float) -> list[QRectF]:
        """One row a scene."""
        high = self.px(self.measures.card)
        return [QRectF(0, number * high, width, high) for number in range(len(self.entries))]

    def foot_height(self) -> float:
        """The buttons."""
        return self.px(FOOT) if self.stage.walls else 0.0

    # ---- acts

    def acts(self) -> list[Act]:
        """What can be done to the chosen window now."""
        return acts(self.context, self.wall, self.chosen_entry)

    def do(self, act: Act) -> None:
        """Its command, or why there is none."""
        self.said = "" if act.command else act.why
        if act.command:
            self.ask(self._run(act.command))
        self.update()

    async def _run(self, text: str) -> None:
        """The answer is written at the foot where it is no."""
        reason = await refusal_of(self.context.commands, text)
        self.said = "" if reason is None else self.context.translator.render(reason)
        self.update()

    def open(self, index: int) -> None:
        """Enter or a double click: the scene goes to the wall."""
        self.do(self.acts()[0])

    def choose_wall(self, step: int) -> None:
        """The next window, round and round."""
        names = self.stage.walls
        if names:
            at = names.index(self.wall) if self.wall in names else 0
            self.wall = names[(at + step) % len(names)]
            self._sketches.clear()
            self.said = ""
            self.refresh({})
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The buttons' keys; ← → choose the window; all others are the list's."""
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        found = next((act for act in self.acts() if act.key == key), None)
        if not self.stage.walls or not plain:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.choose_wall(1 if key == Qt.Key.Key_Right else -1)
        elif found is not None or key == Qt.Key.Key_Enter:
            self.do(found or self.acts()[0])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A button, a window's name, else a scene."""
        point = event.position()
        act = next((act for act, rect in self.buttons() if rect.contains(point)), None)
        tab = next((name for name, rect in self.tab_rects().items() if rect.contains(point)), "")
        if act is not None:
            self.do(act)
        elif tab:
            self.choose_wall(self.stage.walls.index(tab) - self.stage.walls.index(self.wall))
        elif self._at_picture(point):
            return
        else:
            super().mousePressEvent(event)

    def _at_picture(self, point: QPointF) -> bool:
        return self.work_rect.contains(point)

    def chosen(self, index: int) -> None:
        """Another scene is previewed."""
        self.said = ""

    def hints(self) -> list[KeyHint]:
        """The keys of the foot and of the windows."""
        keys = [KeyHint(key_word(self.context, act), act.word) for act in self.acts()]
        return [KeyHint("← →", self.context.text("walls.key.window")), *keys, *super().hints()[:2]]

    # ---- painting

    def notes_right(self) -> list[Note]:
        """Whether panels can be moved."""
        if not self.stage.walls:
            return []
        word = "walls.locked" if self.stage.locked else "walls.unlocked"
        return [Note(self.context.text(word), self.theme.text2)]

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """List, windows, pictures, buttons; or how a window is opened."""
        say = self.context.text
        if not self.stage.walls:
            known = say("panels.pause").join(self.stage.monitors)
            why = say("walls.none.why", known=known)
            self.paint_empty(painter, rect, say("walls.none"), why)
            return
        super().paint_body(painter, rect, dirty)
        line = self.list_rect
        width = max(1.0, self.theme.stroke / 2)
        painter.fillRect(QRectF(line.right(), line.y(), width, line.height()), self.theme.line1)
        self._paint_tabs(painter)
        self._paint_live(painter)
        self._paint_preview(painter)

    def _paint_tabs(self, painter: QPainter) -> None:
        theme, windows = self.theme, self.windows
        for name, rect in self.tab_rects().items():
            if name == self.wall:
                selection_edge(painter, rect, theme)
            else:
                painter.fillRect(rect, theme.raised)
            window = windows.get(name)
            where = " ".join(window.monitors) if window is not None else ""
            text = where or self.context.text("walls.unplugged")
            box = rect.adjusted(self.px(12), 0, -self.px(8), 0)
            used = lettering.draw_in(painter, theme, box, name, Role.BODY, theme.text1, True)
            box.setLeft(box.left() + used + self.px(10))
            lettering.draw_in(painter, theme, box, text, Role.CAPTION, theme.text2)

    def _paint_live(self, painter: QPainter) -> None:
        say = self.context.text
        state = state_of(self.context, self.wall, self._now)
        self._paint_caption(painter, self.live_part, say("walls.live"), state)
        picture = self._pictures.get(self.wall)
        there = self.windows.get(self.wall) is not None
        image = picture.image if picture is not None and there else None
        paint_picture(painter, self.live_rect, image, self.theme)
        if not there:
            box = self.live_rect.adjusted(self.pad, 0, -self.pad, 0)
            why = say("walls.unplugged.why")
            lettering.draw_in(painter, self.theme, box, why, Role.BODY, self.theme.text2)

    def _paint_preview(self, painter: QPainter) -> None:
        entry, say = self.chosen_entry, self.context.text
        shown = self.sketch_of(entry) if entry is not None else None
        if entry is None or entry.scene is None or shown is None:
            return
        name = say("panels.comma").join(
            [row_name(self.context, entry), size_words(self.context, shown)]
        )
        self._paint_caption(painter, self.preview_part, say("walls.preview"), name)
        words = self.context.translator
        paint_sketch(painter, self.preview_rect, shown, self.theme, words)

    def _paint_caption(self, painter: QPainter, part: QRectF, head: str, text: str) -> None:
        theme, high = self.theme, self.px(CAPTION) / 2
        line = QRectF(part.x(), part.y(), part.width(), high)
        lettering.draw_in(painter, theme, line, head, Role.CAPTION, theme.text3)
        line.translate(0, high * 0.8)
        lettering.draw_in(painter, theme, line, text, Role.BODY, theme.text1)

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """Its outline, name and address."""
        entry, theme = self.entries[index], self.theme
        if index == self.current:
            selection_edge(painter, rect, theme)
        thumb = QRectF(0, 0, self.px(THUMB[0]), self.px(THUMB[1]))
        thumb.moveTopLeft(QPointF(rect.x() + self.pad, rect.center().y() - thumb.height() / 2))
        shown = self.sketch_of(entry)
        if shown is not None:
            box = inside(thumb, shown.width, shown.height)
            box.moveCenter(thumb.center())
            paint_sketch(painter, box, shown, theme, None)
        left = thumb.right() + self.px(12)
        line = QRectF(left, rect.y() + self.px(8), rect.right() - left - self.px(8), self.px(26))
        name = row_name(self.context, entry)
        lettering.draw_in(painter, theme, line, name, Role.BODY, theme.text1, True)
        line.translate(0, self.px(24))
        lettering.draw_in(
            painter, theme, line, row_note(self.context, entry), Role.CAPTION, theme.text3
        )
        self.rule(painter, rect.bottom(), rect.x())

    def rule(self, painter: QPainter, y: float, left: float = 0.0) -> None:
        """Lines of the list end with it."""
        width = max(1.0, self.theme.stroke / 2)
        end = self.list_rect.right() if left or y < self.list_rect.bottom() else self.width()
        right = self.width() if y <= self.head_rect.bottom() else end
        painter.fillRect(QRectF(left, y - width, right - left, width), self.theme.line1)

    def buttons(self) -> list[tuple[Act, QRectF]]:
        """The acts at the foot, from the left."""
        if not self.stage.walls:
            return []
        x, high = self.pad, self.px(40)
        top = self.height() - (self.foot_height() + high) / 2
        found = []
        for act in self.acts():
            wide = button_width(button_of(self.context, act), self.theme)
            found.append((act, QRectF(x, top, wide, high)))
            x += wide + self.px(12)
        return found

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Buttons, and what was refused or which rows are not shown."""
        theme, end = self.theme, self.pad
        painter.fillRect(QRectF(0, rect.y(), self.width(), max(1.0, theme.stroke / 2)), theme.line1)
        for act, box in self.buttons():
            if box.right() <= self.width() - self.pad:
                paint_button(painter, box, button_of(self.context, act), theme)
                end = box.right()
        text = self.said or (self.say("more", n=self.hidden) if self.hidden else "")
        room = QRectF(end, rect.y(), self.width() - self.pad - end, rect.height())
        room.setLeft(end + self.px(16))
        colour = theme.text1 if self.said else theme.text3
        lettering.draw_in(painter, theme, room, text, Role.CAPTION, colour, right=True)

    def items(self) -> list[ScreenItem]:
        """Each window with its address, size and state; then what is previewed."""
        say, found = self.context.text, []
        for name in self.stage.walls:
            window = self.windows.get(name)
            size = f"{window.width()}×{window.height()}" if window is not None else ""
            found.append(
                record_item(
                    f"wall/{name}",
                    state_of(self.context, name, self._now),
                    self.stage.shown.get(name, ""),
                    observed=self.stage.since.get(name, 0),
                    now=self._now,
                    source=" ".join(window.monitors) if window is not None else "",
                    mode=size or say("walls.unplugged"),
                )
            )
        entry = self.chosen_entry
        shown = self.sketch_of(entry) if entry is not None else None
        if entry is not None and shown is not None:
            names = [panel_name(self.context.translator, block.kind) for block in shown.blocks]
            text = say("panels.pause").join(names)
            found.append(record_item(f"preview/{entry.name}", text, entry.name, observed=0, now=0))
        return found
