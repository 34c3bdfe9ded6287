"""The command palette (Ctrl K): finds everything of a seat by name, and runs command text.

`/` opens the same for data only. A leading `>` looks among commands, `@` among cameras.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.message import Message
from app.live.commands import Verb
from app.live.map_names import FoundPlace
from widgets.context import Context
from widgets.models.found import FoundModel, FoundRow
from widgets.names import CAMERA, COMMAND, ONLINE, Names
from widgets.overlay import Overlay
from widgets.palette_lines import Lines
from widgets.palette_row import PaletteList
from widgets.theme import Role

MOST = 8
PLACES = 4
"""So many places beyond the lists are shown."""
EXACT = ("at", "stake")
LEAST, LONGEST = 2, 80
"""Characters of what may be asked of a service on the network."""
WIDTH, HEIGHT = 800, 640
ONLY = {">": (COMMAND,), "@": (CAMERA,)}
"""A first character that leaves one kind."""


class Palette(Overlay):
    """`chosen` gives what Enter was pressed on (kind, id); `run` the text of a whole command;
    `asked` words to be asked of a service on the network, only from the row that says so."""

    chosen = Signal(str, str)
    asked = Signal(str)
    run = Signal(str)

    def __init__(
        self,
        context: Context,
        window: QWidget,
        names: Names,
        verbs: list[Verb],
        kinds: Sequence[str] = (),
    ) -> None:
        super().__init__(context, window, WIDTH, HEIGHT)
        self._names = names
        self._kinds = tuple(kinds)
        self._verbs = {} if kinds else {verb.verb: verb for verb in verbs}
        self._lines = Lines(context, self._verbs)
        self._pending = False
        self._quiet: bool | None = None
        self.line = QLineEdit(self)
        hint = context.text("hands.search.hint" if kinds else "hands.palette.hint")
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(hint)
        # The style sheet outranks a font: the line's size stands in one of its own.
        self.line.setStyleSheet(
            "QLineEdit { border: none; background: transparent;"
            f" font-size: {context.theme.size(Role.VALUE)}px; }}"
        )
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.model = FoundModel(self)
        self.list = PaletteList(context, self)
        self.list.setModel(self.model)
        self.list.clicked.connect(self._enter)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.count = QLabel(self)
        self._lay_out()
        self._look("")
        self.line.setFocus()

    def _lay_out(self) -> None:
        layout, foot = QVBoxLayout(self), QHBoxLayout()
        pad = round(self.context.theme.px(16))
        layout.setContentsMargins(pad, pad // 2, pad, pad)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.count)
        layout.addLayout(foot)

    def write(self, text: str) -> None:
        """A text that is still to be completed, with the cursor at its end."""
        self.line.setText(text)
        self.line.setCursorPosition(len(text))

    def say(self, words: Message | None, *, pending: bool = False) -> None:
        """The answer to a command, in words; `pending` while there is none yet."""
        self._pending = pending
        self.line.setReadOnly(pending)
        if words is not None:
            self._write_foot(self.context.translator.render(words), quiet=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Tab, Enter and Esc work while the text line has the focus."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Tab:
            self._complete()
        elif key == Qt.Key.Key_Escape:
            self.close_overlay()
        else:
            return False
        return True

    def _look(self, text: str) -> None:
        only = ONLY.get(text[:1], ()) if self._verbs else ()
        found = self._names.find(text[1:] if only else text, MOST, only or self._kinds)
        if not found.total and self._verb(text):  # its arguments are being written: keep its form
            found = self._names.find(self._verb(text), MOST, (COMMAND,))
        rows = [self._lines.row(entry) for entry in found.names]
        kept = []
        if not self._kinds and only in ((), (COMMAND,)):
            kept = self._lines.layouts(text[1:] if only else text, MOST)
        rows = [*kept, *rows][:MOST]
        places = () if only else self._beyond(text)
        if places:
            rows = self._with_places(rows, places)
        if not only and (online := self._online(text, places)):
            rows = [*rows[: MOST - 1], online]
        self._show(rows)
        say, shown = self.context.text, len(rows)
        if rows:
            self._write_foot(say("hands.search.keys" if self._kinds else "hands.palette.keys"))
        else:
            self._write_foot(say("hands.palette.nothing", text=text), quiet=False)
        total = max(found.total + len(kept) + len(places), shown)
        self.count.setText(say("shell.palette.count", shown=shown, total=total))

    def _beyond(self, text: str) -> Sequence[FoundPlace]:
        """Coordinates, stakes, villages, lamps, open events: what a map knows beyond the lists."""
        search = self.context.spine.seat.maps.names.search
        if search is None or not text.strip():
            return ()
        return search(text, PLACES, self.context.picture.events)

    def _with_places(self, rows: list[FoundRow], places: Sequence[FoundPlace]) -> list[FoundRow]:
        """What says exactly where it is stands first, other places after the names."""
        exact = [self._lines.place(found) for found in places if found.kind in EXACT]
        other = [self._lines.place(found) for found in places if found.kind not in EXACT]
        room = MOST - len(exact)
        kept = rows[: max(room - len(other), room // 2)]
        return exact + kept + other[: room - len(kept)]

    def _show(self, rows: list[FoundRow]) -> None:
        """The first is chosen; a row that asks outside never is before a person goes to it."""
        self.model.show(rows)
        if rows and rows[0].kind != ONLINE:
            self.list.setCurrentIndex(self.model.index(0))

    def _online(self, text: str, places: Sequence[FoundPlace]) -> FoundRow | None:
        """Where a service on the network may know more; coordinates and stakes say it all."""
        service, words = self.context.spine.seat.maps.names.online, text.strip()
        if service is None or not LEAST <= len(words) <= LONGEST or self._verb(text):
            return None
        if any(found.kind in EXACT for found in places):
            return None
        return self._lines.online(words, service)

    def show_place(self, found: FoundPlace) -> None:
        """What the service on the network knows; Enter flies there."""
        self._pending = False
        self.line.setReadOnly(False)
        self._show([self._lines.place(found)])
        self._write_foot(self.context.text("hands.palette.keys"))

    def _verb(self, text: str) -> str:
        """The command that a text begins with; empty where it is none."""
        word = text.strip().split(" ", 1)[0].partition("@")[0]
        return word if word in self._verbs else ""

    def _write_foot(self, text: str, *, quiet: bool = True) -> None:
        """Keys are quiet; an answer is as bright as the rest."""
        if quiet is not self._quiet:  # a style sheet is dear, and most keys change none
            self._quiet = quiet
            theme = self.context.theme
            style = f"color: {theme.text2.name()}; font-size: {theme.size(Role.CAPTION)}px;"
            self.count.setStyleSheet(style)
            self.said.setStyleSheet(style if quiet else "")
        self.said.setText(text)

    def _move(self, step: int) -> None:
        count = len(self.model.rows)
        if count:
            here = self.list.currentIndex().row()  # -1 before anything is chosen
            at = (here + step) % count if here >= 0 else 0 if step > 0 else count - 1
            self.list.setCurrentIndex(self.model.index(at))

    def _at(self) -> int:
        return max(0, self.list.currentIndex().row())

    def _complete(self) -> None:
        if self.model.rows and self.model.rows[self._at()].kind == COMMAND:
            self.line.setText(f"{self.model.rows[self._at()].id} ")

    def _enter(self) -> None:
        """The chosen row; a command that was written out goes before rows that do not finish it."""
        text, row = self.line.text().strip(), self._chosen_row()
        if self._pending:
            return
        if self._verb(text) and (row is None or not row.id.startswith(text)):
            self.run.emit(text)
        elif row is not None and row.kind == COMMAND:
            self._choose_command(row)
        elif row is not None and row.kind == ONLINE:
            self.asked.emit(row.id)
        elif row is not None:
            self.chosen.emit(row.kind, row.id)

    def _chosen_row(self) -> FoundRow | None:
        at = self.list.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    def _choose_command(self, row: FoundRow) -> None:
        """A command that asks for nothing runs; any other is completed, its form is shown."""
        asks = row.detail != row.id and not row.detail.split(" ")[1].startswith("[")
        self._names.remember(COMMAND, row.id)
        if asks:
            self.line.setText(f"{row.id} ")
        else:
            self.run.emit(row.id)
