"""Scenes: what stands where on the screens of a seat, read from assets/scenes/<seat>/<name>.toml.

The form is described in docs/howto-scene.md. Lengths are design units of the seat (LANGUAGE.md
section 2); `widgets.grid.place` turns them into pixels of a window.
"""

from collections.abc import Iterator
from importlib import resources
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from app.config import ConfigError, locate, parse_toml
from app.core.message import message
from app.core.privacy import Privacy
from widgets.selection import Subject

Options = TypeVar("Options", bound=msgspec.Struct)
Track = float | str
"""A column or row: a length in design units, or a share such as "1fr"."""


class ScreenSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[screen]]`: the grid of one window.

    Of the entries with the same `index` the first is used that asks for no more width and height
    (in design units) than the real screen has. Tracks of a length keep it, "fr" tracks share the
    rest. An entry with a `span` covers so many monitors that stand side by side as one.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str = "main"
    index: Annotated[int, msgspec.Meta(ge=0, le=63)] = 0
    min_width: Annotated[int, msgspec.Meta(ge=0)] = 0
    min_height: Annotated[int, msgspec.Meta(ge=0)] = 0
    span: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    columns: Annotated[tuple[Track, ...], msgspec.Meta(min_length=1, max_length=24)] = ("1fr",)
    rows: Annotated[tuple[Track, ...], msgspec.Meta(min_length=1, max_length=24)] = ("1fr",)
    gutter: Annotated[float, msgspec.Meta(ge=0)] = 8.0
    margin: tuple[float, float, float, float] = (8.0, 8.0, 8.0, 8.0)  # top, right, bottom, left


class PanelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[panel]]`: a panel kind on the grid of a screen, or along an `edge` of it.

    A `drawer` panel leaves the grid where the window is narrower than `drawer_below` and opens
    over the rightmost column on request.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kind: str
    screen: str = "main"
    column: Annotated[int, msgspec.Meta(ge=0, le=23)] = 0
    row: Annotated[int, msgspec.Meta(ge=0, le=23)] = 0
    columns: Annotated[int, msgspec.Meta(ge=1, le=24)] = 1
    rows: Annotated[int, msgspec.Meta(ge=1, le=24)] = 1
    edge: Annotated[str, msgspec.Meta(pattern="^(top|bottom)?$")] = ""
    size: Annotated[float, msgspec.Meta(ge=0, le=400)] = 0.0
    drawer_below: Annotated[int, msgspec.Meta(ge=0)] = 0
    options: dict[str, Any] = {}


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole scene file. `theme` names one of the tokens' themes; empty keeps the seat's own.

    `focus` is what the scene is about: an address then names one, as `theme/flood` does. A file
    with `rotate` has no panels: it is a round of other scenes' addresses, `dwell_s` for each.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name_zh: str
    name_en: str
    panel: Annotated[tuple[PanelSpec, ...], msgspec.Meta(max_length=200)] = ()
    screen: Annotated[tuple[ScreenSpec, ...], msgspec.Meta(min_length=1, max_length=64)] = (
        ScreenSpec(),
    )
    order: int = 100  # smallest is the seat's first scene; F1, F2 ... follow the order
    theme: str = ""
    focus: Subject | None = None
    rotate: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=60)] | None = None
    dwell_s: Annotated[float, msgspec.Meta(ge=5, le=86_400)] = 30.0

    @property
    def pages(self) -> int:
        """How many screens it has."""
        return 1 + max(spec.index for spec in self.screen)


class LoadedScene(msgspec.Struct, frozen=True):
    """A checked scene with the name it is called by and the text that errors point into."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    file: str
    text: str
    scene: Scene

    def options(self, index: int, into: type[Options]) -> Options:
        """The options of panel `index`; raises ConfigError with file, line and key."""
        spec = self.scene.panel[index]
        try:
            return msgspec.convert(spec.options, into)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at `$")
            key = f"panel[{index}].options{path.rstrip('`')}"
            raise self.error(key, reason) from error

    def error(self, key: str, reason: str) -> ConfigError:
        """What is wrong with a key of this scene."""
        line = locate(self.text, key)
        return ConfigError(message("config.key", file=self.file, line=line, key=key, error=reason))


def load_scene(seat: str, name: str) -> LoadedScene:
    """Read and check `assets/scenes/<seat>/<name>.toml`; raises ConfigError."""
    path = resources.files("assets") / "scenes" / seat / f"{name}.toml"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise ConfigError(message("shell.no_scene", seat=seat, scene=name))
    return parse_scene(path.read_text(encoding="utf-8"), name, f"{seat}/{name}.toml")


def parse_scene(text: str, name: str, file: str) -> LoadedScene:
    """Check the text of a scene; raises ConfigError with file, line and key."""
    loaded = LoadedScene(name, file, text, parse_toml(text, Scene, file))
    _check(loaded)
    return loaded


def _check(loaded: LoadedScene) -> None:
    scene = loaded.scene
    if scene.rotate is None and not scene.panel:
        raise loaded.error("panel", "a scene has panels, or scenes to rotate")
    if scene.rotate is not None and scene.panel:
        raise loaded.error("rotate", "a round of scenes has no panels of its own")
    for index, screen in enumerate(scene.screen):
        for name in ("columns", "rows"):
            for track in getattr(screen, name):
                if not _is_track(track):
                    raise loaded.error(f"screen[{index}].{name}", f"{track!r}: 432 or '1fr'")
    _check_panels(loaded)


def _check_panels(loaded: LoadedScene) -> None:
    screens = {screen.id: screen for screen in loaded.scene.screen}
    taken: dict[tuple[str, int, int], int] = {}
    for index, panel in enumerate(loaded.scene.panel):
        found = screens.get(panel.screen)
        if found is None:
            raise loaded.error(f"panel[{index}].screen", f"no screen {panel.screen!r}")
        if panel.edge:
            if not panel.size:
                raise loaded.error(f"panel[{index}].size", "a panel on an edge states its size")
            continue
        if panel.column + panel.columns > len(found.columns):
            raise loaded.error(f"panel[{index}].column", "outside the columns of its screen")
        if panel.row + panel.rows > len(found.rows):
            raise loaded.error(f"panel[{index}].row", "outside the rows of its screen")
        for cell in _cells(panel):
            other = taken.setdefault(cell, index)
            if other != index:
                _, column, row = cell
                kind = loaded.scene.panel[other].kind
                reason = f"column {column}, row {row} is taken by panel[{other}] ({kind})"
                raise loaded.error(f"panel[{index}].kind", reason)


def _cells(panel: PanelSpec) -> Iterator[tuple[str, int, int]]:
    for column in range(panel.column, panel.column + panel.columns):
        for row in range(panel.row, panel.row + panel.rows):
            yield panel.screen, column, row


def _is_track(track: Track) -> bool:
    if isinstance(track, str):
        return track.endswith("fr") and track[:-2].replace(".", "", 1).isdigit()
    return track > 0
