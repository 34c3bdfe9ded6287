"""What the person at this seat can do: palette, sign-on, scene keys; every action is a command."""

import asyncio
import logging
import shlex
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.commands.map_tool import Tool
from app.core.i18n import LANGUAGES
from app.core.message import Message, Refusal, message
from app.live.camera_offers import PREFIX as CAMERAS
from app.live.commands import Outcome
from app.live.hub import Kind
from app.secrets import Secret
from widgets.conduct import command_of
from widgets.errands import Errands
from widgets.focus import ARROWS, focused, move_focus, wake_list
from widgets.key_card import KeyCard
from widgets.locate import Locator
from widgets.names import DATA, Names, camera_names_of, entries_of
from widgets.notice import Notice
from widgets.overlay import Overlay
from widgets.palette import Palette
from widgets.selection import Subject
from widgets.shell import Shell
from widgets.sign_on import SignOnCard
from widgets.touch import Touch
from widgets.window import Window

log = logging.getLogger(__name__)

LAYOUTS = ("1", "4", "6", "8", "9", "10", "13", "16", "20", "25", "36", "49", "64")
_IGNORED = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


class Operator(QObject):
    """Joins the shell's keys to the seat's commands. A wall takes scene commands only."""

    def __init__(self, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shell = shell
        self.overlay: Overlay | None = None
        self._notice: Notice | None = None
        self._names: Names | None = None
        self._locator = Locator(shell, self)
        self.errands = Errands(log, "a command failed")
        shell.command_wanted.connect(self._on_command_wanted)
        if shell.looks.seat != "hall":
            shell.key_pressed.connect(self._on_key)
            shell.opened.connect(self._on_window)
            shell.bridge.signal(Kind.SEAT).connect(self._on_seat)
            shell.bridge.signal(Kind.MODE).connect(self._on_mode)
            shell.bridge.signal(Kind.MAP).connect(self._on_map)

    async def prepare(self) -> None:
        """Read the names that the palette finds, in a thread; after the first paint."""
        spine, loop = self.shell.spine, asyncio.get_running_loop()
        orders = {"set-language": LANGUAGES, "set-theme": spine.seat.themes}
        orders |= dict.fromkeys(("visit", "freeze", "black"), ("on", "off"))
        orders["map-tool"] = tuple(Tool)
        orders["video-layout"] = LAYOUTS
        scenes = dict(self.shell.scenes)

        def names() -> Names:
            # The first call loads the file of each command.
            found = entries_of(spine, spine.commands.verbs(), scenes, orders)
            return Names(found, camera_names_of(spine))

        self._names = await loop.run_in_executor(None, names)

    async def _use_cameras(self) -> None:
        """Platforms list others: the palette finds them."""
        if self._names is not None:
            cameras = camera_names_of(self.shell.spine)
            await asyncio.to_thread(self._names.use_cameras, cameras)

    async def stop(self) -> None:
        """Let what was sent be answered; nothing is taken back."""
        if self.overlay is not None:
            self.overlay.close_overlay()
        await self.errands.finish()

    async def run(self, text: str, secret: Secret | None = None) -> Outcome | Message:
        """Do the command of a text; the outcome, or why the text is no command."""
        commands = self.shell.spine.commands
        try:
            command = commands.parse(text)
        except Refusal as refusal:
            return refusal.reason
        return await commands.submit(command, secret=secret)  # type: ignore[no-any-return]

    # ---- overlays

    def open_palette(self, window: Window, text: str = "", kinds: Sequence[str] = ()) -> None:
        """Open the palette, with a text to be completed; before its names are read there is
        nothing to find in it."""
        if self._names is None or window.theme is None:
            return
        context = self.shell.context(window.theme)
        palette = Palette(context, window, self._names, context.commands.verbs(), kinds)
        palette.chosen.connect(self._on_chosen)
        palette.run.connect(self._on_run)
        palette.asked.connect(self._on_asked)
        self.open_overlay(palette)
        if text:
            palette.write(text)

    def open_keys(self, window: Window) -> None:
        """The card of keys; again, and it closes."""
        if window.theme is None:
            return
        context = self.shell.context(window.theme)
        self.open_overlay(KeyCard(context, window, focused(window), len(self.shell.scenes)))

    def open_sign_on(self, window: Window, number: str = "") -> None:
        """Ask for work number and PIN."""
        if window.theme is None:
            return
        card = SignOnCard(self.shell.context(window.theme), window, number)
        card.submitted.connect(self._on_sign_on)
        self.open_overlay(card)

    def say(self, words: Message) -> None:
        """A sentence over the foot of the active window."""
        window = self.active_window()
        if window is None or window.theme is None:
            return
        if self._notice is not None and isValid(self._notice):  # it goes by itself, too
            self._notice.deleteLater()
        text = self.shell.translator.render(words)
        self._notice = Notice(window, window.theme, text)

    def open_overlay(self, overlay: Overlay) -> None:
        """One at a time: another one goes."""
        if self.overlay is not None:
            self.overlay.close_overlay()
        self.overlay = overlay
        overlay.closed.connect(self._on_overlay_closed)
        overlay.show()
        overlay.raise_()

    def _on_overlay_closed(self) -> None:
        if self.sender() is self.overlay:
            self.overlay = None

    # ---- what is done

    def _on_run(self, text: str) -> None:
        verb, _, rest = text.partition(" ")
        if verb == "sign-on":
            window = self.active_window()
            if window is not None:
                self.open_sign_on(window, rest.strip())
            return
        self.errands.begin(self._from_overlay(text))

    def _on_asked(self, words: str) -> None:
        self.errands.begin(self._ask_online(words))

    async def _ask_online(self, words: str) -> None:
        """Ask a service on the network for an address, because a person pressed for it."""
        palette, online = self.overlay, self.shell.spine.seat.maps.names.online
        if not isinstance(palette, Palette) or online is None:
            return
        names = {"name_zh": online.name_zh, "name_en": online.name_en}
        palette.say(Message("hands.online.asking", {**names}), pending=True)
        try:
            found = await online.ask(words)
            answer = None if found else Message("hands.online.nothing", {**names, "text": words})
        except Refusal as refusal:
            found, answer = None, refusal.reason
        if palette is not self.overlay:
            return  # closed meanwhile: nobody waits for it
        if found is not None:
            palette.show_place(found)
        else:
            palette.say(answer)

    def _on_sign_on(self, number: str, pin: Secret) -> None:
        self.errands.begin(self._from_overlay(f"sign-on {shlex.quote(number)}", pin))

    def _on_chosen(self, kind: str, id_: str) -> None:
        if self.overlay is not None:
            self.overlay.close_overlay()
        if self._names is not None:
            self._names.remember(kind, id_)
        said = self._locator.show(kind, id_)
        if said is not None:
            self.say(said)

    def _on_command_wanted(self, text: str) -> None:
        self.errands.begin(self._do(text))

    async def _do(self, text: str) -> None:
        outcome = await self.run(text)
        if not isinstance(outcome, Outcome) or not outcome.done:
            self.say(_answer(outcome, text))

    async def _from_overlay(self, text: str, secret: Secret | None = None) -> None:
        overlay = self.overlay
        assert isinstance(overlay, Palette | SignOnCard)
        shown = text if secret is None else text.split(" ", 1)[0]
        overlay.say(message("shell.palette.pending", text=shown), pending=True)
        outcome = await self.run(text, secret)
        answer = _answer(outcome, shown)
        if isinstance(outcome, Outcome) and outcome.done:
            if overlay is self.overlay:
                overlay.close_overlay()
            self.say(answer)
        elif overlay is self.overlay:
            offer = answer.args.get("offer")
            if isinstance(overlay, Palette) and isinstance(offer, str) and offer:
                overlay.write(offer)  # what can be had instead: Enter does it
            overlay.say(answer)
        else:
            self.say(answer)  # closed meanwhile; the answer still belongs to whoever asked

    # ---- keys

    def _on_window(self, window: QWidget) -> None:
        """Ctrl K works wherever the focus is; other keys only where no panel takes them."""
        assert isinstance(window, Window)
        window.add_shortcut("Ctrl+K", lambda: self.open_palette(window))
        window.add_shortcut("Ctrl+L", lambda: self.open_sign_on(window))
        Touch(window).swiped.connect(self._turn_scene)

    def _turn_scene(self, step: int) -> None:
        """The seat's next scene, or the one before; round and round."""
        names = list(self.shell.scenes)
        here = names.index(self.shell.spine.seat.scene)
        self.shell.request_scene(names[(here + step) % len(names)])

    def _on_mode(self, keys: frozenset[str]) -> None:
        """Another version of the city's files: the palette finds what is in it now."""
        if "city" in keys:
            self.errands.begin(self.prepare())

    def _on_map(self, keys: frozenset[str]) -> None:
        """A view or a layer came or went: the palette finds it by its name."""
        if any(key.startswith(("bookmark/", "layer/")) for key in keys):
            self.errands.begin(self.prepare())

    def _on_seat(self, keys: frozenset[str]) -> None:
        """Whoever takes the seat hears the alarm once, or is told that it cannot be heard."""
        seat = self.shell.spine.seat
        if CAMERAS in keys:
            self.errands.begin(self._use_cameras())
        if "person" not in keys or seat.person is None:
            return
        if not seat.audible:
            self.say(message("shell.silent"))
        elif seat.sound_test_due(self.shell.spine.clock.now()):
            self.say(message("shell.sound_test"))

    def _on_key(self, event: QKeyEvent) -> None:
        window = self.active_window()
        if window is None:
            return
        key, plain = Qt.Key(event.key()), event.modifiers() & ~_IGNORED
        if key in ARROWS and plain == Qt.KeyboardModifier.ControlModifier:
            move_focus(window, key)
        elif not plain and (told := command_of(self.shell.spine.seat, key)):
            self.shell.command_wanted.emit(told)
        elif event.text() == "?" or key == Qt.Key.Key_F12:
            self.open_keys(window)
        elif not plain and wake_list(window, event):
            pass
        elif event.key() == Qt.Key.Key_Slash:
            self.open_palette(window, kinds=DATA)
        elif event.key() == Qt.Key.Key_X and self.shell.looks.seat == "desk":
            self._ask_why_false(window)

    def _ask_why_false(self, window: Window) -> None:
        """The palette with `mark-false` of the chosen warning: its reason is still to be written.
        Of a storm's card no single warning is meant."""
        chosen = self.shell.selection[Subject.WARNING]
        if chosen in self.shell.spine.picture.warnings:
            self.open_palette(window, f"mark-false {shlex.quote(chosen)} reason=")
        else:
            self.say(message("shell.choose_warning"))

    def active_window(self) -> Window | None:
        """Where the person works; None while there is no window."""
        windows = self.shell.windows
        active = [window for window in windows if window.isActiveWindow()]
        return next(iter([*active, *windows]), None)


def _answer(outcome: Outcome | Message, text: str) -> Message:
    if isinstance(outcome, Message):
        return outcome
    if outcome.reason is not None:
        return outcome.reason
    if outcome.waiting:
        return message("shell.palette.waiting", n=outcome.waiting)
    return message("shell.palette.done", text=text)
