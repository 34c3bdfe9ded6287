"""The demonstration city as a folder of its own, fed by the load server and no simulator."""

import csv
import tomllib
from importlib import resources
from pathlib import Path

from app.core.keys import reading_key

CITY = "huaian"
SWING = 0.02  # values move by this share of the typical one


def write_town(folder: Path, url: str = "") -> Path:
    """Copy the city's files with one feed of all its indicators; gives the folder."""
    source = resources.files("assets") / "cities" / CITY
    folder.mkdir(parents=True, exist_ok=True)
    for item in source.iterdir():
        if item.name.endswith((".csv", ".toml", ".geojson")) and item.name != "city.toml":
            (folder / item.name).write_bytes(item.read_bytes())
    settings = tomllib.loads((source / "city.toml").read_text(encoding="utf-8"))
    names = ("code", "name_zh", "name_en", "centre_name_zh", "centre_name_en", "zone")
    head = "".join(f'{name} = "{settings[name]}"\n' for name in names)
    feed = (
        f'\n[[feed]]\nid = "bench"\nkind = "ws-json"\nname_zh = "压测"\nname_en = "Bench"\n'
        f'url = "{url}"\nexpected_period_s = 5\n'
    )
    text = f'{head}world = "demo"\n{feed if url else ""}'
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def write_values(path: Path) -> Path:
    """A line per indicator for the load server: key, lowest and highest value."""
    source = resources.files("assets") / "cities" / CITY
    code = tomllib.loads((source / "city.toml").read_text(encoding="utf-8"))["code"]
    rows = (source / "indicators.csv").read_text(encoding="utf-8").splitlines()
    lines = []
    for row in csv.DictReader(rows):
        middle, swing = float(row["typical"]), abs(float(row["typical"])) * SWING
        lines.append(f"{reading_key(row['code'], code)}\t{middle - swing}\t{middle + swing}\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path
