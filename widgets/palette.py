"""The command palette (Ctrl K): finds commands, scenes and indicators, and runs command text."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.core.message import Message
from app.live.commands import Verb
from widgets.context import Context
from widgets.models.found import FoundModel, FoundRow
from widgets.names import COMMAND, INDICATOR, SCENE, Names, indicator_key
from widgets.overlay import Overlay
from widgets.palette_row import PaletteRows
from widgets.panels._names import bureau_name
from widgets.panels._values import age_text, sentence
from widgets.theme import Role

MOST = 8
WIDTH, HEIGHT = 800, 640


class Palette(Overlay):
    """`chosen` gives what Enter was pressed on (kind, id); `run` the text of a whole command."""

    chosen = Signal(str, str)
    run = Signal(str)

    def __init__(self, context: Context, window: QWidget, names: Names, verbs: list[Verb]) -> None:
        super().__init__(context, window, WIDTH, HEIGHT)
        self._names = names
        self._verbs = {verb.verb: verb for verb in verbs}
        self._pending = False
        self.line = QLineEdit(self)
        self.line.setPlaceholderText(context.text("shell.palette.placeholder"))
        self.line.setAccessibleName(context.text("shell.palette.placeholder"))
        # The style sheet outranks a font: the line's size stands in one of its own.
        self.line.setStyleSheet(
            "QLineEdit { border: none; background: transparent;"
            f" font-size: {context.theme.size(Role.VALUE)}px; }}"
        )
        self.line.textChanged.connect(self._look)
        self.line.installEventFilter(self)
        self.model = FoundModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(PaletteRows(context, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("background: transparent;")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        word = text.strip().split(" ", 1)
        verb = self._verbs.get(word[0].partition("@")[0])
        found = self._names.find(word[0] if verb is not None else text, MOST)
        rows = [self._row(item.kind, item.id, item.name_zh, item.name_en) for item in found.names]
        self.model.show(rows)
        if rows:
            self.list.setCurrentIndex(self.model.index(0))
        say, shown = self.context.text, len(rows)
        if rows:
            self._write_foot(say("shell.palette.keys"), quiet=True)
        else:
            self._write_foot(say("shell.palette.nothing", text=text), quiet=False)
        self.count.setText(say("shell.palette.count", shown=shown, total=found.total))

    def _row(self, kind: str, id_: str, name_zh: str, name_en: str) -> FoundRow:
        context, verb = self.context, self._verbs.get(id_)
        sort = context.text(f"shell.palette.{kind}")
        title = context.translator.pick(name_zh, name_en)
        if kind == COMMAND and verb is not None:
            note = "" if verb.allowed else self._refusal()
            return FoundRow(kind, id_, sort, title, verb.usage, note, verb.allowed)
        if kind == INDICATOR:
            quantity = context.catalog.quantities[id_]
            detail = context.text("panels.comma").join((bureau_name(context, quantity.bureau), id_))
            return FoundRow(kind, id_, sort, title, detail, self._value(id_))
        return FoundRow(kind, id_, sort, title, f"switch-scene {id_}" if kind == SCENE else id_)

    def _write_foot(self, text: str, *, quiet: bool) -> None:
        """Keys are quiet; an answer is as bright as the rest."""
        theme = self.context.theme
        style = f"color: {theme.text2.name()}; font-size: {theme.size(Role.CAPTION)}px;"
        self.count.setStyleSheet(style)
        self.said.setStyleSheet(style if quiet else "")
        self.said.setText(text)

    def _refusal(self) -> str:
        nobody = self.context.spine.seat.person is None
        return self.context.text(f"shell.palette.{'sign_on_first' if nobody else 'not_allowed'}")

    def _value(self, code: str) -> str:
        """What an indicator says now, with its age."""
        key = indicator_key(self.context.spine, code)
        if not key:
            return self.context.text("state.missing")
        view = self.context.view(key)
        return f"{sentence(self.context, view)}  {age_text(self.context, view, self.context.now())}"

    def _move(self, step: int) -> None:
        count = len(self.model.rows)
        if count:
            self.list.setCurrentIndex(self.model.index((self._at() + step) % count))

    def _at(self) -> int:
        return max(0, self.list.currentIndex().row())

    def _complete(self) -> None:
        if self.model.rows and self.model.rows[self._at()].kind == COMMAND:
            self.line.setText(f"{self.model.rows[self._at()].id} ")

    def _enter(self) -> None:
        text = self.line.text().strip()
        if self._pending:
            return
        if text.split(" ", 1)[0].partition("@")[0] in self._verbs:
            self.run.emit(text)
        elif self.model.rows:
            row = self.model.rows[self._at()]
            if row.kind == COMMAND:
                self._choose_command(row)
            else:
                self.chosen.emit(row.kind, row.id)

    def _choose_command(self, row: FoundRow) -> None:
        """A command that asks for nothing runs; any other is completed, its form is shown."""
        if row.detail == row.id or row.detail.split(" ")[1].startswith("["):
            self.run.emit(row.id)
        else:
            self.line.setText(f"{row.id} ")
