"""The seat's windows: which monitors have one, which scene they show, what their keys do."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QScreen

from app.core.i18n import Translator, translator
from app.core.message import Refusal
from app.live.address import Address, parse_address
from app.live.hub import Kind
from app.live.stage import MAIN, WALL
from app.live.visit import Veil
from app.registry import Registry
from widgets.bridge import Bridge
from widgets.context import Context, Spine, Walls
from widgets.group import Group, Stagehand
from widgets.look import HALL, Looks
from widgets.map_house import MapHouse
from widgets.panels._base import Panel
from widgets.public import public_spine
from widgets.rotation import Rotator, red_unseen
from widgets.scene import LoadedScene
from widgets.scene_book import SceneBook, make_book, own_folder, panels_of, read_book
from widgets.selection import Selection
from widgets.span import Monitor
from widgets.theme import Theme
from widgets.video_house import VideoHouse
from widgets.window import Window

log = logging.getLogger(__name__)

PAGE_MS = 30_000
_SCENE_KEYS = {
    key: number
    for number in range(9)
    for key in (Qt.Key(Qt.Key.Key_F1 + number), Qt.Key(Qt.Key.Key_1 + number))
}
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Shell(QObject):
    """Makes and keeps the windows of one seat. `start` after QApplication, `stop` before its end.

    What stands where is the seat's (`spine.seat.stage`): commands change it and the windows
    follow. `walls` are monitors that a desk drives with the hall's scenes. `ended` comes when the
    last window of the seat's own was closed.
    """

    ended = Signal()
    command_wanted = Signal(str)  # the text of a command
    key_pressed = Signal(object)  # a QKeyEvent that neither panel, window nor shell wanted
    scene_shown = Signal(str)  # the name of the scene on the seat's own monitors
    stage_changed = Signal()  # another address in some window
    opened = Signal(object)  # a Window of the seat's own, when it was made

    def __init__(
        self,
        spine: Spine,
        looks: Looks,
        translator: Translator,
        *,
        full: bool = False,
        scenes: Mapping[str, LoadedScene] | None = None,
        walls: Sequence[str] = (),
        wall_looks: Looks | None = None,
        panels: str = "widgets.panels",
        data: Path | None = None,
        maps: MapHouse | None = None,
        videos: VideoHouse | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.maps = maps
        self.videos = videos
        # What is on a wall is for everybody who can see it, on the hall's seat or a desk's wall.
        self._public = public_spine(spine)
        self.spine = self._public if looks.seat == HALL else spine
        self.looks = looks
        self.bridge = Bridge(spine.hub, self)
        self.selection = Selection(spine.hub)
        self.translator = translator
        self.walls = {f"{WALL}{number}": name for number, name in enumerate(walls, 1)}
        self._wall_looks = wall_looks or Looks(HALL, reduced=looks.reduced)
        self._driven = Walls(
            lambda: self.wall_windows,
            lambda: self.scenes_of(HALL),
            self._wall_looks.unit,
            self._wall_looks.seams,
        )
        # Without a window manager nothing draws a frame, and nobody could use one.
        bare = QGuiApplication.platformName() == "offscreen"
        self._full = full or bare or looks.seat == HALL
        self._zone = ZoneInfo(spine.city.config.zone)
        self.registry: Registry[Panel] = Registry(panels, Panel)
        # All scenes are read and checked once, before the first window; later off this thread.
        kinds = {looks.seat, HALL} if self.walls else {looks.seat}
        self.books = {looks.seat: make_book(scenes.values())} if scenes else {}
        self.books |= {kind: self._book(kind, data) for kind in kinds - self.books.keys()}
        self.drafts: dict[tuple[str, str], LoadedScene] = {}  # by seat and name: in no file yet
        self.groups: dict[str, Group] = {}
        self._veils: dict[bool, Veil] = {}  # before the seat's own picture, before a wall's
        self._hand = Stagehand(
            spine,
            self.registry,
            self._context,
            self._window_title,
            self._free_number,
            self._on_opened,
            self._on_closed,
            self._on_key,
        )
        self._screens: list[str] = []
        self._pages = QTimer(self, interval=PAGE_MS)
        self._pages.timeout.connect(self._turn_unless_red)
        self.rotator = Rotator(spine)

    # ---- life

    def start(self) -> None:
        """Open the windows on the screens there are, with the seat's first scene."""
        seat = self.spine.seat
        seat.language, seat.theme = self.translator.language, self.looks.worn
        seat.themes = self.looks.choices
        self._tell_stage()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._on_screens)
        application.screenRemoved.connect(self._on_screens)
        self.bridge.signal(Kind.SEAT).connect(self._on_seat)
        self.bridge.signal(Kind.MODE).connect(self._on_mode)
        self._group(MAIN)
        self.use_screens(screen_names())
        self.bridge.tick.connect(self.rotator.tick)
        self.bridge.start()

    def stop(self) -> None:
        """Close and delete every window; nothing of the shell is left in Qt after the next turn."""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.disconnect(self._on_screens)
        application.screenRemoved.disconnect(self._on_screens)
        self._pages.stop()
        for group in self.groups.values():
            group.close_all()
        self.bridge.stop()

    def raise_windows(self) -> None:
        """Bring the program to the front: somebody started it again."""
        for window in self.windows:
            window.show()
            window.raise_()
            window.activateWindow()

    def _book(self, kind: str, data: Path | None) -> SceneBook:
        own = own_folder(data, kind) if data is not None else None
        book = read_book(kind, own, panels_of(self.registry))
        if not book.scenes:
            raise book.faults[0]
        return book

    # ---- what there is

    @property
    def scenes(self) -> dict[str, LoadedScene]:
        """The scenes of the seat's own monitors, in their order."""
        return self.scenes_of(self.looks.seat)

    def scenes_of(self, kind: str) -> dict[str, LoadedScene]:
        """The scenes of a seat whose windows this program opens: its own, `hall`'s for walls."""
        scenes = self.books[kind].scenes if kind in self.books else {}
        return {name: self.drafts.get((kind, name), scene) for name, scene in scenes.items()}

    @property
    def scene(self) -> LoadedScene | None:
        """What stands on the seat's own monitors."""
        main = self.groups.get(MAIN)
        return main.scene if main is not None else None

    @property
    def windows(self) -> list[Window]:
        """The seat's own windows."""
        return [w for g in self.groups.values() if g.name not in self.walls for w in g.windows]

    @property
    def wall_windows(self) -> list[Window]:
        """The windows that a desk drives for the hall; `window.group` names them."""
        return [w for g in self.groups.values() if g.name in self.walls for w in g.windows]

    @property
    def all_windows(self) -> list[Window]:
        """Both."""
        return [*self.windows, *self.wall_windows]

    def address_of(self, window: Window) -> str:
        """What a window shows, as `switch-scene` would say it."""
        group = self.groups.get(window.group)
        return group.address if group is not None else ""

    # ---- screens

    def use_screens(self, names: Sequence[str]) -> None:
        """Have a window on each of the screens of these names that a scene has something for.

        Names, because PySide's QScreen objects die with the first window that was on them.
        """
        there = [screen for screen in QGuiApplication.screens() if screen.name() in names]
        if not there:
            return  # all unplugged: keep what there is until one comes back
        self._screens = [screen.name() for screen in there]
        stage = self.spine.seat.stage
        stage.monitors = tuple(self._screens)
        monitors = [Monitor(item.name(), *item.geometry().getRect()) for item in there]  # type: ignore[misc]
        lent = {name: wall for wall, name in self.walls.items()}
        shares: dict[str, list[Monitor]] = {name: [] for name in self.groups}
        for monitor in monitors:
            own = monitor.name if monitor.name in stage.shown else MAIN
            shares.setdefault(lent.get(monitor.name, own), []).append(monitor)
        for name, share in shares.items():
            group = self._group(name)
            if group is not None and share:
                group.use(share)
            elif group is not None:
                group.close_all()
        self._set_paging()

    def _group(self, name: str) -> Group | None:
        """The group of a name, made and shown where it is new; None where nothing can be shown."""
        if name in self.groups:
            return self.groups[name]
        wall = name in self.walls
        looks = self._wall_looks if wall else self.looks
        kind, main = looks.seat, name == MAIN
        selection = self.selection if main else Selection(self.spine.hub)
        group = Group(
            name,
            looks,
            lambda: self.scenes_of(kind),
            selection,
            self._hand,
            full=wall or self._full,
        )
        stage = self.spine.seat.stage
        wanted = stage.shown.get(name) or next(iter(group.scenes))
        begun = stage.rounds_of(name).get(wanted)
        if begun is not None:  # a round of scenes was named
            now = self.spine.clock.now()
            stage.rotating[name] = msgspec.structs.replace(begun, since=now)
            wanted = begun.address
        if not self._show(group, wanted) and not self._show(group, next(iter(group.scenes))):
            return None
        self.groups[name] = group
        return group

    def _on_screens(self, _: QScreen) -> None:
        self.use_screens(screen_names())

    def _on_opened(self, window: Window) -> None:
        if window.group not in self.walls:
            self.opened.emit(window)

    def _on_closed(self, window: Window) -> None:
        for group in self.groups.values():
            if window in group.windows:
                group.windows.remove(window)
                group.close(window)
        if not self.windows:
            self.ended.emit()

    def _free_number(self) -> int:
        taken = {window.number for window in self.all_windows}
        return next(number for number in range(len(taken) + 1) if number not in taken)

    # ---- scenes

    def show_scene(self, address: str, window: str = MAIN) -> None:
        """Show an address; one that cannot be shown is logged and the old one stays."""
        self.spine.seat.stage.shown[window] = address
        self._follow()

    def check(self, address: str) -> None:
        """Raises Refusal where the seat's own monitors cannot show an address."""
        self.groups[MAIN].check(parse_address(address))

    def request_scene(self, address: str) -> None:
        """Ask for a scene as an officer does: by command, so that a drill can replay it."""
        self.command_wanted.emit(f"switch-scene {address}")

    def use_books(self, books: Mapping[str, SceneBook]) -> None:
        """Scenes read anew: what stands is shown in its new form, its last good one where the new
        one cannot be made."""
        for kind, book in books.items():
            self.books[kind] = book
        self._tell_stage()
        for group in self.groups.values():
            assert group.scene is not None
            stale = group.scene is not group.scenes.get(group.scene.name)
            if stale and not self._show(group, group.address):
                self._show(group, next(iter(group.scenes)))
        self.use_screens(self._screens)

    def use_saved(self, kind: str, scene: LoadedScene) -> None:
        """A scene that was just written: it is in the book before the files are read anew."""
        book = self.books[kind]
        self.books[kind] = make_book({**book.files, scene.name: scene}.values())
        self._tell_stage()

    def use_draft(self, kind: str, name: str, draft: LoadedScene | None) -> None:
        """Show a scene as it is being edited, or again as it is saved; raises ConfigError where
        that cannot be made. Panels that are in both live on."""
        shown = draft or self.books[kind].scenes.get(name)
        for group in self.groups.values():
            if shown is not None and group.holds(kind, name):
                group.swap(shown)
        if draft is not None:
            self.drafts[kind, name] = draft
        else:
            self.drafts.pop((kind, name), None)
        for group in self.groups.values():
            group.entitle()

    def turn_page(self) -> None:
        """Where fewer screens are plugged in than the scene has: the last shows the next one."""
        for group in self.groups.values():
            if group.name not in self.walls:
                group.turn_page()

    def _follow(self) -> None:
        """Show what the stage says, where it says something new."""
        stage = self.spine.seat.stage
        if stage.shown.keys() - self.groups.keys() or self._left():
            for name in self._left():
                self.groups.pop(name).close_all()
            self.use_screens(self._screens)
        changed = False
        for group in self.groups.values():
            wanted = stage.shown.get(group.name, group.asked)
            if wanted != group.asked:
                changed = self._show(group, wanted) or changed
        if changed:
            self.use_screens(self._screens)

    def _left(self) -> list[str]:
        """Monitors that show nothing of their own any more."""
        stage = self.spine.seat.stage
        return [n for n in self.groups if n != MAIN and n not in (*self.walls, *stage.shown)]

    def _show(self, group: Group, address: str) -> bool:
        """Whether it could be shown; else it is logged and the old one stays."""
        stage, before = self.spine.seat.stage, group.scene
        try:
            group.show(address)
        except Refusal as refusal:
            log.error("scene %s: %s", address, self.translator.render(refusal.reason))
            stage.shown[group.name] = group.asked
            return False
        stage.shown[group.name] = group.asked = group.address
        stage.since[group.name] = self.spine.clock.now()
        if group.name == MAIN and group.scene is not before and before is not None:
            self.scene_shown.emit(group.scene.name if group.scene else "")
        self.stage_changed.emit()
        self.spine.hub.publish(Kind.SEAT, ("shown",))
        return True

    def _tell_stage(self) -> None:
        stage, own = self.spine.seat.stage, self.books[self.looks.seat]
        stage.scenes = tuple(own.scenes)
        stage.rounds, stage.own = {"": own.rounds}, {"": own.own}
        stage.walls = tuple(self.walls)
        self.spine.seat.maps.apart |= self.walls.keys()
        if self.walls:
            stage.hall_scenes = tuple(self.books[HALL].scenes)
            stage.rounds = {"": own.rounds, HALL: self.books[HALL].rounds}
            stage.own = {"": own.own, HALL: self.books[HALL].own}
        stage.check = self._check

    def _check(self, window: str, address: Address) -> None:
        group = self.groups.get(window) or self.groups[MAIN]
        group.check(address)

    def _set_paging(self) -> None:
        """A wall without keys turns its pages by itself; a desk's are turned by its officer."""
        if any(g.is_short and g.looks.seat == HALL for g in self.groups.values()):
            self._pages.start()
        else:
            self._pages.stop()

    def _turn_unless_red(self) -> None:
        # Nothing on the wall moves until somebody has seen what is red.
        if not red_unseen(self.spine):
            for group in self.groups.values():
                if group.looks.seat == HALL:
                    group.turn_page()

    def _wear_looks(self) -> None:
        """The seat's language and theme in every window; scene, page and selection stay."""
        seat = self.spine.seat
        if (seat.language, seat.theme) == (self.translator.language, self.looks.worn):
            return
        self.translator = translator(seat.language)
        self.looks.wear(seat.theme)
        for window in self.all_windows:
            window.remake()
        for group in self.groups.values():
            group.entitle()

    def _on_mode(self, keys: frozenset[str]) -> None:
        """Another version of the city's files: everything on the screens follows it."""
        if "city" in keys:
            for window in self.all_windows:
                window.remake()

    def _on_seat(self, keys: frozenset[str]) -> None:
        self._wear_looks()
        if any(key.startswith("selection/") for key in keys):
            self._readdress()
        self._follow()

    def _readdress(self) -> None:
        """Something else was chosen on a panel: the address says so."""
        stage = self.spine.seat.stage
        for group in self.groups.values():
            if stage.shown.get(group.name) == group.asked != group.address:
                stage.shown[group.name] = group.asked = group.address
                group.entitle()
                self.stage_changed.emit()

    # ---- what panels and keys are given

    def context(self, theme: Theme) -> Context:
        """What the panels of the seat's own windows are given."""
        return self._context(self.groups.get(MAIN), theme, self.scene)

    def _context(self, group: Group | None, theme: Theme, scene: LoadedScene | None) -> Context:
        looks = group.looks if group is not None else self.looks
        spine, visit = self._public if looks.seat == HALL else self.spine, self.spine.seat.visit
        visited = visit is not None and visit.covers(looks.seat)
        return Context(
            spine=spine,
            veil=self._veil(spine) if visited else None,
            bridge=self.bridge,
            selection=group.selection if group is not None else self.selection,
            theme=theme,
            profile=looks.wall,
            translator=self.translator,
            seat=looks.seat,
            zone=self._zone,
            window=group.name if group is not None else MAIN,
            scene=(scene.scene.name_zh, scene.scene.name_en) if scene is not None else ("", ""),
            walls=self._driven if self.walls else None,
            maps=self.maps,
            videos=self.videos,
        )

    def _veil(self, spine: Spine) -> Veil:
        """One for all windows of a kind: what it has told of a matter is not told anew."""
        held = self._veils.get(spine is self.spine)
        if held is None or not held.is_of(spine.picture, spine.catalog):
            held = self._veils[spine is self.spine] = Veil(spine.picture, spine.catalog)
        return held

    def _on_key(self, event: QKeyEvent) -> None:
        names, plain = list(self.scenes), event.modifiers() in _PLAIN
        scene = _SCENE_KEYS.get(Qt.Key(event.key())) if plain else None
        if scene is not None and scene < len(names):
            self.request_scene(names[scene])
        elif event.key() == Qt.Key.Key_PageDown and not plain:
            self.turn_page()
        else:
            self.key_pressed.emit(event)

    def _window_title(self, group: Group) -> str:
        config = self.spine.city.config
        name = self.translator.pick(config.name_zh, config.name_en)
        title = self.translator.text("shell.window_title", city=name, address=group.address)
        if group.scene is None or (group.looks.seat, group.scene.name) not in self.drafts:
            return title
        return f"{title} {self.translator.text('walls.unsaved')}"


def screen_names() -> list[str]:
    """The screens that are plugged in, in Qt's order."""
    return [screen.name() for screen in QGuiApplication.screens()]
