"""The atlas: every layer and plate that there is for a city, each made on its first use.

Layers come, in this order, from `assets/layers/*.toml`, the city's `layers.toml`, and the folder of
imported layers (`own`, `<data>/layers/*.toml`); a later table of an id changes only what it states.
Nothing here raises because a file is wrong: it is left out, and said in `faults`.
"""

import copy
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from app.catalogue.faults import Faults
from app.city import city_folder
from app.config import ConfigError
from app.core.message import Message, message
from app.gis._tables import LayerTable, Origin, merged, tables
from app.gis.content import Content
from app.gis.layer import Ask, Ground, Layer, LayerConfig
from app.gis.plates import Plate, read_plates
from app.gis.tiles.config import read_bases
from app.registry import Registry, UnknownKind

KINDS: Registry[Layer] = Registry("app.gis.layers", Layer)
CITY_FILE = "layers.toml"


class UnknownLayer(LookupError):
    """No layer of that id."""


class Broken(Layer):
    """Stands for a layer that cannot be made; says why, and the map stays."""

    ages = False

    def __init__(self, config: LayerConfig, ground: Ground, why: Message) -> None:
        super().__init__(config, ground)
        self.why = why

    def make(self, taken: object, ask: Ask) -> Content:
        """Nothing, with the reason."""
        return Content(connected=False, faults=(self.why,))


class Atlas:
    """`configs` in the order in which they were read; `faults` is all that was wrong;
    `unconnected` the layers for which the city's files hold nothing. What moves, and values, may
    come at any time: their contents say whether they do."""

    def __init__(self, ground: Ground, own: Path | None = None) -> None:
        self.ground = ground
        self.configs: dict[str, LayerConfig] = {}
        self._origins: dict[str, Origin] = {}
        self._grounds: dict[str, Ground] = {}
        self._layers: dict[str, Layer] = {}
        self._books = [self._layers]  # of all audiences
        self._found = Faults()
        shipped = _files(resources.files("assets") / "layers")
        for file in shipped:
            self._read(file, ground)
        folder = city_folder(ground.city.read_from)
        found = read_bases([*shipped, folder / CITY_FILE])
        self.bases = found.configs
        self._base_faults = found.faults
        if (folder / CITY_FILE).is_file():
            home = folder if isinstance(folder, Path) else None
            self._read(folder / CITY_FILE, msgspec.structs.replace(ground, folder=home))
        if own is not None and own.is_dir():
            for file in _files(own):
                self._read(file, msgspec.structs.replace(ground, folder=own))
        self._load_kinds()
        themes = {theme.code for theme in ground.city.themes}
        self.unconnected = frozenset(id_ for id_ in self.configs if not self.layer(id_).brought)
        self.plates: dict[str, Plate] = read_plates(folder, self.configs, themes, self._found)

    def anew(self) -> "Atlas":
        """The same layers, none of them made: for another audience, in a thread of its own."""
        twin = copy.copy(self)
        twin._layers = {}
        twin._books.append(twin._layers)
        return twin

    @property
    def faults(self) -> tuple[Message, ...]:
        """What was wrong with the files of layers, bases and plates, with file, line and key."""
        found = self._found.all
        return (*found, *(fault for fault in self._base_faults if fault not in found))

    def layer(self, id_: str) -> Layer:
        """The layer of an id, made on its first use; raises UnknownLayer. One whose kind or options
        cannot be used says so as its content."""
        found = self._layers.get(id_)
        if found is None:
            found = self._layers[id_] = self._made(id_)
        return found

    def add(self, config: LayerConfig, folder: Path | None = None) -> None:
        """A layer that was imported while the program runs, its `file` relative to a folder; one
        of the same id is replaced."""
        self.configs[config.id] = config
        self._grounds[config.id] = msgspec.structs.replace(self.ground, folder=folder)
        self._origins.pop(config.id, None)
        self._let_go(config.id)

    def remove(self, id_: str) -> None:
        """An imported layer is gone; raises UnknownLayer."""
        if self.configs.pop(id_, None) is None:
            raise UnknownLayer(id_)
        self._let_go(id_)

    def _let_go(self, id_: str) -> None:
        """No audience has what was made of it before."""
        for book in self._books:
            book.pop(id_, None)

    def first_plate(self, seat: str) -> Plate | None:
        """The plate that a seat (hall, desk, cockpit) begins with: the first of the file that it
        may open."""
        return next((plate for plate in self.plates.values() if plate.opens_for(seat)), None)

    def for_seat(self, seat: str) -> Mapping[str, LayerConfig]:
        """The layers that a seat may see."""
        return {
            id_: config
            for id_, config in self.configs.items()
            if not config.audience or seat in config.audience
        }

    def check(self) -> tuple[Message, ...]:
        """Make every layer and say all that is wrong, also with kinds and options."""
        return (*self.faults, *self._unusable())

    def _unusable(self) -> Iterator[Message]:
        for id_ in self.configs:
            layer = self.layer(id_)
            if isinstance(layer, Broken):
                yield self._where(id_, layer.why)

    def _where(self, id_: str, why: Message) -> Message:
        origin = self._origins.get(id_)
        if origin is None:
            return why
        key = str(why.args.get("key", "kind"))
        return message(
            "config.key",
            file=origin.file,
            line=origin.line(key),
            key=f"layer[{origin.number}].{key}",
            error=str(why.args.get("error", why)),
        )

    def _load_kinds(self) -> None:
        """Import the kinds here, in the thread that reads the atlas: layers are made on the main
        loop, which has no time for it (rule 6)."""
        for kind in {config.kind for config in self.configs.values()}.intersection(KINDS.names()):
            KINDS.load(kind)

    def _made(self, id_: str) -> Layer:
        config = self.configs.get(id_)
        if config is None:
            raise UnknownLayer(id_)
        ground = self._grounds.get(id_, self.ground)
        try:
            return KINDS.load(config.kind)(config, ground)
        except UnknownKind as error:
            why = message("maplayer.kind", layer=id_, kind=config.kind, error=str(error))
        except ConfigError as error:
            why = error.reason
        return Broken(config, ground, why)

    def _read(self, file: Traversable, ground: Ground) -> None:
        none: list[tuple[LayerTable, Origin]] = []
        for table, origin in self._found.trying(lambda: list(tables(file)), none):
            try:
                config = merged(table, self.configs.get(table.id), origin)
            except ConfigError as error:
                self._found.say(error.reason)
                continue
            self.configs[config.id] = config
            self._origins[config.id] = origin
            self._grounds[config.id] = ground


def _files(folder: Traversable) -> list[Traversable]:
    found = (item for item in folder.iterdir() if item.name.endswith(".toml"))
    return sorted(found, key=lambda item: item.name)
