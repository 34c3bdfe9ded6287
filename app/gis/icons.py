"""The pictograms of the map as one script: `assets/web/map/icons.js` is made from the drawings.

A drawing is one even-odd path on a grid of 24 (`assets/icons/map/<id>.svg`); the page cannot read
files, so the paths travel in a script. A test compares the two; after a change of a drawing run
`python -c "from app.gis.icons import write; write()"`.
"""

import re
import tomllib
from pathlib import Path

import msgspec

ASSETS = Path(__file__).resolve().parents[2] / "assets"
DRAWINGS = ASSETS / "icons" / "map"
SCRIPT = ASSETS / "web" / "map" / "icons.js"
_PATH = re.compile(r' d="([MLHVCSQTAZa-z0-9 .,-]+)"')


def icon_ids(folder: Path = DRAWINGS) -> tuple[str, ...]:
    """What a layer may name in `icon`."""
    with (folder / "index.toml").open("rb") as file:
        return tuple(row["id"] for row in tomllib.load(file)["icon"])


def icon_script(folder: Path = DRAWINGS) -> str:
    """The script with all paths; raises ValueError where a drawing is not one path."""
    paths: dict[str, str] = {}
    for id_ in icon_ids(folder):
        found = _PATH.findall((folder / f"{id_}.svg").read_text("utf-8"))
        if len(found) != 1:
            raise ValueError(f"{id_}.svg is not one path")
        paths[id_] = found[0]
    table = msgspec.json.format(msgspec.json.encode(paths), indent=2).decode()
    return (
        "// Made from assets/icons/map by app/gis/icons.py: one even-odd path each, a grid of 24."
        '\n"use strict";\nglobalThis.chengmai = globalThis.chengmai || {};\n'
        f"chengmai.icons = {table};\n"
    )


def write() -> None:
    """Make the script anew."""
    SCRIPT.write_text(icon_script(), "utf-8")
