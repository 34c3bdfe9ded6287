"""All scenes of a seat: the product's, and those of the data folder, which add to or replace them.

Read whole and checked whole; of a file with a fault the last good version stays.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from app.config import ConfigError
from app.core.message import Refusal, message
from app.live.address import parse_address
from app.live.stage import Rotation
from app.registry import Registry, UnknownKind
from widgets.panels._base import Panel
from widgets.scene import LoadedScene, parse_scene

FOLDER = "scenes"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
Check = Callable[[LoadedScene], None]
"""Raises ConfigError for a scene whose panels are not there or have wrong options."""


@dataclass(frozen=True)
class SceneBook:
    """`scenes` can be shown, `rounds` go through some of them; both by name, in their order.

    `faults` are of the files that were left out or whose last good version stands here.
    """

    scenes: Mapping[str, LoadedScene] = field(default_factory=dict)
    rounds: Mapping[str, Rotation] = field(default_factory=dict)
    round_files: Mapping[str, LoadedScene] = field(default_factory=dict)
    faults: tuple[ConfigError, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        """The names of those that have a file of this machine."""
        return frozenset(
            name for name, item in self.files.items() if item.file.startswith(f"{FOLDER}/")
        )

    @property
    def files(self) -> dict[str, LoadedScene]:
        """Every file, shown or gone through."""
        return {**self.scenes, **self.round_files}


def panels_of(registry: Registry[Panel]) -> Check:
    """A check that every panel of a scene is there and takes its options."""

    def check(loaded: LoadedScene) -> None:
        for number, panel in enumerate(loaded.scene.panel):
            try:
                kind = registry.load(panel.kind)
            except UnknownKind as error:
                raise loaded.error(f"panel[{number}].kind", str(error)) from error
            loaded.options(number, kind.Options)

    return check


def own_folder(data: Path, seat: str) -> Path:
    """Where a machine keeps scene files of its own."""
    return data / FOLDER / seat


def read_book(
    seat: str,
    folder: Path | None = None,
    check: Check | None = None,
    last: SceneBook | None = None,
) -> SceneBook:
    """Read the seat's scene files; `folder` holds those of this machine. Waits for the disk.

    The product's own are checked with their panels only when they are read anew (`last`): tests
    hold them, and the first picture does not wait for every panel's module.
    """
    shipped = resources.files("assets") / FOLDER / seat
    files: list[tuple[str, Traversable]] = [(f"{seat}/", path) for path in _toml(shipped)]
    if folder is not None and folder.is_dir():
        files += [(f"{FOLDER}/{seat}/", path) for path in _toml(folder)]
    found: dict[str, LoadedScene] = {}
    faults = []
    for prefix, path in files:
        is_shipped = prefix == f"{seat}/"
        name = path.name.removesuffix(".toml")
        try:
            wanted = check if last is not None or not is_shipped else None
            found[name] = _read(path, name, f"{prefix}{path.name}", wanted)
        except ConfigError as error:
            faults.append(error)
            old = last.files.get(name) if last is not None else found.get(name)
            if old is not None:
                found[name] = old
    return make_book(found.values(), faults)


def make_book(found: Iterable[LoadedScene], faults: Collection[ConfigError] = ()) -> SceneBook:
    """A book of checked scenes; a round that names none of them is one more fault."""
    ordered = sorted(found, key=lambda item: (item.scene.order, item.name))
    scenes = {item.name: item for item in ordered if item.scene.rotate is None}
    rounds, files, wrong = {}, {}, list(faults)
    for item in ordered:
        if item.scene.rotate is None:
            continue
        try:
            rounds[item.name] = _rotation(item, scenes)
            files[item.name] = item
        except ConfigError as error:
            wrong.append(error)
    return SceneBook(scenes, rounds, files, tuple(wrong))


def load_scenes(seat: str) -> dict[str, LoadedScene]:
    """The product's scenes of a seat in their order; raises ConfigError for the first fault."""
    book = read_book(seat)
    if book.faults:
        raise book.faults[0]
    return dict(book.scenes)


def _toml(folder: Traversable) -> list[Traversable]:
    return sorted(
        (path for path in folder.iterdir() if path.name.endswith(".toml")),
        key=lambda path: path.name,
    )


def read_text(path: Traversable, file: str) -> str:
    """The text of a file of scenes or scripts; raises ConfigError for one that cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(message("config.not_utf8", file=file, byte=error.start)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(
            message("config.key", file=file, line=1, key="-", error=reason)
        ) from error


def _read(path: Traversable, name: str, file: str, check: Check | None) -> LoadedScene:
    loaded = parse_scene(read_text(path, file), name, file)
    if not _NAME.fullmatch(name):
        raise loaded.error("-", "a file's name is of a to z, 0 to 9, _ and -")
    if check is not None:
        check(loaded)
    return loaded


def _rotation(item: LoadedScene, scenes: Mapping[str, LoadedScene]) -> Rotation:
    for stop in item.scene.rotate or ():
        try:
            address = parse_address(stop)
        except Refusal as refusal:
            raise item.error("rotate", f"{stop!r} is no address") from refusal
        if address.scene not in scenes:
            raise item.error("rotate", f"no scene {address.scene!r}")
    return Rotation(item.name, item.scene.rotate or (), round(item.scene.dwell_s * 1000))
