"""What was picked on the map: what it is, how old that is, where, and what can be done with it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import Level, Ms
from app.gis.mark_finder import MarkFinder
from app.live.camera_ground import Near
from app.live.camera_orders import free_cells
from app.live.camera_search import FACING_REACH_M
from app.live.hub import Kind
from app.live.map_state import Picked
from app.live.video_names import CameraNames
from app.registry import deferred
from widgets.context import Context
from widgets.paint.alarm import AlarmMark, paint_alarm
from widgets.paint.button import Button, KeyHint, button_width, paint_button
from widgets.paint.map_mark import paint_map_mark
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes
from widgets.panels._card import paint_card
from widgets.panels._map import AboutMap, MapOptions, layer_title, quoted, sources_of
from widgets.panels._map_places import place_lines
from widgets.panels._map_thing import Thing, source_line, thing_of
from widgets.panels._painted import Note, Painted
from widgets.panels._sheet import Line
from widgets.panels._watch import has_video, watch, watch_text
from widgets.screen_item import ScreenItem, record_item

NEAR_M = 1000
MOST_NEAR = 200_000
"""Layers with more things than that are not counted on the GUI thread."""
RISEN = 44
NEAR_CAMERAS = "cameras around"
AROUND = 9
"""So many cameras around an incident are shown where the wall has cells for them."""


@dataclass(frozen=True)
class Action:
    """Something that can be done with it: its key, its word, the command or what it opens."""

    key: str
    word: str
    text: str = ""
    opens: bool = False


class MapCard(AboutMap, Painted, kind="map-card"):
    """Enter opens it, Space takes on a warning, Z goes there, N marks what lies around, W sends the
    map to the wall."""

    Options = MapOptions
    needs = frozenset({Kind.SEAT, Kind.EVENT, Kind.WARNING, Kind.DEVICE, Kind.POSITION})

    def __init__(
        self, context: Context, options: MapOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, options, parent)
        self.said = ""
        self.thing: Thing | None = None
        self.lines: tuple[Line, ...] = ()
        self.actions: list[Action] = []
        self._buttons: list[tuple[QRectF, Action]] = []
        self._picked: Picked | None = None
        self._now: Ms = 0
        self._finder = MarkFinder()

    def title(self) -> str:
        """The thing's name."""
        return self.thing.title if self.thing is not None else self.context.text("mapwords.card")

    def notes_left(self) -> list[Note]:
        """What it is, or what was refused."""
        if self.said:
            return [Note(self.said, self.theme.text1)]
        return [Note(self.thing.kind, self.theme.text2)] if self.thing is not None else []

    # ---- what stands in it

    def refresh(self, changes: Changes) -> None:
        """The picked thing as it is now."""
        self._now = self.context.now()
        picked = self.state.picked
        if picked != self._picked:
            self._picked, self.said = picked, ""
        if picked is None:
            self.thing, self.lines, self.actions = None, (), []
            return
        house, config = self.house, self.configs.get(picked.layer)
        choice = self.state.choice(picked.layer)
        content = self.content(choice) if choice is not None else None
        place = self._finder.place(content.marks, picked.id) if content is not None else None
        if place is not None:  # it moves: what is said of it is said of where it is now
            picked = Picked(picked.layer, picked.id, *place)
        subject = ""
        if house is not None and house.atlas is not None and config is not None:
            subject = house.atlas.layer(config.id).subject
        self.thing = thing_of(self.context, picked, subject, config, content, self._now)
        owed = sources_of(self.context, config, content) if config is not None else ""
        self.lines = (
            *self.thing.lines,
            source_line(self.context, self.thing, owed, self._now),
            *self._around(picked),
            *place_lines(self.context, picked.lon, picked.lat),
        )
        self.actions = self._what_can_be_done(self.thing, picked)

    def _around(self, picked: Picked) -> list[Line]:
        """What of the layers that are on lies within a kilometre, straight."""
        counts = []
        for choice in self.state.layers:
            config, content = self.configs.get(choice.id), self.content(choice)
            marks = content.marks if content is not None else None
            if config is None or marks is None or not 0 < len(marks.lon) < MOST_NEAR:
                continue
            close = (np.abs(marks.lat - picked.lat) < 0.02) & (np.abs(marks.lon - picked.lon) < 0.1)
            lon, lat = marks.lon[close], marks.lat[close]
            away = deferred("app.gis.geodesy").near(lon, lat, picked.lon, picked.lat)
            found = int((away <= NEAR_M).sum())
            if found:
                name = layer_title(self.context, config, content)
                count = wording.number(found)
                counts.append(self.context.text("mapwords.counted", name=name, count=count))
        text = self.say("comma").join(counts)
        return [Line(self.context.text("mapwords.line.around"), text)] if text else []

    def _what_can_be_done(self, thing: Thing, picked: Picked) -> list[Action]:
        say, found = self.context.text, []
        if not self.interactive:
            return []
        if thing.can_ack and self.context.seat == "desk":
            found.append(
                Action("Space", say("mapwords.act.ack"), f"ack-warning {quoted(thing.id)}")
            )
        if thing.camera and has_video(self.context):
            text = f"watch-camera {quoted(thing.camera)} wall={quoted(self.context.window)}"
            found.append(Action("Enter", say("mapwords.act.watch"), text))
        if thing.scene and has_scene(self, thing.scene):
            found.append(Action("Enter", say("mapwords.act.open"), opens=True))
        if thing.region:
            found.append(Action("D", say("mapwords.act.drill"), f"drill-region {thing.region}"))
        place = f"{picked.lon:.6f},{picked.lat:.6f}"
        zoom = 0 if thing.region else 16
        found.append(Action("Z", say("mapwords.act.fly"), f"fly-to {place} zoom={zoom}"))
        circle = f"select-area {place} form=circle radius={NEAR_M}"
        found.append(Action("N", say("mapwords.act.near"), circle))
        if has_video(self.context) and not thing.region:
            found.append(Action("V", say("mapwords.act.cameras"), NEAR_CAMERAS))
        if self.context.spine.seat.stage.walls:
            found.append(Action("W", say("mapwords.act.wall"), "send-map ''"))
        return found

    def items(self) -> list[ScreenItem]:
        """The thing and each line."""
        thing = self.thing
        if thing is None:
            return []
        now, world = self._now, self.context.picture.world
        key = f"card/{thing.key or thing.id}"
        found = [
            record_item(
                key, thing.title, thing.kind, observed=thing.observed, now=now,
                source=thing.source, world=world, level=thing.level.value,
            )
        ]  # fmt: skip
        for number, line in enumerate(self.lines):
            text = self.say("comma").join(part for part in (line.text, line.note) if part)
            told = f"{key}/line/{number}"
            found.append(record_item(told, line.name, text, observed=now, now=now, world=world))
        return found

    # ---- painting

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Mark, lines, buttons at the foot."""
        if self.thing is None:
            self._buttons = []
            self.paint_said(painter, rect, "card.none")
            return
        rows = self._rows_of_buttons(rect.width())
        high = self.px(RISEN) * len(rows) + (self.px(8) if rows else 0)
        room = rect.adjusted(0, 0, 0, -high)
        thing = self.thing
        paint_card(
            painter, self, room, thing.sentence or thing.kind, self.lines, self._mark(painter)
        )
        self._paint_buttons(painter, rows, rect.bottom() - high)

    def _mark(self, painter: QPainter):  # type: ignore[no-untyped-def]
        thing = self.thing
        assert thing is not None

        def paint(box: QRectF) -> None:
            if thing.level is not Level.NONE:
                paint_alarm(painter, box, AlarmMark(thing.level), self.theme)
                return
            choice = self.state.choice(self._picked.layer) if self._picked is not None else None
            content = self.content(choice) if choice is not None else None
            if content is not None and content.marks is not None and content.marks.styles:
                paint_map_mark(painter, box, content.marks.styles[0], self.theme)

        return paint

    def _rows_of_buttons(self, width: float) -> list[list[tuple[float, Action]]]:
        rows: list[list[tuple[float, Action]]] = []
        room, gap = 0.0, self.px(8)
        for action in self.actions:
            wide = button_width(Button(action.word, key=self._cap(action)), self.theme)
            if not rows or wide > room:
                rows.append([])
                room = width - 2 * self.pad
            rows[-1].append((wide, action))
            room -= wide + gap
        return rows

    def _paint_buttons(
        self, painter: QPainter, rows: list[list[tuple[float, Action]]], y: float
    ) -> None:
        self._buttons = []
        for row in rows:
            x = self.pad
            for wide, action in row:
                box = QRectF(x, y, wide, self.px(36))
                paint_button(painter, box, Button(action.word, key=self._cap(action)), self.theme)
                self._buttons.append((box, action))
                x += wide + self.px(8)
            y += self.px(RISEN)

    def _cap(self, action: Action) -> str:
        if action.key == "Space":
            return self.context.text("mapwords.key.space")
        return self.say("key.enter") if action.key == "Enter" else action.key

    # ---- doing

    def hints(self) -> list[KeyHint]:
        """What can be done with what was picked."""
        return [KeyHint(self._cap(action), action.word) for action in self.actions]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the buttons."""
        names = {Qt.Key.Key_Space: "Space", Qt.Key.Key_Return: "Enter", Qt.Key.Key_Enter: "Enter"}
        key = names.get(Qt.Key(event.key()), event.text().upper())
        action = next((item for item in self.actions if item.key == key), None)
        if action is None:
            super().keyPressEvent(event)
        else:
            self.take(action)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A button."""
        for box, action in self._buttons:
            if self.interactive and box.contains(event.position()):
                self.take(action)
                return
        super().mousePressEvent(event)

    def take(self, action: Action) -> None:
        """Do it."""
        thing = self.thing
        if action.opens and thing is not None and thing.subject is not None:
            self.context.selection.choose(thing.subject, thing.id)
            act(self, f"switch-scene {thing.scene}")
        elif action.text == NEAR_CAMERAS:
            self.ask(self._watch_around())
        elif action.text.startswith("watch-camera"):
            self.ask(self._watch(action.text))
        elif action.text.startswith("ack-warning"):
            self.do_whole(action.text)
        else:
            self.do(action.text)

    # ---- cameras

    async def _watch_around(self) -> None:
        """The nearest cameras onto the wall: those that look here first, none that is gone. The
        list of cameras shows them with their distances."""
        picked, thing, videos = self._picked, self.thing, self.context.spine.seat.videos
        if picked is None or thing is None:
            return
        names, window = videos.cameras, self.context.window
        hidden = names.hidden if self.context.veil is not None else frozenset[str]()
        found = await asyncio.to_thread(_around, names, (picked.lon, picked.lat), hidden)
        room = min(AROUND, len(free_cells(videos[window])))
        about = thing.key or f"{picked.lon:.6f},{picked.lat:.6f}"
        text = watch_text(self.context, found.ids, room, window, about)
        if not text:
            self.said = self.context.text("videolist.none_to_watch")
            self.update()
            return
        near = f"cameras-near {picked.lon:.6f},{picked.lat:.6f}"
        await self.context.commands.submit(self.context.commands.parse(near))
        await self._watch(text)

    async def _watch(self, text: str) -> None:
        """Do it; a refusal is said on the card."""
        self.said = await watch(self, text)
        self.update()


def _around(names: CameraNames, place: tuple[float, float], hidden: Collection[str]) -> Near:
    """In a thread: more than there are cells, for some may be gone."""
    ground = names.ground.make()
    return ground.nearest(
        *place, AROUND * 8, reach_m=FACING_REACH_M, without=hidden, looking_first=True
    )
