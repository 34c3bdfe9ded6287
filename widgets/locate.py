"""Where a found thing is shown: a scene for it, a panel that has it, else a sentence."""

import shlex

from PySide6.QtCore import QObject

from app.core.directory import Camera, Point
from app.core.keys import reading_key
from app.core.message import Message, message
from app.live.stage import MAIN
from widgets.names import (
    BASE,
    BOOKMARK,
    BUREAU,
    CAMERA,
    DEVICE,
    FEED,
    INDEX,
    INDICATOR,
    LAYER,
    PANEL,
    PLACE,
    PLATE,
    POINT,
    REGION,
    SCENE,
    THEME,
    cameras_of,
    indicator_key,
)
from widgets.panels._base import Panel
from widgets.panels._rows import Rows
from widgets.selection import Subject
from widgets.shell import Shell

SCENES = {
    INDICATOR: ("indicator",),
    INDEX: ("index", "indicator"),
    THEME: ("theme",),
    REGION: ("region", "league"),
    FEED: ("feed",),
    DEVICE: ("devices",),
}
"""The scenes that are about such a thing, the best first."""
MAPPED = {
    LAYER: "show-layer",
    PLATE: "open-plate",
    BASE: "set-base",
    BOOKMARK: "go-bookmark",
}
"""What is done on the map with such a thing."""
MAP, VIDEO = "map", "video"
SUBJECTS = {
    THEME: Subject.THEME,
    REGION: Subject.REGION,
    BUREAU: Subject.BUREAU,
    FEED: Subject.FEED,
    DEVICE: Subject.DEVICE,
}


class Locator(QObject):
    """Chooses what was found on the seat, and brings up what shows it."""

    def __init__(self, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._awaited = ""  # a kind of panel, of the scene that was asked for
        shell.scene_shown.connect(self._on_scene)

    def show(self, kind: str, id_: str) -> Message | None:
        """Go there; a sentence where the seat has nothing that shows it."""
        shell = self._shell
        if kind == SCENE:
            shell.request_scene(id_)
        elif kind == PANEL:
            self._go_to_panel(id_)
        elif kind == CAMERA and self._has_video:
            self._on_wall(f"watch-camera {shlex.quote(id_)}")
            return self._place(kind, id_)
        elif kind in (POINT, CAMERA):
            self._on_map(f"fly-to {shlex.quote(f'{kind}:{id_}')}")
            return self._place(kind, id_)
        elif kind == PLACE:
            self._on_map(f"fly-to {id_}")
        elif kind in MAPPED:
            self._on_map(f"{MAPPED[kind]} {shlex.quote(id_)}")
        else:
            self._choose(kind, id_)
            if kind == BUREAU:
                self._go_to_panel("indicators")
                self._to_group(id_)
                return None
            if kind == REGION and self._map_is_seen():
                shell.command_wanted.emit(f"drill-region {shlex.quote(id_)}")
                return None
            scene = next((name for name in SCENES[kind] if name in shell.scenes), "")
            if not scene:
                return message("hands.no_scene")
            shell.request_scene(scene)
        return None

    def _on_map(self, text: str) -> None:
        """Do it on the seat's map; where none can be seen the scene of the map comes up."""
        shell = self._shell
        if not self._map_is_seen():
            if MAP not in shell.scenes:
                return
            shell.request_scene(MAP)
        shell.command_wanted.emit(text)

    @property
    def _has_video(self) -> bool:
        videos = self._shell.videos
        return videos is not None and videos.platforms > 0

    def _on_wall(self, text: str) -> None:
        """Do it on the seat's video wall; where none can be seen its scene comes up."""
        if not self._is_seen(VIDEO):
            if VIDEO not in self._shell.scenes:
                return
            self._shell.request_scene(VIDEO)
        self._shell.command_wanted.emit(text)

    def _map_is_seen(self) -> bool:
        return self._is_seen(MAP)

    def _is_seen(self, kind: str) -> bool:
        shown = (panel for window in self._shell.windows for panel in window.panels.values())
        return any(panel.kind == kind and panel.isVisible() for panel in shown)

    def _choose(self, kind: str, id_: str) -> None:
        spine, selection = self._shell.spine, self._shell.selection
        if kind == INDICATOR:
            selection.choose(Subject.INDICATOR, indicator_key(spine, id_))
        elif kind == INDEX:
            key = reading_key(id_, spine.city.config.code)
            selection.choose(Subject.INDEX, key)
            selection.choose(Subject.INDICATOR, key)  # its history, as of any value
        else:
            selection.choose(SUBJECTS[kind], id_)

    def _place(self, kind: str, id_: str) -> Message:
        """A key place or camera: its district is chosen, and it is said where it lies."""
        spine = self._shell.spine
        place: Point | Camera
        if kind == CAMERA:
            place = cameras_of(spine)[id_]
        else:
            place = next(place for place in getattr(spine.city, "points", ()) if place.id == id_)
        if (maps := self._shell.maps) is not None:  # the map goes to the place itself
            name = maps.seat.maps.name_of(MAIN)
            maps.flown[name, Subject.REGION] = place.region
        self._shell.selection.choose(Subject.REGION, place.region)
        region = spine.catalog.regions.get(place.region)
        names = {
            "name_zh": place.name_zh,
            "name_en": place.name_en,
            "region_zh": region.name_zh if region else place.region,
            "region_en": region.name_en if region else place.region,
        }
        return Message(
            "hands.place", {**names, "lon": f"{place.lon:.5f}", "lat": f"{place.lat:.5f}"}
        )

    # ---- panels

    def _go_to_panel(self, kind: str) -> None:
        """Focus it where it stands, else ask for the first scene that has it."""
        if self._focus(kind):
            return
        holding = (
            name
            for name, loaded in self._shell.scenes.items()
            if any(panel.kind == kind for panel in loaded.scene.panel)
        )
        self._awaited = kind
        scene = next(holding, "")
        if scene:
            self._shell.request_scene(scene)

    def _on_scene(self, _: str) -> None:
        awaited, self._awaited = self._awaited, ""
        if awaited:
            self._focus(awaited)

    def _to_group(self, code: str) -> None:
        """The first row of a group, where a list of indicators that stands is grouped so."""
        panels = (panel for window in self._shell.windows for panel in window.panels.values())
        for panel in panels:
            entries = getattr(panel, "entries", ())
            if isinstance(panel, Rows) and f"#{code}" in entries:
                panel.choose(entries.index(f"#{code}") + 1)

    def _focus(self, kind: str) -> bool:
        for window in self._shell.windows:
            panel = next((item for item in window.panels.values() if item.kind == kind), None)
            if panel is not None:
                _bring_up(panel)
                return True
        return False


def _bring_up(panel: Panel) -> None:
    """Its window comes forward, its drawer opens, the focus is in it."""
    window = panel.window()
    if not panel.isVisible() and hasattr(window, "toggle_drawer"):
        window.toggle_drawer(opened=True)
    window.activateWindow()
    panel.setFocus()
