"""A desk that marks up its map without end while its base fills a cache of tiles, to be killed.

`python -m tests.helpers.map_killed FOLDER mark` prints the label of each mark once it is saved;
`... read` prints what stands on the map at the next start, and what is wrong with the cache.
"""

import asyncio
import json
import shutil
import sys
from pathlib import Path

from app.city import city_folder, load_city
from app.core.i18n import translator
from app.live.seat import SignedOn
from app.store.driver import Durability, connect
from tests.helpers.alone import living, run_alone
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.map_desk import Officer
from tests.helpers.tile_files import png
from widgets.session import Options, Session

LON, LAT = 118.171, 36.185
BASE = """
[[base]]
id = "fills"
kind = "xyz"
name_zh = "底图"
name_en = "Base"
crs = "wgs84"
url = "{url}?z={{z}}&x={{x}}&y={{y}}"
allow_plain = true
may_store = true
rate = 1000
"""


async def picture(_server: HttpServer, _asked: Asked, _writer: asyncio.StreamWriter) -> Reply:
    """A tile, whatever is asked for."""
    return Reply(png(), headers={"Content-Type": "image/png"})


def write_city(folder: Path, url: str) -> Path:
    """The county without feeds, with a base that may be kept."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(str(city_folder("yiyuan")), folder)
    text = (folder / "city.toml").read_text("utf-8")
    (folder / "city.toml").write_text(text.partition("[simulator]")[0], "utf-8")
    with (folder / "layers.toml").open("a", encoding="utf-8") as file:
        file.write(BASE.format(url=url))
    return folder


async def mark(officer: Officer) -> None:
    """Mark after mark, the map moving on; each is told once it is saved."""
    session = officer.session
    session.shell.request_scene("map")
    await officer.until(lambda: session.shell.scene.name == "map")  # type: ignore[union-attr]
    await officer.until(lambda: officer.panel("map").follower is not None)
    await officer.until(lambda: officer.panel("map").follower.here is not None)
    await officer.do("set-base fills")
    session.runtime.seat.person = SignedOn("0001", "shift_head", session.runtime.clock.now())
    for number in range(400):
        await officer.do(f"markup '{LON},{LAT}' form=text label=m{number}")
        print(f"m{number}", flush=True)  # noqa: T201
        await officer.do(f"fly-to {LON + 0.02 * number:.3f},{LAT} zoom={10 + number % 6}")


async def read(officer: Officer, folder: Path) -> None:
    """What is there after the end."""
    picture = officer.session.runtime.picture
    await officer.until(lambda: picture.map.markup)
    labels = sorted(one.text for one in picture.map.markup.values())
    kept = sum(_good(path) for path in (folder / "data").rglob("*.mbtiles"))
    state = officer.session.runtime.seat.maps[""]
    await officer.until(lambda: state.layers)
    shown = [choice.id for choice in state.layers]
    told = {"labels": labels, "tiles": kept, "lon": state.place.lon, "layers": shown}
    print(json.dumps(told))  # noqa: T201


def _good(path: Path) -> int:
    """How many tiles a cache holds, each whole."""
    connection = connect(path, None, Durability.NORMAL)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = connection.execute("SELECT tile_data FROM tiles").fetchall()
    connection.close()
    assert {bytes(data) for (data,) in found} <= {png()}
    return len(found)


async def work(folder: Path, what: str) -> None:
    """A session that does the one or the other."""
    async with http_server() as server:
        server.on("/tile", picture)
        city = load_city(write_city(folder / "city", server.url("/tile")))
        options = Options("desk", folder / "data", exports=folder)
        session = Session(options, city, translator("zh_CN"))
        officer = Officer(session)
        async with living(session):
            await (mark(officer) if what == "mark" else read(officer, folder))


def main() -> None:
    """A desk with a base."""
    run_alone(lambda: work(Path(sys.argv[1]), sys.argv[2]))


if __name__ == "__main__":
    main()
