"""A city folder for the figures of the map: one feed of moving points, layers of them, a base."""

from pathlib import Path

from app.bench._city import write_city
from app.bench._points import LAT, LAYER, LON

POINTS, CLUSTERED = "bench_points", "bench_clusters"
BASE = "bench"
INDICATORS = 200


def write_map_city(folder: Path, url: str = "", tiles: Path | None = None) -> Path:
    """The city; `url` is of the feed, `tiles` an MBTiles file. Gives the folder."""
    write_city(folder, INDICATORS, url)
    settings = folder / "city.toml"
    middle = f"lon = {LON}\nlat = {LAT}\n"
    settings.write_text(middle + settings.read_text(encoding="utf-8"), encoding="utf-8")
    layers = _layer(POINTS, "cluster = false") + _layer(CLUSTERED, "cluster = true")
    if tiles is not None:
        layers += _base(tiles)
    (folder / "layers.toml").write_text(layers, encoding="utf-8")
    return folder


def _layer(name: str, how: str) -> str:
    return f"""
[[layer]]
id = "{name}"
kind = "positions"
name_zh = "压测点"
name_en = "Points"
order = 600
options = {{ layers = ["{LAYER}"], form = "dot", colour = "accent", size = 5.0, {how} }}
"""


def _base(tiles: Path) -> str:
    return f"""
[[base]]
id = "{BASE}"
kind = "mbtiles"
name_zh = "压测底图"
name_en = "Tiles"
crs = "wgs84"
path = "{tiles.resolve()}"
min_zoom = 14
max_zoom = 14
"""
