"""`python main.py map-download --city X --base Y --zoom 8-15`: a base for times without a line.

Says first how many tiles, how much room and how long, asks, and shows how far it is. Broken off and
called again it goes on where it stopped. The seat's maps use what is there at once, also while this
runs.
"""

import asyncio
import re
from importlib import resources
from pathlib import Path
from typing import ClassVar

import click
import msgspec

from app.city import City, city_folder, load_city
from app.cli._folder import CITY, SEAT, data_folder
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.gis.tiles._base import Place
from app.gis.tiles.config import read_bases
from app.gis.tiles.download import BadDownload, Download, Estimate, Progress
from app.gis.tiles.grid import Box
from app.gis.tiles.service import made
from app.live.station_coverage import outlines_of
from app.secrets import Secrets

_ZOOMS = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")


class Order(msgspec.Struct, frozen=True):
    """What was asked for on the command line."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    city: str
    base: str
    box: str
    zooms: str
    folder: Path
    out: Path | None
    yes: bool


@click.command()
@click.option("--city", default=CITY, show_default=True)
@click.option("--base", required=True, help="Id of a base of the city.")
@click.option("--box", default="", help="west,south,east,north in degrees; without: the city.")
@click.option("--zoom", required=True, help="For example 8-15.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--out", type=click.Path(path_type=Path), help="A folder instead of the seat's own.")
@click.option("--seat", default=SEAT, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    city: str,
    base: str,
    box: str,
    zoom: str,
    yes: bool,
    out: Path | None,
    seat: str,
    data: Path | None,
    lang: str,
) -> None:
    """Keep the tiles of an area of a base for use without a network."""
    words = translator(lang)
    order = Order(city, base, box, zoom, data_folder(data, city, seat), out, yes)
    try:
        asyncio.run(_download(order, words))
    except KeyboardInterrupt:
        raise click.ClickException(words.text("mapload.broken_off")) from None
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error


async def _download(order: Order, words: Translator) -> None:
    city = load_city(order.city)
    folder = city_folder(order.city)
    shipped = resources.files("assets") / "layers" / "bases.toml"
    found = read_bases([shipped, folder / "layers.toml"])
    config = found.configs.get(order.base)
    if config is None:
        known = ", ".join(found.configs) or "-"
        for fault in found.faults:
            click.echo(words.render(fault), err=True)
        raise BadDownload(message("mapload.unknown", base=order.base, known=known))
    place = Place(
        SystemClock(),
        Secrets(order.folder),
        (folder,) if isinstance(folder, Path) else (),
        order.out or order.folder / "tiles",
    )
    base = made(config, place)
    try:
        box = _box(order.box) if order.box else _box_of(city)
        download = Download(base, box, _zooms(order.zooms), SystemClock())
        _told(await download.estimate(), words)
        if not order.yes and not click.confirm(words.text("mapload.ask")):
            return
        progress = await _shown(download)
        size = await download.base.keeper.totals()
        kept = {"file": str(download.base.keeper.path), "tiles": size[0], "mb": _mb(size[1])}
        click.echo(words.text("mapload.done", **kept))
        if progress.failed:
            click.echo(words.text("mapload.failed", n=progress.failed), err=True)
    finally:
        await base.close()
        await place.shared.close()


async def _shown(download: Download) -> Progress:
    """Run it with a bar; errors come through after the bar has ended."""
    with click.progressbar(length=download.progress.total, width=40) as bar:

        def tell(progress: Progress) -> None:
            bar.update(progress.done - bar.pos)

        return await download.run(tell)


def _told(estimate: Estimate, words: Translator) -> None:
    minutes = max(1, round(estimate.seconds / 60))
    click.echo(
        words.text(
            "mapload.estimate",
            n=estimate.tiles,
            mb=_mb(estimate.bytes),
            minutes=minutes,
            sampled=estimate.sampled,
        )
    )


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"


def _zooms(text: str) -> range:
    found = _ZOOMS.fullmatch(text.strip())
    if found is None:
        raise BadDownload(message("mapload.zoom_text", text=text[:20]))
    low = int(found.group(1))
    return range(low, int(found.group(2) or low) + 1)


def _box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadDownload(message("mapload.box", box=text[:60])) from error
    return west, south, east, north


def _box_of(city: City) -> Box:
    """The box of the city's districts."""
    rings = [ring for rings in outlines_of(city.read_from).values() for ring in rings]
    if not rings:
        raise BadDownload(message("mapload.no_outline"))
    lons = [float(corner[0]) for ring in rings for corner in ring]
    lats = [float(corner[1]) for ring in rings for corner in ring]
    return min(lons), min(lats), max(lons), max(lats)
