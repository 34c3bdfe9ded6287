"""视频目录: every camera by district, place, owner or platform; found by name, sound, initials,
code and address."""

from typing import Annotated, Any

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core.directory import Camera
from app.core.message import Message, Refusal
from app.live.camera_offers import CameraOffer
from app.live.camera_orders import free_cells
from app.live.hub import Kind
from app.live.video_names import ALL, CameraGroup, CameraNames
from widgets.context import Context
from widgets.names import CAMERA
from widgets.paint.button import KeyHint
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._camera_lines import KEPT, OFFER, RECENT, Line, at_hand, offered
from widgets.panels._camera_places import SEARCH
from widgets.panels._camera_rows import EVERY_MS, CameraRows
from widgets.panels._camera_tally import CameraCounts, CameraTally, members
from widgets.panels._map import quoted
from widgets.panels._map_find import NameFinder
from widgets.panels._painted import Note
from widgets.panels._watch import about_of, watch_text
from widgets.theme import Role
from widgets.video.dragging import CameraDrag

SORTS = ("region", "kind", "bureau", "platform")
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class Cameras(CameraRows, kind="cameras"):
    """Enter opens a group or shows a camera in the next free cell, W sends it to the wall, G shows
    it on the map, T sorts otherwise, F finds by name or coordinates; N those near it, V those that
    look at it, M those in the area drawn on the map, X shows what was found, Esc ends that."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`by`: how they are grouped at first."""

        by: Annotated[str, msgspec.Meta(pattern="^(region|kind|bureau|platform)$")] = "region"

    needs = frozenset({Kind.DEVICE, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.by = options.by
        self.said = ""  # why the last key did nothing
        self.finder = NameFinder()
        self.drag = CameraDrag(self, context)
        self.opened: set[str] = {KEPT}
        self.counts = CameraCounts(self.ask, self._list)
        self._found_in: CameraNames | None = None
        if self.interactive:
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    @property
    def names(self) -> CameraNames:
        """The cameras of the seat."""
        return self.context.spine.seat.videos.cameras

    def title(self) -> str:
        """视频目录."""
        return self.context.text("videowall.catalogue")

    # ---- what there is

    def refresh(self, changes: Changes) -> None:
        """Count on; what is listed is made anew at most every two seconds."""
        names, devices = self.names, self.context.picture.devices
        known = self.tally.names
        self.counts.follow(names, devices, changes.get(Kind.DEVICE, frozenset()))
        if names is not self._found_in:
            self._found_in = names
            self.ask(self.finder.prepare_index(names.index.make, self._list))
        now = self.context.now()
        asked = Kind.SEAT in changes  # somebody kept, watched or took something
        if 0 <= now - self._now < EVERY_MS and known is self.tally.names and not asked:
            return
        self._now = now
        self._list()

    def listed_anew(self) -> None:
        """What lies at a place is known: the nearest is chosen."""
        self._list()
        first = (row for row, line in enumerate(self.lines) if line.camera is not None)
        self.choose(next(first, 0))

    @property
    def tally(self) -> CameraTally:
        """The counts."""
        return self.counts.tally

    def _list(self) -> None:
        tally = self.tally
        hidden = tally.names.hidden if self.context.veil is not None else frozenset[str]()
        self.places_found.follow(tally.names, self.finder.text)
        wanted = self.finder.found(CAMERA)
        groups = tally.names.sorted_by(self.by)
        if self.places_found.search is not None:
            lines = self.places_found.lines(tally.names, tally.among)
        elif wanted is None:
            lines = self._by_groups(groups, hidden)
        else:
            lines = self._of_found(wanted - hidden)
        places = len(lines) != len(self.lines) or not self.places
        self._follow_focus(lines)
        self.lines = lines
        if places:
            self.lay_out()
        self.update()

    def _follow_focus(self, lines: list[Line]) -> None:
        """Rows may come above the one that is chosen: it stays chosen."""
        at = self.current
        if not 0 <= at < len(self.lines):
            return
        key = self.lines[at].key
        if at < len(lines) and lines[at].key == key:
            return
        self.current = next((row for row, line in enumerate(lines) if line.key == key), at)

    def _by_groups(self, groups: list[CameraGroup], hidden: frozenset[str]) -> list[Line]:
        lines: list[Line] = []
        names = self.tally.names
        if self.context.veil is None and self.interactive:
            lines += offered(self.context, names, self.opened)
            groups = [*at_hand(self.context, names), *groups]
        for group in groups:
            if hidden and not members(group, hidden):
                continue
            if group.sort in (KEPT, RECENT):
                lines.append(Line(group, None, *self.tally.among(group.cameras)))
            else:
                lines.append(Line(group, None, *self.tally.of(group.id, hidden)))
            if group.id in self.opened:
                cameras = self.tally.names.cameras
                lines += [Line(group, cameras[id_]) for id_ in members(group, hidden)]
        return lines

    def _of_found(self, found: set[str]) -> list[Line]:
        """The cameras that the text is of, each under its group."""
        names, by_group = self.tally.names, dict[str, list[str]]()
        for id_ in sorted(found & names.cameras.keys()):
            by_group.setdefault(names.group_of(id_, self.by).id, []).append(id_)
        lines: list[Line] = []
        if not by_group:
            return lines
        for group in names.sorted_by(self.by):
            if ids := by_group.get(group.id):
                group = msgspec.structs.replace(group, cameras=tuple(ids))
                lines.append(Line(group, None, *self.tally.among(ids)))
                lines += [Line(group, names.cameras[id_]) for id_ in ids]
        return lines

    # ---- keys

    def open(self, index: int) -> None:
        """A group opens or closes; a camera is shown."""
        line = self.lines[index]
        if line.camera is not None:
            self._do(f"watch-camera {quoted(line.camera.id)} wall={self.context.window}")
            return
        if line.loss is None and line.group.sort != SEARCH:
            self.opened ^= {line.group.id}
        self._list()

    def hints(self) -> list[KeyHint]:
        """Beside those of every list."""
        return [*super().hints(), *self._keys()]

    def _keys(self) -> list[KeyHint]:
        say = self.context.text
        if self._offer is not None:
            return [
                KeyHint(self.say("key.enter"), say("videolist.hint.what")),
                KeyHint("A", say("videolist.hint.take")),
            ]
        if self.places_found.search is not None:
            return [
                KeyHint(self.say("key.enter"), say("videowall.hint.watch")),
                KeyHint("X", say("videolist.hint.watch_all")),
                KeyHint("Esc", say("videolist.hint.all")),
                KeyHint("W", say("videowall.hint.wall")),
                KeyHint("G", say("videowall.hint.map")),
            ]
        return [
            KeyHint(self.say("key.enter"), say("videowall.hint.watch")),
            KeyHint("F", say("videowall.hint.find")),
            KeyHint("N", say("videolist.hint.near")),
            KeyHint("W", say("videowall.hint.wall")),
            KeyHint("B", say("videolist.hint.keep")),
            KeyHint("G", say("videowall.hint.map")),
            KeyHint("M", say("videolist.hint.area")),
            KeyHint("V", say("videolist.hint.facing")),
            KeyHint("T", say("videowall.hint.sort")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed goes into the search while one searches."""
        plain, key = event.modifiers() in _PLAIN, Qt.Key(event.key())
        self.said = ""
        if self.finder.active and plain and self.finder.typed(event):
            self._list()
        elif not (plain and (self._of_list(key) or self._of_camera(key))):
            super().keyPressEvent(event)

    def _of_list(self, key: Qt.Key) -> bool:
        """A key of the list as a whole; False for another."""
        if key is Qt.Key.Key_F:
            self.finder.active = True
            self.update()
        elif key is Qt.Key.Key_T:
            self.by = SORTS[(SORTS.index(self.by) + 1) % len(SORTS)]
            self._list()
        elif key is Qt.Key.Key_A and self._offer is not None:
            self._take(self._offer)
        elif key is Qt.Key.Key_M:
            map_name = self.context.spine.seat.maps.name_of(self.context.window)
            self._do(f"cameras-in {quoted(map_name)}" if map_name else "cameras-in")
        elif key in (Qt.Key.Key_N, Qt.Key.Key_V):
            self._look_around("near" if key is Qt.Key.Key_N else "facing")
        elif key is Qt.Key.Key_X and self.places_found.search is not None:
            self._watch_found()
        elif key is Qt.Key.Key_Escape and self.context.spine.seat.videos.search is not None:
            self._do("cameras-all")
        else:
            return False
        return True

    def _of_camera(self, key: Qt.Key) -> bool:
        """A key of the camera that is chosen; False for another."""
        camera = self._camera
        if camera is None or key not in (Qt.Key.Key_B, Qt.Key.Key_W, Qt.Key.Key_G):
            return False
        if key is Qt.Key.Key_B:
            kept = camera.id in self.context.spine.seat.videos.kept
            self._do(f"{'drop' if kept else 'keep'}-camera {quoted(camera.id)}")
        elif key is Qt.Key.Key_W:
            self._do(f"send-to-wall {quoted(camera.id)}")
        else:
            self._do(f"fly-to {quoted(f'camera:{camera.id}')}")
        return True

    def _look_around(self, how: str) -> None:
        """Look for cameras around the chosen one, else around what is picked on the map."""
        maps = self.context.spine.seat.maps
        picked = maps[maps.name_of(self.context.window)].picked
        if self._camera is not None:
            self._do(f"cameras-{how} {quoted(f'camera:{self._camera.id}')}")
        elif picked is not None:
            self._do(f"cameras-{how} {picked.lon:.6f},{picked.lat:.6f}")
        else:
            self.said = self.context.text("videolist.no_spot")
            self.update()

    def _watch_found(self) -> None:
        """Those that were found and may be there, as many as the wall has cells for."""
        videos, window = self.context.spine.seat.videos, self.context.window
        room = len(free_cells(videos[window]))
        ids = [line.camera.id for line in self.lines if line.camera is not None]
        search = self.places_found.search
        about = about_of(search) if search is not None else ""
        text = watch_text(self.context, ids, room, window, about)
        if text:
            self._do(text)
        else:
            self.said = self.context.text("videolist.none_to_watch")
            self.update()

    def _do(self, text: str) -> None:
        """Do a command; a refusal is said in the head."""
        try:
            command = self.context.commands.parse(text)
        except Refusal as refusal:
            self._say(refusal.reason)
            return
        self.ask(self._submit(command))

    async def _submit(self, command: Any) -> None:
        outcome = await self.context.commands.submit(command)
        if not outcome.done:
            self._say(outcome.reason)

    def _say(self, reason: Message | None) -> None:
        self.said = self.context.translator.render(reason) if reason is not None else ""
        self.update()

    @property
    def _offer(self) -> CameraOffer | None:
        return self.lines[self.current].offer if 0 <= self.current < len(self.lines) else None

    def _take(self, offer: CameraOffer) -> None:
        """Take what a platform lists; what breaks by it is shown first."""
        group = f"{OFFER}:{offer.platform}"
        if group in self.opened:
            self._do(f"take-cameras {quoted(offer.platform)} digest={offer.digest}")
            return
        self.opened.add(group)
        self._list()

    @property
    def _camera(self) -> Camera | None:
        return self.lines[self.current].camera if 0 <= self.current < len(self.lines) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A key at the foot is that key; a row is chosen, its camera may be dragged to a wall."""
        if self._on_cap(self.cap_at(event.position())):
            return
        super().mousePressEvent(event)
        index = self.at(event.position())
        self.drag.press(event, self.lines[index].camera if index >= 0 else None)

    def _on_cap(self, cap: str) -> bool:
        """Do what the key of a cap does; False where it is none."""
        if cap == self.say("key.enter") and self.current >= 0:
            self.open(self.current)
            return True
        key = {"Esc": Qt.Key.Key_Escape}.get(cap) or (Qt.Key(ord(cap)) if len(cap) == 1 else None)
        return key is not None and (self._of_list(key) or self._of_camera(key))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It is dragged."""
        self.drag.move(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Chinese characters, while finding."""
        if self.finder.active and event.commitString():
            self.finder.text += event.commitString()
            self._list()
        event.accept()

    # ---- head and foot

    def notes_left(self) -> list[Note]:
        """How they are sorted, or what is looked for."""
        say = self.context.text
        if self.said:
            return [Note(self.said, self.theme.text1)]
        if self.finder.active:
            return [Note(say("device.finding", text=self.finder.text), self.theme.text1)]
        how = "distance" if self.places_found.search is not None else self.by
        return [Note(say(f"videowall.by.{how}"), self.theme.text2)]

    def notes_right(self) -> list[Note]:
        """All of them; while one searches, how many names fit less well than those listed."""
        if self.finder.left_out:
            left = self.context.text("videolist.left_out", n=self.finder.left_out)
            return [Note(left, self.theme.text2)]
        known, there = self.tally.of(ALL)
        text = self.context.text("videowall.count", n=known, online=there)
        return [Note(text, self.theme.text2)] if known else []

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The rows, or why there are none."""
        if self.lines:
            super().paint_body(painter, rect, dirty)
            return
        say = self.context.text
        why = "videowall.not_found.why" if self.finder.text else "videowall.no_cameras.why"
        what = "videowall.not_found" if self.finder.text else "videowall.no_cameras"
        self.paint_empty(painter, rect, say(what), say(why))

    def foot_height(self) -> float:
        """Keys, and what is not shown."""
        return self.theme.line(Role.CAPTION) + self.px(14) if self.lines else 0.0

    def paint_foot(self, painter: QPainter, rect: QRectF) -> None:
        """Keys at a desk."""
        self.paint_rest(painter, rect, self._keys())
