"""All scripts of a seat: the product's, and those of the data folder, which add to or replace them.

Of a file with a fault the last good version stays.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from app.config import ConfigError
from app.live.script import Script, parse_script
from widgets.scene_book import read_text

FOLDER = "presentations"


@dataclass(frozen=True)
class ScriptBook:
    """Scripts by name in their order; `faults` are of files left out or whose last form stands."""

    scripts: Mapping[str, Script] = field(default_factory=dict)
    faults: tuple[ConfigError, ...] = ()


def read_scripts(
    seat: str,
    city: str,
    scenes: Collection[str],
    kinds: Collection[str],
    data: Path | None = None,
    last: ScriptBook | None = None,
) -> ScriptBook:
    """Read a seat's scripts that are about this city; `data` is this machine's data folder. Waits
    for the disk."""
    shipped = resources.files("assets") / FOLDER / seat
    files = [(f"{FOLDER}/{seat}/{path.name}", path) for path in _toml(shipped)]
    if data is not None:
        own = data / FOLDER / seat
        files += [(f"{FOLDER}/{seat}/{path.name}", path) for path in _toml(own)]
    found: dict[str, Script] = {}
    faults = []
    for file, path in files:
        name = path.name.removesuffix(".toml")
        try:
            script = parse_script(read_text(path, file), file, scenes, kinds)
        except ConfigError as error:
            faults.append(error)
            if last is not None and name in last.scripts:
                found[name] = last.scripts[name]
            continue
        if script.city in ("", city):
            found[name] = script
    ordered = sorted(found.items(), key=lambda item: (item[1].order, item[0]))
    return ScriptBook(dict(ordered), tuple(faults))


def _toml(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    files = (path for path in folder.iterdir() if path.name.endswith(".toml"))
    return sorted(files, key=lambda path: path.name)
