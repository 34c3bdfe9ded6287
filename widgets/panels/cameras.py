"""视频目录: every camera by district, place, owner or platform; found by name, sound, initials,
code and address."""

from typing import Annotated

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Freshness, Ms, Sourced
from app.live.camera_offers import CameraOffer
from app.live.hub import Kind
from app.live.video_names import ALL, CameraGroup, CameraNames
from widgets.context import Context
from widgets.names import CAMERA
from widgets.paint import text as lettering
from widgets.paint.button import KeyHint
from widgets.paint.fresh import Fresh, paint_fresh
from widgets.panels._act import act
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._camera_lines import (
    KEPT,
    OFFER,
    RECENT,
    Line,
    at_hand,
    offered,
    platform_name,
)
from widgets.panels._camera_tally import CameraCounts, CameraTally, members
from widgets.panels._map import quoted
from widgets.panels._map_find import NameFinder
from widgets.panels._names import bureau_name, listed, region_name
from widgets.panels._painted import Note
from widgets.panels._rows import Rows
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

SORTS = ("region", "kind", "bureau", "platform")
EVERY_MS = 2000
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
_GLYPHS = {DeviceState.ONLINE: Fresh.LIVE, DeviceState.OFFLINE: Fresh.MISSING}


class Cameras(Rows, kind="cameras"):
    """Enter opens a group or shows a camera in the next free cell, W sends it to the wall, G shows
    it on the map, T sorts otherwise, F finds."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`by`: how they are grouped at first."""

        by: Annotated[str, msgspec.Meta(pattern="^(region|kind|bureau|platform)$")] = "region"

    needs = frozenset({Kind.DEVICE, Kind.SEAT})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.by = options.by
        self.finder = NameFinder()
        self.opened: set[str] = {KEPT}
        self.lines: list[Line] = []
        self.counts = CameraCounts(self.ask, self._list)
        self._found_in: CameraNames | None = None
        self._now: Ms = -EVERY_MS
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

    @property
    def tally(self) -> CameraTally:
        """The counts."""
        return self.counts.tally

    def _list(self) -> None:
        tally = self.tally
        hidden = tally.names.hidden if self.context.veil is not None else frozenset[str]()
        wanted = self.finder.found(CAMERA)
        groups = tally.names.sorted_by(self.by)
        if wanted is None:
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

    def group_word(self, group: CameraGroup) -> str:
        """What the cameras of a group have in common."""
        if group.sort in (KEPT, RECENT):
            return self.context.text(f"videolist.{group.sort}")
        if not group.code:
            return self.context.text("videowall.no_group_of")
        if group.sort == "platform":
            return platform_name(self.context, group.code)
        if group.sort == "region":
            return region_name(self.context, group.code)
        if group.sort == "bureau":
            return bureau_name(self.context, group.code)
        return listed(self.context, "point_kinds", group.code)

    def state_of(self, camera: str) -> DeviceStatus | None:
        """What is known of it."""
        item = self.context.picture.devices.get(camera)
        record = item.record if isinstance(item, Sourced) else None
        return record if isinstance(record, DeviceStatus) else None

    # ---- rows

    def arrange(self, width: float) -> list[QRectF]:
        """One line each."""
        return self.stacked(len(self.lines), self.px(32))

    def paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        """A group in bold with its count; a camera with its state and district."""
        theme, line = self.theme, self.lines[index]
        self.rule(painter, rect.bottom())
        inside = rect.adjusted(self.pad, 0, -self.pad, 0)
        if line.offer is not None:
            self._paint_words(painter, inside, line)
            return
        if line.camera is None:
            count = self._count_of(line)
            wide = theme.width(count, Role.CAPTION)
            lettering.draw_in(painter, theme, inside, count, Role.CAPTION, theme.text2, right=True)
            room = inside.adjusted(0, 0, -wide - self.px(12), 0)
            name = self.group_word(line.group)
            lettering.draw_in(painter, theme, room, name, Role.BODY, theme.text1, bold=True)
            return
        state = self.state_of(line.camera.id)
        side = self.px(14)
        glyph = QRectF(inside.x() + self.px(8), rect.center().y() - side / 2, side, side)
        paint_fresh(painter, glyph, self._glyph(state), theme)
        note = self._note(line, state)
        wide = theme.width(note, Role.CAPTION)
        lettering.draw_in(painter, theme, inside, note, Role.CAPTION, theme.text2, right=True)
        room = inside.adjusted(self.px(30), 0, -wide - self.px(12), 0)
        name = self.context.translator.pick(line.camera.name_zh, line.camera.name_en)
        ink = theme.text1 if state is not None else theme.text2
        lettering.draw_in(painter, theme, room, name, Role.BODY, ink)

    def _count_of(self, line: Line) -> str:
        """How many are there of those whose state is known; where none is, how many there are."""
        if not line.known:
            return self.context.text("videolist.not_known", n=len(line.group.cameras))
        return self.context.text("videowall.count", n=line.known, online=line.there)

    def _paint_words(self, painter: QPainter, inside: QRectF, line: Line) -> None:
        """What a platform lists otherwise, or what would lose its camera by it."""
        theme, bold = self.theme, line.is_head
        wide = min(theme.width(line.detail, Role.CAPTION), inside.width() / 2)
        right = inside.adjusted(inside.width() - wide, 0, 0, 0)
        lettering.draw_in(painter, theme, right, line.detail, Role.CAPTION, theme.text2, right=True)
        room = inside.adjusted(0 if bold else self.px(30), 0, -wide - self.px(12), 0)
        lettering.draw_in(painter, theme, room, line.text, Role.BODY, theme.text1, bold=bold)

    def _glyph(self, state: DeviceStatus | None) -> Fresh:
        return Fresh.MISSING if state is None else _GLYPHS.get(state.state, Fresh.LATE)

    def _note(self, line: Line, state: DeviceStatus | None) -> str:
        """The word of a state that is not as it should be, else where it stands."""
        assert line.camera is not None
        if state is not None and state.state is not DeviceState.ONLINE:
            word = self.context.text(f"videowall.device.{state.state.value}")
            age = wording.duration(self._now - state.observed, self.context.translator)
            return f"{word} {age}"
        return region_name(self.context, line.camera.region) if self.by != "region" else ""

    def items(self) -> list[ScreenItem]:
        """What is painted."""
        return [self._item(self.lines[index]) for index in self.painted()]

    def _item(self, line: Line) -> ScreenItem:
        if line.offer is not None:
            key = "/".join(filter(None, line.key))
            return record_item(
                f"{OFFER}/{key}", line.text, line.detail,
                observed=line.offer.at, now=self._now, world=self.context.picture.world,
            )  # fmt: skip
        if line.camera is None:
            key, name, value = f"group/{line.group.id}", self.group_word(line.group), line.there
            return record_item(
                key, name, value, observed=self._now, now=self._now,
                world=self.context.picture.world,
            )  # fmt: skip
        state = self.state_of(line.camera.id)
        return record_item(
            f"camera/{line.camera.id}",
            self.context.translator.pick(line.camera.name_zh, line.camera.name_en),
            "" if state is None else self.context.text(f"videowall.device.{state.state.value}"),
            observed=0 if state is None else state.observed,
            now=self._now,
            world=self.context.picture.world,
            freshness=Freshness.NONE if state is None else Freshness.LIVE,
        )

    # ---- keys

    def open(self, index: int) -> None:
        """A group opens or closes; a camera is shown."""
        line = self.lines[index]
        if line.camera is not None:
            act(self, f"watch-camera {quoted(line.camera.id)} wall={self.context.window}")
            return
        if line.loss is None:
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
        return [
            KeyHint(self.say("key.enter"), say("videowall.hint.watch")),
            KeyHint("W", say("videowall.hint.wall")),
            KeyHint("G", say("videowall.hint.map")),
            KeyHint("B", say("videolist.hint.keep")),
            KeyHint("T", say("videowall.hint.sort")),
            KeyHint("F", say("videowall.hint.find")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed goes into the search while one searches."""
        plain, key = event.modifiers() in _PLAIN, Qt.Key(event.key())
        if self.finder.active and plain and self.finder.typed(event):
            self._list()
        elif plain and key is Qt.Key.Key_F:
            self.finder.active = True
            self.update()
        elif plain and key is Qt.Key.Key_T:
            self.by = SORTS[(SORTS.index(self.by) + 1) % len(SORTS)]
            self._list()
        elif plain and key is Qt.Key.Key_A and self._offer is not None:
            self._take(self._offer)
        elif plain and key is Qt.Key.Key_B and self._camera is not None:
            kept = self._camera.id in self.context.spine.seat.videos.kept
            act(self, f"{'drop' if kept else 'keep'}-camera {quoted(self._camera.id)}")
        elif plain and key in (Qt.Key.Key_W, Qt.Key.Key_G) and self._camera is not None:
            verb = "send-to-wall" if key is Qt.Key.Key_W else "fly-to"
            target = self._camera.id if key is Qt.Key.Key_W else f"camera:{self._camera.id}"
            act(self, f"{verb} {quoted(target)}")
        else:
            super().keyPressEvent(event)

    @property
    def _offer(self) -> CameraOffer | None:
        return self.lines[self.current].offer if 0 <= self.current < len(self.lines) else None

    def _take(self, offer: CameraOffer) -> None:
        """Take what a platform lists; what breaks by it is shown first."""
        group = f"{OFFER}:{offer.platform}"
        if group in self.opened:
            act(self, f"take-cameras {quoted(offer.platform)} digest={offer.digest}")
            return
        self.opened.add(group)
        self._list()

    @property
    def _camera(self) -> Camera | None:
        return self.lines[self.current].camera if 0 <= self.current < len(self.lines) else None

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
        if self.finder.active:
            return [Note(say("device.finding", text=self.finder.text), self.theme.text1)]
        return [Note(say(f"videowall.by.{self.by}"), self.theme.text2)]

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
