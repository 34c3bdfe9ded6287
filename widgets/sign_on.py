"""Signing on: work number and PIN; the person changes, the program does not stop for it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.core.message import Message
from app.secrets import Secret
from widgets.context import Context
from widgets.overlay import Overlay
from widgets.theme import Role

WIDTH, HEIGHT = 520, 420


class SignOnCard(Overlay):
    """`submitted` gives the number and the PIN, which stands in no text and no log."""

    submitted = Signal(str, object)

    def __init__(self, context: Context, window: QWidget, number: str = "") -> None:
        super().__init__(context, window, WIDTH, HEIGHT)
        text = context.text
        self.number = QLineEdit(number, self)
        self.number.setMaxLength(8)
        self.number.setAccessibleName(text("shell.sign_on.number"))
        self.pin = QLineEdit(self)
        self.pin.setMaxLength(64)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(text("shell.sign_on.pin"))
        self.submit = QPushButton(text("shell.sign_on.submit"), self)
        self.submit.setDefault(True)
        self.submit.clicked.connect(self._submit)
        self.back = QPushButton(text("shell.sign_on.cancel"), self)
        self.back.clicked.connect(self.close_overlay)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setText("\n".join([self._who(), *self._offers()]))
        self._lay_out()
        for line in (self.number, self.pin):
            line.installEventFilter(self)
        (self.pin if number else self.number).setFocus()

    def say(self, words: Message | None, *, pending: bool = False) -> None:
        """Why it was refused; or that it is being checked."""
        for widget in (self.number, self.pin, self.submit):
            widget.setEnabled(not pending)
        if words is not None:
            self.said.setText(self.context.translator.render(words))
        if not pending:
            self.pin.clear()
            self.pin.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in either line submits."""
        if event.type() == QEvent.Type.KeyPress and watched in (self.number, self.pin):
            assert isinstance(event, QKeyEvent)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._submit()
                return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        text, theme = self.context.text, self.context.theme
        title = QLabel(text("shell.sign_on.title"), self)
        # The style sheet outranks a font.
        title.setStyleSheet(f"font-size: {theme.size(Role.VALUE)}px; font-weight: 700;")
        self.said.setStyleSheet(
            f"color: {theme.text2.name()}; font-size: {theme.size(Role.CAPTION)}px;"
        )
        form = QFormLayout(self)
        pad = round(theme.px(24))
        form.setContentsMargins(pad, pad, pad, pad)
        form.setSpacing(round(theme.px(12)))
        form.addRow(title)
        form.addRow(text("shell.sign_on.number"), self.number)
        form.addRow(text("shell.sign_on.pin"), self.pin)
        buttons = QHBoxLayout()
        buttons.addWidget(self.submit)
        buttons.addWidget(self.back)
        form.addRow(buttons)
        form.addRow(self.said)

    def _who(self) -> str:
        person = self.context.spine.seat.person
        if person is None:
            return self.context.text("shell.sign_on.nobody")
        return self.context.text("shell.sign_on.who", number=person.number)

    def _offers(self) -> list[str]:
        """In the demonstration the numbers and PINs are no secret."""
        people = self.context.commands.people
        return [
            self.context.text(
                "shell.sign_on.demo",
                number=person.number,
                pin=person.pin,
                role=self._post(person.role),
            )
            for person in people.demo
        ]

    def _post(self, code: str) -> str:
        role = self.context.commands.people.roles[code]
        return self.context.translator.pick(role.name_zh, role.name_en)

    def _submit(self) -> None:
        number, pin = self.number.text().strip(), self.pin.text()
        if not number or not pin:
            self.said.setText(self.context.text("shell.sign_on.missing"))
            return
        self.submitted.emit(number, Secret(pin))
