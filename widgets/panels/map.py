"""The map: its title line says what is shown; the page below draws it."""

from typing import Any

from PySide6.QtCore import QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.keys import parse
from app.core.message import Message
from app.core.model import Ms, World
from app.gis.content import Content
from app.live.hub import Kind
from app.live.map_sides import BESIDE
from app.live.map_state import MAX_ZOOM, MIN_ZOOM, MapPlace
from app.live.maps import map_key
from widgets.context import Context
from widgets.map.opening import paint_opening
from widgets.map.view import MapView
from widgets.map_follow import MapFollower
from widgets.map_foot import foot_lines
from widgets.map_tools import DrawnFigures
from widgets.paint.button import KeyHint
from widgets.panels._act import act, has_scene
from widgets.panels._base import Changes
from widgets.panels._map import (
    AboutMap,
    MapOptions,
    content_age,
    content_freshness,
    layer_title,
    quoted,
)
from widgets.panels._map_beside import Beside, side_words
from widgets.panels._map_chosen import ChosenOnMap
from widgets.panels._map_drop import files_of, may_fall
from widgets.panels._map_keys import WAYS, bookmark_of, tool_of
from widgets.panels._map_shown import bring_up
from widgets.panels._map_side import MapSide
from widgets.panels._map_sought import SoughtOnMap
from widgets.panels._painted import Note, Painted
from widgets.panels.layers import Layers
from widgets.screen_item import ScreenItem, record_item
from widgets.selection import Subject

SCENE = "map"

GAP = 2  # pixels between two maps side by side
NAMED = 4  # layers whose counts stand in the title line


class MapPanel(AboutMap, Painted, kind="map"):
    """Arrows move it, + and − zoom, 0 shows the whole city, digits open bookmarks, Esc takes the
    hand again. The engine is loaded with the first map that is seen, after the first picture."""

    class Options(MapOptions, frozen=True, forbid_unknown_fields=True):
        """`plate`: opened where nothing is on; `tools`: what is drawn on it counts; `interactive`
        False: it follows, and no hand moves it (always so on a wall); `legend`: beside it;
        `districts`: those that shade it, in order, above the legend."""

        plate: str = ""
        tools: bool = True
        interactive: bool = True
        legend: bool = False
        districts: bool = False

    needs = frozenset({Kind.SEAT, Kind.MAP})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.options: MapPanel.Options = options
        self.said = ""
        self.view: MapView | None = None
        self.follower: MapFollower | None = None
        self.beside: Beside | None = None
        self.sought: SoughtOnMap | None = None
        self._now: Ms = 0
        self._form: tuple[float, ...] = ()
        self._chosen = ChosenOnMap(context, self.state)
        self._by_hand = options.interactive and self.interactive
        self.setAcceptDrops(self._by_hand)  # the page takes none: Qt offers them to this panel
        self.side = MapSide(
            context, options.map, self, districts=options.districts, legend=options.legend
        )
        if self.side.legend is not None:
            self.side.legend.zoom_of = lambda: self.zoom
        if self.house is not None:
            self.house.ready.connect(self._begin)

    # ---- life

    def showEvent(self, event: QShowEvent) -> None:
        """Seen again: its layers are made from now on."""
        super().showEvent(event)
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Hidden maps cost nothing."""
        super().hideEvent(event)
        if self.follower is not None:
            self.follower.hide()
        if self.beside is not None:
            self.beside.hide()

    def stop(self) -> None:
        """Let the page go."""
        if self.house is not None:
            self.house.ready.disconnect(self._begin)
        self.side.stop()
        if self.beside is not None:
            self.beside.close()
        if self.follower is not None:
            self.follower.stop()
        if self.view is not None:
            self.view.close_map()
        super().stop()

    def _begin(self) -> None:
        """Follow the map, once there is an atlas and somebody looks."""
        house = self.house
        if house is None or house.atlas is None or not self.seen:
            return
        self._open_page()
        if self.follower is None:
            house.give_bases(self.view)
            self._follow()
        if self.follower is not None:
            self.follower.show()
        self._stand_beside()
        self.update()

    def _open_page(self) -> None:
        """The page is opened when the first picture stands, beside the reading of the atlas."""
        if self.view is None and self.house is not None and not self.house.broken and self.seen:
            self.view = self.house.bare_view(self.context, self)
            self.view.setGeometry(self._place)
            self.view.show()

    def _stand_beside(self) -> None:
        """Two maps while the comparison wants them side by side, one else."""
        compare, follower, view = self.state.comparison, self.follower, self.view
        if view is None or follower is None or self.house is None or not self.seen:
            return
        wants = compare is not None and compare.form == BESIDE and view.reason is None
        if wants and self.beside is None:
            self.beside = Beside(
                self.house, self.context, self, self.options.map, self.by_hand,
                by_hand=self._by_hand,
            )  # fmt: skip
        elif not wants and self.beside is not None:
            self.beside.close()
            self.beside = None
        self._lay_out_views()
        if self.beside is not None:
            self.beside.show()

    def _follow(self) -> None:
        assert self.house is not None and self.view is not None
        found = MapFollower(
            self.house, self.context, self.view, self.options.map, by_hand=self._by_hand
        )
        found.did.connect(self.by_hand)
        found.moved.connect(self.update)
        name, say = (lambda: self.map_name), self.context.translator
        figures = DrawnFigures(self.by_hand, self.view.send, name, say, lambda: self.state)
        figures.begin()
        found.on_drawn = figures
        self.follower = found
        if self._by_hand:
            self.sought = SoughtOnMap(self.context, self.ask, self.view.send, name)
            self.sought.follow()
            self._fly(self._chosen.begin(self.house, self.map_name, self.state))
        if self.options.plate and not self.state.plate and not self.state.layers:
            self.do(f"open-plate {self.options.plate}")

    def by_hand(self, text: str) -> None:
        """A command that a hand on the map gave: done, and what it found can be read."""
        self.do_whole(text)
        bring_up(self, text)

    @property
    def reason(self) -> Message | None:
        """Why there is no map; None where there is one, or will be."""
        return self.view.reason if self.view is not None else None

    # ---- what is shown

    def title(self) -> str:
        """The plate's name; the district that was drilled into; else 一张图."""
        names, state = self.context.spine.seat.maps.names, self.state
        pick = self.context.translator.pick
        plate = names.plates.get(state.plate)
        name = pick(plate.name_zh, plate.name_en) if plate else self.context.text("mapwords.title")
        region = names.regions.get(state.region)
        if region is None:
            return name
        return self.context.text(
            "mapwords.title_in", name=name, region=pick(region.name_zh, region.name_en)
        )

    def shown(self) -> list[tuple[Any, Content]]:
        """The layers that are on and made, top first."""
        configs = self.configs
        found = [
            (configs[choice.id], content)
            for choice in reversed(self.state.layers)
            if choice.id in configs and (content := self.content(choice)) is not None
        ]
        return sorted(found, key=lambda pair: -pair[0].order)

    @property
    def zoom(self) -> float:
        """How near it looks."""
        here = self.follower.here if self.follower is not None else None
        return here.zoom if here is not None else self.state.place.zoom

    def notes_left(self) -> list[Note]:
        """Which layers, with their counts; a moment of the past before them."""
        notes, say, state = [], self.context.text, self.state
        if state.at:
            at = wording.moment(state.at, self._now, self.context.zone, self.context.translator)
            notes.append(Note(say("mapwords.at", at=at), self.theme.freshness["replay"], True))
        if state.span_ms:
            span = wording.duration(state.span_ms, self.context.translator)
            notes.append(Note(say("mapwords.within", span=span), self.theme.text1))
        zoom = self.zoom
        counted = [
            (config, content)
            for config, content in self.shown()
            if content.count
            and config.min_zoom <= zoom <= config.max_zoom
            and not (content.steps and self.side.tells_shades)
        ]
        # What the ground is shaded by comes first: nothing on the map itself says it.
        counted.sort(key=lambda pair: not pair[1].steps)
        for config, content in counted[:NAMED]:
            name = layer_title(self.context, config, content)
            text = say("mapwords.counted", name=name, count=wording.number(content.count))
            if content.steps:
                unit = self.context.translator.pick(content.unit, content.unit_en) or content.unit
                text = f"{name} ({unit})" if unit else name
            notes.append(Note(text, self.theme.text2))
        return notes

    def notes_right(self) -> list[Note]:
        """演示数据, what it compares, the age of the freshest that moves, what was refused."""
        say, theme, notes = self.context.text, self.theme, []
        if self.said:
            notes.append(Note(self.said, theme.text1, True))
        if self.context.picture.world is World.DEMO:
            notes.append(Note(say("state.demo"), theme.text2))
        if self.state.comparison is not None:
            left, right = side_words(self.context, self.state, self._now)
            form = say(f"mapwords.compare.{self.state.comparison.form}")
            text = say("mapwords.sides", form=form, left=left, right=right)
            notes.append(Note(text, theme.text1, True))
        if self.state.tool:
            notes.append(Note(say(f"mapwords.tool.{self.state.tool}"), theme.text1))
        ageing = [content for _, content in self.shown() if content.newest]
        if ageing:
            newest = max(ageing, key=lambda content: content.newest)
            notes.append(Note(content_age(self.context, newest, self._now), theme.text3))
        return notes

    def refresh(self, changes: Changes) -> None:
        """Ages go on; the foot says what the base owes."""
        self._now = self.context.now()
        self._look_at_chosen(changes)
        if self.sought is not None:
            self.sought.follow()
        house = self.house
        view, follower = self.view, self.follower
        if follower is not None and view is not None and view.reason is None and house is not None:
            webgl = follower.webgl
            foot = foot_lines(house, self.context, self.state, self._now, webgl=webgl)
            view.set_foot(foot)
        elif house is not None and house.broken and view is not None:
            self.view = None
            view.close_map()
            view.deleteLater()
        if self.side.form != self._form:
            self._lay_out_side()  # another plate, with or without a shade
        self._stand_beside()
        if self.beside is not None:
            self.beside.set_foot(self._now)

    def _look_at_chosen(self, changes: Changes) -> None:
        """What was chosen elsewhere is gone to; what was picked here is chosen on the seat."""
        house = self.house
        if not self._by_hand or self.follower is None or house is None:
            return
        self._chosen.tell(house, self.map_name, self.state)
        keys = frozenset(changes.get(Kind.SEAT, ()))
        self._fly(self._chosen.look(house, self.map_name, self.state, keys))

    def _fly(self, text: str) -> None:
        if text:
            self.ask(self._try(text))

    async def _try(self, text: str) -> None:
        """Where it lies is not always known: then the map stays, and nothing is said."""
        await self.context.commands.submit(self.context.commands.parse(text))

    def items(self) -> list[ScreenItem]:
        """Where it looks, what is on with count and age, what is marked."""
        context, now, state, name = self.context, self._now, self.state, self.map_name or "shared"
        world, say = context.picture.world, context.text
        place, here = state.place, self.follower.here if self.follower is not None else None
        text = f"{place.lat:.5f},{place.lon:.5f},{place.zoom:g}"
        found = [self._item(f"map/{name}/place", say("mapwords.place"), text)]
        if here is not None:
            box = f"{here.west:.4f},{here.south:.4f},{here.east:.4f},{here.north:.4f}"
            found.append(self._item(f"map/{name}/view", say("mapwords.view"), box))
        for config, content in self.shown():
            found.append(
                record_item(
                    f"map/{name}/layer/{config.id}",
                    layer_title(context, config, content),
                    content.count,
                    observed=content.newest,
                    now=now,
                    source=" ".join(content.sources),
                    world=world,
                    freshness=content_freshness(context, content, now),
                    mode="" if content.connected else "none",
                )
            )
        if state.plate:
            found.append(self._item(f"map/{name}/plate", say("mapwords.plate"), state.plate))
        if state.area is not None:
            found.append(self._item(f"map/{name}/area", say("mapwords.area"), state.area.form))
        if state.picked is not None:
            picked = f"{state.picked.layer} {state.picked.id}".strip()
            found.append(self._item(f"map/{name}/picked", say("mapwords.picked"), picked))
        if self.sought is not None and self.sought.words:
            words = self.sought.words
            found.append(self._item(f"map/{name}/sought", say("videolist.sought.label"), words))
        found += self.side.items()
        if self.reason is not None:
            told = context.translator.render(self.reason)
            found.append(self._item(f"map/{name}/reason", say("mapwords.no_engine"), told))
        return found

    def _item(self, key: str, label: str, value: str) -> ScreenItem:
        now = self._now
        return record_item(
            key, label, value, observed=now, now=now, world=self.context.picture.world
        )

    # ---- places and painting

    @property
    def _place(self) -> QRect:
        place = self.body_rect.toAlignedRect()
        place.setLeft(place.left() + self.side.wide)
        return place

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The view fills what is below the head, beside what stands at its side."""
        super().resizeEvent(event)
        self._lay_out_side()

    def _lay_out_side(self) -> None:
        place = self._place
        self.side.place(QRect(0, place.top(), place.left(), place.height()))
        self._form = self.side.form
        self._lay_out_views()

    def _lay_out_views(self) -> None:
        """The page, or two of the same size with a line between them."""
        place = self._place
        if self.view is None:
            return
        if self.beside is not None:
            half = (place.width() - GAP) // 2
            other = QRect(place.right() - half + 1, place.top(), half, place.height())
            self.beside.place(other)
            place = QRect(place.left(), place.top(), half, place.height())
        self.view.setGeometry(place)

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """The ground, until the page stands on it; why there is none, where there cannot be."""
        painter.fillRect(rect, self.theme.canvas)
        if self.house is None:
            self.paint_said(painter, rect, "none")
        elif self.follower is None and self.house.broken:
            self.paint_said(painter, rect, "broken")
        elif self.follower is None:
            paint_opening(painter, QRectF(self._place), self.context)
        if self.view is None and self.house is not None and not self.house.broken:
            QTimer.singleShot(0, self, self._open_page)

    # ---- files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files that can be read may fall here."""
        if may_fall(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """They are read and asked about on a card; the map stays as it is until then."""
        files = files_of(event.mimeData())
        if files and self.house is not None:
            event.acceptProposedAction()
            self.house.offered.emit(files, self.map_name)

    # ---- keys

    def hints(self) -> list[KeyHint]:
        """What the keys do here."""
        say = self.context.text
        keys = (
            ("↑ ↓ ← →", "move"), ("+ −", "zoom"), ("0", "home"), ("1–9", "bookmark"),
            ("O B P F", "tool"), ("M D", "measure"), ("U", "up"), ("L", "layers"), ("C", "shade"),
            ("I", "import"), ("/", "search"), ("Esc", "hand"),
        )  # fmt: skip
        return [KeyHint(key, say(f"mapwords.key.{word}")) for key, word in keys]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, zoom, tools; what is not the map's goes on to the seat."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        if not self._by_hand or not plain or not self._on_key(event):
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, tool = Qt.Key(event.key()), tool_of(event)
        if key in WAYS:
            self._pan(*WAYS[key])
        elif event.text() and event.text() in "+=-_":
            self._zoom(1 if event.text() in "+=" else -1)
        elif key == Qt.Key.Key_0:
            self.do("fly-to home")
        elif tool and self.options.tools:
            self.do(f"map-tool {tool}")
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            named = bookmark_of(self.context, int(key) - int(Qt.Key.Key_1))
            self.do(named) if named else self._nothing("mapwords.no_bookmark")
        elif key == Qt.Key.Key_U:
            self.do("drill-region up")
        elif key == Qt.Key.Key_L:
            self._to_layers()
        elif key == Qt.Key.Key_C:
            self._shade()
        elif key == Qt.Key.Key_I:
            self.do("import-file")
        elif key == Qt.Key.Key_Escape:
            return self._escape()
        else:
            return False
        return True

    def _to_layers(self) -> None:
        """The keys go to the list of layers; where none stands its scene comes up."""
        there = [panel for panel in self.window().findChildren(Layers) if panel.isVisible()]
        if there:
            there[0].setFocus(Qt.FocusReason.OtherFocusReason)
        elif has_scene(self, SCENE):
            act(self, f"switch-scene {SCENE}")

    def _shade(self) -> None:
        """Districts by the indicator that is chosen on the seat."""
        chosen = self.context.selection[Subject.INDICATOR]
        if not chosen:
            self._nothing("mapwords.no_indicator")
            return
        self.do(f"show-layer choropleth filter={quoted(parse(chosen).code)}")

    def _escape(self) -> bool:
        """Undo the last thing that is in the way: tool, card, area, comparison, cameras found."""
        state = self.state
        if state.tool:
            self.do("map-tool hand")
        elif state.picked is not None:
            self.do("pick ''")
        elif state.area is not None:
            self.do_named("clear-area")
        elif state.comparison is not None:
            self.do_named("end-compare")
        elif self.context.spine.seat.videos.search is not None:
            self.do_whole("cameras-all")
        else:
            return False
        return True

    def _nothing(self, id_: str) -> None:
        self.said = self.context.text(id_)
        self.update()

    def _pan(self, east: float, north: float) -> None:
        here, place = self.follower.here if self.follower else None, self.state.place
        if here is None:
            return
        lon = place.lon + east * (here.east - here.west)
        lat = place.lat + north * (here.north - here.south)
        self._go(MapPlace((lon + 180) % 360 - 180, min(85.0, max(-85.0, lat)), place.zoom))

    def _zoom(self, step: int) -> None:
        place = self.state.place
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, round(place.zoom) + step))
        self._go(MapPlace(place.lon, place.lat, zoom))

    def _go(self, place: MapPlace) -> None:
        """A key is a hand: it moves the map as a pointer would, and every view that follows it."""
        self.state.drag(place, "")
        self.context.hub.publish(Kind.SEAT, (map_key(self.map_name),))
