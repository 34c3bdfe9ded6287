"""Editing a scene in its window: opens the overlay, keeps the steps, writes the file on request.

`edit-scene`, `save-scene` and `delete-scene` say what is wanted; the windows do it here.
"""

import asyncio
import logging
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject

from app.config import ConfigError
from app.core.i18n import LANGUAGES, translator
from app.core.message import Message, Refusal, message
from app.live.hub import Kind
from app.live.stage import MAIN, SceneOrder
from widgets import scene_edit
from widgets.draft import Draft
from widgets.edit_overlay import EditOverlay
from widgets.errands import Errands
from widgets.group import Group
from widgets.names import PANEL, Entry, Names, panel_name
from widgets.operator import Operator
from widgets.palette import Palette
from widgets.scene import LoadedScene, Scene, parse_scene
from widgets.scene_book import FOLDER, own_folder
from widgets.scene_writer import write_scene
from widgets.shell import Shell
from widgets.unsaved import UnsavedMark
from widgets.whole_file import write_whole
from widgets.window import Window

log = logging.getLogger(__name__)

BARS = ("top-bar", "bottom-bar")
KEYS = "Ctrl+Shift+E"


class Editor(QObject):
    """One per shell. What was not saved stays on the screens as a preview, marked as such."""

    def __init__(self, shell: Shell, operator: Operator, data: Path) -> None:
        super().__init__(shell)
        self.overlay: EditOverlay | None = None
        self.drafts: dict[tuple[str, str], Draft] = {}  # by seat and scene
        self._shell = shell
        self._operator = operator
        self._data = data
        self._group: Group | None = None  # that is edited
        self._edited = ("", "")  # the seat and name of its scene
        self._picker: Palette | None = None
        self.errands = Errands(log, "a scene file was not written")
        shell.bridge.signal(Kind.SEAT).connect(self._on_seat)
        shell.stage_changed.connect(self._mark)
        if shell.looks.seat != "hall":
            shell.opened.connect(self._on_window)

    async def stop(self) -> None:
        """What was begun is finished."""
        self._close()
        await self.errands.finish()

    def _on_window(self, window: Window) -> None:
        window.add_shortcut(KEYS, lambda: self._want(f"edit-scene {window.group}"))

    def _want(self, text: str) -> None:
        self._shell.command_wanted.emit(text)

    # ---- what the seat says

    def _on_seat(self, keys: frozenset[str]) -> None:
        orders = self._shell.spine.seat.stage.orders
        while orders:
            order = orders.pop(0)
            self.errands.begin(self._save(order) if order.save else self._delete(order))
        wanted = self._shell.groups.get(self._shell.spine.seat.stage.editing)
        here = self.overlay is not None and self._group is wanted and self._is_here()
        if wanted is not None and not here:
            self._close()
            self._open(wanted)
        elif wanted is None:
            self._close()

    def _is_here(self) -> bool:
        """Whether the overlay lies over the scene that the window shows."""
        group, overlay = self._group, self.overlay
        return (
            group is not None
            and overlay is not None
            and overlay.window() in group.windows
            and group.holds(*self._edited)
        )

    # ---- the overlay

    def _open(self, group: Group) -> None:
        active = [window for window in group.windows if window.isActiveWindow()]
        window = next(iter([*active, *group.windows]), None)
        if window is None or window.theme is None or group.scene is None:
            return
        self._group, self._edited = group, self._key(group)
        draft = self._draft(group)
        self._shell.use_draft(*self._key(group), draft.loaded if draft.is_changed else None)
        window.edit(editing=True)
        overlay = EditOverlay(group.context(window.theme, group.scene), window, draft.scene)
        overlay.take(draft.scene, self._unsaved(draft))
        overlay.edited.connect(self._on_edited)
        overlay.wanted.connect(self._on_wanted)
        self.overlay = overlay
        self._mark()
        overlay.show()
        window.activateWindow()
        overlay.setFocus()

    def _close(self) -> None:
        overlay, self.overlay = self.overlay, None
        if overlay is None:
            return
        if self._picker is not None:
            self._picker.close_overlay()
        window = overlay.window()
        overlay.close_overlay()
        assert isinstance(window, Window)
        window.edit(editing=False)
        window.setFocus()
        group, self._group = self._group, None
        if group is not None and self._edited in self._shell.drafts:
            self._operator.say(message("walls.edit.left_unsaved"))
        self._mark()

    def _on_wanted(self, word: str) -> None:
        group = self._group
        if group is None or self.overlay is None:
            return
        draft = self._draft(group)
        if word == "leave":
            self._want(f"edit-scene {group.name} done=true")
        elif word == "save":
            self._want("save-scene" if group.name == MAIN else f"save-scene window={group.name}")
        elif word == "add":
            self._pick(self.overlay)
        elif word == "revert":
            self._on_edited(draft.saved.scene)
        elif draft.undo():
            self._show(group, draft)
        else:
            self.overlay.say(message("walls.edit.nothing_to_undo"))

    def _on_edited(self, scene: Scene) -> None:
        if self._group is not None:
            draft = self._draft(self._group)
            draft.step(scene)
            self._show(self._group, draft)

    def _show(self, group: Group, draft: Draft) -> None:
        kind, name = self._key(group)
        try:
            self._shell.use_draft(kind, name, draft.loaded if draft.is_changed else None)
        except ConfigError as error:  # a panel that needs options which nobody has written
            draft.undo()
            if self.overlay is not None:
                self.overlay.say(error.reason)
            return
        if self.overlay is not None:
            self.overlay.take(draft.scene, self._unsaved(draft))

    def _pick(self, overlay: EditOverlay) -> None:
        """The kinds of panels there are, to be found by name."""
        zh, en = (translator(language) for language in LANGUAGES)
        kinds = [kind for kind in self._shell.registry.names() if kind not in BARS]
        names = Names(
            Entry(PANEL, kind, panel_name(zh, kind), panel_name(en, kind)) for kind in kinds
        )
        picker = Palette(overlay.context, overlay.window(), names, [], (PANEL,))
        picker.line.setPlaceholderText(overlay.context.text("walls.edit.pick"))
        picker.chosen.connect(self._on_picked)
        picker.closed.connect(self._on_picker_closed)
        self._picker = picker
        picker.show()
        picker.raise_()

    def _on_picked(self, _: str, kind: str) -> None:
        if self._picker is not None:
            self._picker.close_overlay()
        overlay = self.overlay
        if overlay is None:
            return
        window = overlay.window()
        assert isinstance(window, Window)
        try:
            self._on_edited(scene_edit.add(overlay.scene, window.screen_id, kind))
        except Refusal as refusal:
            overlay.say(refusal.reason)

    def _on_picker_closed(self) -> None:
        self._picker = None
        if self.overlay is not None:
            self.overlay.setFocus()

    # ---- drafts

    def _key(self, group: Group) -> tuple[str, str]:
        return group.looks.seat, group.scene.name if group.scene is not None else ""

    def _draft(self, group: Group) -> Draft:
        """The steps since the file; anew where the file is another one now."""
        key = kind, name = self._key(group)
        saved = self._shell.books[kind].scenes[name]
        if key not in self.drafts or self.drafts[key].saved.text != saved.text:
            self.drafts[key] = Draft(saved)
        return self.drafts[key]

    def _unsaved(self, draft: Draft) -> int:
        return len(draft.steps) if draft.is_changed else 0

    def _mark(self) -> None:
        """Windows that show what is in no file say so."""
        edited = self.overlay.window() if self.overlay is not None else None
        for group in self._shell.groups.values():
            for window in group.windows:
                wanted = self._key(group) in self._shell.drafts and window is not edited
                mark = window.findChild(UnsavedMark)
                if mark is not None:
                    mark.hide()
                    mark.setParent(None)
                    mark.deleteLater()
                if wanted and window.theme is not None:
                    UnsavedMark(window, window.theme, self._shell.translator.text("walls.unsaved"))

    # ---- files

    async def _save(self, order: SceneOrder) -> None:
        group = self._shell.groups.get(order.window) or self._shell.groups[MAIN]
        (kind, name), draft = self._key(group), self._draft(group)
        if not order.name and not draft.is_changed:
            self._say(message("walls.save.nothing"))
            return
        target = order.name or name
        scene = draft.scene if target == name else _renamed(draft.scene, target, order.title)
        text = write_scene(scene, draft.saved.text)
        path = own_folder(self._data, kind) / f"{target}.toml"
        loop = asyncio.get_running_loop()
        try:
            saved = parse_scene(text, target, f"{FOLDER}/{kind}/{target}.toml")
            await loop.run_in_executor(None, write_whole, path, text)
        except ConfigError as error:
            self._say(error.reason)
            return
        except OSError as error:
            self._say(message("walls.save.failed", error=error.strerror or str(error)))
            return
        self._taken(kind, name, saved)
        self._say(message("walls.save.done", name=target))
        self._want("reload-scenes")
        if target != name:
            where = "" if group.name == MAIN else f" window={group.name}"
            self._want(f"switch-scene {target}{where}")

    def _taken(self, kind: str, name: str, saved: LoadedScene) -> None:
        """The book holds what was saved, before it is read anew; the draft is over."""
        self._shell.use_saved(kind, saved)
        self.drafts.pop((kind, name), None)
        self._shell.use_draft(kind, name, None)
        if self._group is not None and self.overlay is not None:
            draft = self._draft(self._group)
            self.overlay.take(draft.scene, self._unsaved(draft))
        self._mark()

    async def _delete(self, order: SceneOrder) -> None:
        kind = "hall" if order.window in self._shell.walls else self._shell.looks.seat
        path = own_folder(self._data, kind) / f"{order.name}.toml"
        try:
            await asyncio.get_running_loop().run_in_executor(None, path.unlink)
        except OSError as error:
            self._say(message("walls.save.failed", error=error.strerror or str(error)))
            return
        self._say(message("walls.delete.done", name=order.name))
        self._want("reload-scenes")

    def _say(self, words: Message) -> None:
        if self.overlay is not None:
            self.overlay.say(words)
        else:
            self._operator.say(words)


def _renamed(scene: Scene, name: str, title: str) -> Scene:
    """A new scene stands behind those that have an order."""
    zh = title or f"{scene.name_zh} {name}"
    en = title or f"{scene.name_en} {name}"
    return msgspec.structs.replace(scene, name_zh=zh, name_en=en, order=100)
