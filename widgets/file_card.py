"""The card that asks what a file for the map is: it is read, compared with the known boundaries,
and a person declares its coordinate system. Nothing is declared for the person."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core import wording
from app.core.message import Message
from app.live.map_import import FORMATS, READ_WITHIN_S
from app.registry import deferred
from widgets.context import Context
from widgets.overlay import Overlay
from widgets.theme import Role

WIDTH, HEIGHT = 760, 700
TELLING, SYSTEMS = "app.gis.telling", "app.gis.crs"
OWN, EPSG = "file", "epsg"
CHOICES = ("cgcs2000", "gcj02", "bd09", EPSG)
TOLD_FAULTS = 3
TICK_MS = 1000
LONGEST = {"name": 80, "file": 200}


@dataclass(frozen=True)
class Declared:
    """What the person said of the file."""

    name: str
    crs: str
    source: str = ""
    licence: str = ""
    label: str = ""
    by: str = ""
    swap: bool = False
    anyway: bool = False
    wall: bool = False

    def command(self, file: str, digest: str, map_name: str) -> str:
        """The text of the command that takes it."""
        given: dict[str, str | bool] = {
            "file": file[: LONGEST["file"]], "digest": digest, "crs": self.crs,
            "source": self.source, "licence": self.licence, "label": self.label, "by": self.by,
            "swap": self.swap, "anyway": self.anyway, "wall": self.wall, "map": map_name,
        }  # fmt: skip
        words = ["take-layer", shlex.quote(self.name)]
        for name, value in given.items():
            if value:
                words.append(f"{name}={shlex.quote(value if isinstance(value, str) else 'true')}")
        return " ".join(words)


class FileCard(Overlay):
    """`file_chosen` (Path) when there is one to be read, `declared` when it is to be taken. Whoever
    reads answers with `ask`, `refuse` or `object_to`."""

    file_chosen = Signal(object)
    declared = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(context, window, WIDTH, HEIGHT)
        self.plan: Any = None
        self.path = QLineEdit(self)
        self.path.setPlaceholderText(context.text("mapintake.path"))
        self.path.setAccessibleName(context.text("mapintake.path"))
        self.browse = QPushButton(context.text("mapintake.browse"), self)
        self.browse.clicked.connect(self._browse)
        self.said = self._label(Role.BODY)
        self.detail = self._label(Role.CAPTION)
        self.form = QWidget(self)
        self.take = QPushButton(context.text("mapintake.take"), self)
        self.take.setDefault(True)
        self.take.clicked.connect(self._take)
        self.back = QPushButton(context.text("mapintake.cancel"), self)
        self.back.clicked.connect(self.close_overlay)
        self._make_form()
        self._lay_out()
        self._seconds = 0
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self._on_tick)
        self._show_form(shown=False)
        self.said.setText(context.text("mapintake.what"))
        self.path.installEventFilter(self)
        self.path.setFocus()

    # ---- how it stands

    def read_file(self, path: Path) -> None:
        """A file was let fall, or its path written."""
        self.path.setText(str(path))
        self._show_form(shown=False)
        self.plan = None
        self._seconds = 0
        self._on_tick()
        self._ticks.start()
        self.detail.clear()
        self.file_chosen.emit(path)

    def refuse(self, reason: Message) -> None:
        """It cannot be read; another one may be."""
        self._ticks.stop()
        self._show_form(shown=False)
        self.said.setText(self.context.translator.render(reason))
        self.detail.setText(self.context.text("mapintake.map_stays"))
        self.path.setFocus()
        self.path.selectAll()

    def ask(self, plan: Any) -> None:
        """What it holds and what it looks like; the person says what it is."""
        self._ticks.stop()
        self.plan = plan
        render, say = self.context.translator.render, self.context.text
        self.said.setText(f"{render(plan.text)}\n{render(plan.verdict.text)}")
        told = [
            say("mapintake.tried", crs=title, what=render(what))
            for title, what in deferred(TELLING).tried_lines(plan.verdict)
        ]
        told += [render(fault) for fault in plan.faults[:TOLD_FAULTS]]
        if len(plan.faults) > TOLD_FAULTS:
            told.append(say("mapintake.more_faults", n=len(plan.faults) - TOLD_FAULTS))
        self.detail.setText("\n".join(told))
        self._fill(plan)
        self._show_form(shown=True)
        self._first_radio().setFocus()

    def busy(self) -> None:
        """It is being written."""
        self.take.setEnabled(False)
        self.said.setText(self.context.text("mapintake.writing"))

    def object_to(self, reason: Message, *, against: bool) -> None:
        """It was not taken; with `against` the person may insist."""
        self.take.setEnabled(True)
        self.said.setText(self.context.translator.render(reason))
        self.anyway.setVisible(self.anyway.isVisible() or against)

    # ---- the form

    def _label(self, role: Role) -> QLabel:
        label, theme = QLabel(self), self.context.theme
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)  # what a file says is text
        ink = theme.text1 if role is Role.BODY else theme.text2
        label.setStyleSheet(f"color: {ink.name()}; font-size: {theme.size(role)}px;")
        return label

    def _make_form(self) -> None:
        say = self.context.text
        self.crs = QButtonGroup(self)
        self.radios = {
            word: QRadioButton(say(f"mapintake.crs.{word}"), self.form) for word in (OWN, *CHOICES)
        }
        for radio in self.radios.values():
            self.crs.addButton(radio)
        self.number = QLineEdit(self.form)
        self.number.setPlaceholderText("4549")
        self.number.setMaxLength(10)
        self.number.setAccessibleName(say("mapintake.crs.epsg"))
        self.number.textEdited.connect(lambda: self.radios[EPSG].setChecked(True))
        self.swap = QCheckBox(say("mapintake.swap"), self.form)
        self.name, self.source, self.licence = (QLineEdit(self.form) for _ in range(3))
        self.name.setMaxLength(LONGEST["name"])
        for line in (self.source, self.licence):
            line.setMaxLength(200)
        self.label, self.by = QComboBox(self.form), QComboBox(self.form)
        self.wall = QCheckBox(say("mapintake.wall"), self.form)
        self.anyway = QCheckBox(say("mapintake.anyway"), self.form)

    def _lay_out(self) -> None:
        theme, say = self.context.theme, self.context.text
        pad, gap = round(theme.px(20)), round(theme.px(10))
        title = QLabel(say("mapintake.title"), self)
        title.setStyleSheet(f"font-size: {theme.size(Role.VALUE)}px; font-weight: 700;")
        where = QHBoxLayout()
        where.addWidget(self.path, 1)
        where.addWidget(self.browse)
        form = QFormLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(gap)
        first, second = QHBoxLayout(), QHBoxLayout()
        for word in (OWN, "cgcs2000"):
            first.addWidget(self.radios[word])
        for word in ("gcj02", "bd09", EPSG):
            second.addWidget(self.radios[word])
        second.addWidget(self.number)
        first.addStretch(1)
        form.addRow(say("mapintake.crs"), first)
        form.addRow("", second)
        form.addRow("", self.swap)
        rows = ("name", "source", "licence", "label", "by")
        for word in rows:
            widget = getattr(self, word)
            widget.setAccessibleName(say(f"mapintake.{word}"))
            form.addRow(say(f"mapintake.{word}"), widget)
        form.addRow("", self.wall)
        form.addRow("", self.anyway)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, gap, 0)
        column.setSpacing(gap)
        for widget in (self.said, self.detail, self.form):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setStyleSheet(f"background: {theme.overlay.name()};")
        area.setWidget(inside)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.take)
        buttons.addWidget(self.back)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(pad, pad // 2, pad, pad)
        whole.setSpacing(gap)
        whole.addWidget(title)
        whole.addLayout(where)
        whole.addWidget(area, 1)
        whole.addLayout(buttons)

    def _show_form(self, *, shown: bool) -> None:
        self.form.setVisible(shown)
        self.take.setVisible(shown)
        self.take.setEnabled(shown)

    def _fill(self, plan: Any) -> None:
        """What the file says of itself; its system is left to the person."""
        own = self.radios[OWN]
        own.setVisible(bool(plan.stated))
        if plan.stated:
            title = deferred(SYSTEMS).title(plan.stated)
            own.setText(self.context.text("mapintake.crs.stated", crs=title))
        self.crs.setExclusive(False)
        for radio in self.radios.values():
            radio.setChecked(False)
        self.crs.setExclusive(True)
        self.number.clear()
        self.anyway.setChecked(False)
        self.anyway.hide()
        self.swap.setChecked(False)
        self.wall.setChecked(False)
        self.name.setText(Path(plan.name).stem[: LONGEST["name"]])
        self.source.clear()
        self.licence.clear()
        row = plan.rows[0] if plan.rows else {}
        for box in (self.label, self.by):
            box.clear()
            box.addItem(self.context.text("mapintake.none"), "")
            for column in plan.features.columns:
                example = row.get(column, "")[:30]
                shown = f"{column[:40]}  ·  {example}" if example else column[:40]
                box.addItem(shown, column)

    def _first_radio(self) -> QWidget:
        return self.radios[OWN] if self.plan.stated else self.radios[CHOICES[0]]

    # ---- what the person does

    def _browse(self) -> None:
        formats = " ".join(f"*{ending}" for ending in FORMATS)
        dialog = QFileDialog(self, self.context.text("mapintake.browse"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{self.context.text('mapintake.files')} ({formats})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.read_file(Path(name)))
        dialog.open()  # never a loop of its own (rule 6)

    def _take(self) -> None:
        crs = next((word for word, radio in self.radios.items() if radio.isChecked()), "")
        if crs == EPSG:
            digits = self.number.text().strip().upper().removeprefix("EPSG:")
            crs = f"EPSG:{digits}" if digits.isdecimal() else ""
        if not crs:
            self.said.setText(self.context.text("mapintake.no_crs"))
            return
        if not self.name.text().strip():
            self.said.setText(self.context.text("mapintake.no_name"))
            self.name.setFocus()
            return
        self.declared.emit(
            Declared(
                self.name.text().strip(), crs, self.source.text().strip(),
                self.licence.text().strip(), self.label.currentData() or "",
                self.by.currentData() or "", self.swap.isChecked(), self.anyway.isChecked(),
                self.wall.isChecked(),
            )
        )  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the path reads it."""
        if watched is self.path and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.path.text().strip():
                    self.read_file(Path(self.path.text().strip()).expanduser())
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes it, Esc closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.take.isEnabled():
            self._take()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _on_tick(self) -> None:
        name = Path(self.path.text()).name
        span = wording.duration(self._seconds * 1000, self.context.translator)
        most = wording.duration(READ_WITHIN_S * 1000, self.context.translator)
        text = self.context.text("mapintake.reading", file=name, span=span, most=most)
        self.said.setText(text)
        self._seconds += 1
