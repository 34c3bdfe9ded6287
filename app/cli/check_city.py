"""`python main.py check-city CITY`: everything that is wrong with a city's files, at once."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from app.catalogue.faults import CityFaults
from app.catalogue.rows import IndicatorRow
from app.city import City, city_folder, load_city
from app.cli._feed_probe import made
from app.cli._folder import CITY, data_folder
from app.core import keys
from app.core.catalog import DAY
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Message, Refusal, message
from app.feeds._base import Surroundings
from app.gis.atlas import Atlas
from app.gis.layer import Ground
from app.gis.tiles._base import Place
from app.gis.tiles.service import Tiles
from app.rules.alarm_load import Floats, crowded
from app.secrets import Secrets
from app.store.store import Store
from app.table import numbered_table
from app.video.platform import VideoSurroundings
from app.video.sources import make_platform

DAYS = 30


@click.command()
@click.argument("city", default=CITY)
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A seat's folder: its last 30 days say which limits are no alarm. Close the program.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(city: str, data: Path | None, lang: str) -> None:
    """Read CITY, a name or a folder, with its feeds, video platforms, map layers and plates, and
    say what is wrong with it; exit code 1 where it is."""
    words = translator(lang)
    try:
        loaded = load_city(city)
        faults = _feeds(loaded, data_folder(data, city))
        faults += _platforms(loaded, data_folder(data, city))
        atlas = Atlas(Ground(loaded, SystemClock()))
        faults += atlas.check()
        faults += _bases(atlas, data_folder(data, city))
        faults += _crowded(loaded, data) if data is not None else []
    except CityFaults as wrong:
        faults = list(wrong.faults)
    except Refusal as refusal:
        raise click.ClickException(words.render(refusal.reason)) from refusal
    if faults:
        _tell(faults, words)
        sys.exit(1)
    click.echo(f"✓ {_summary(loaded, words)}")
    click.echo(words.text("maplayer.good", layers=len(atlas.configs), plates=len(atlas.plates)))


def _bases(atlas: Atlas, folder: Path) -> list[Message]:
    """What of the settings of its bases cannot be used; no server is asked."""
    tiles = Tiles(atlas.bases, Place(SystemClock(), Secrets(folder)))
    return list(tiles.refused.values())


def _feeds(city: City, folder: Path) -> list[Message]:
    """What of the settings of its feeds cannot be used; no line is opened."""
    around = Surroundings(
        catalog=city.catalog,
        clock=SystemClock(),
        secrets=Secrets(folder),
        zone=city.config.zone,
    )
    faults: list[Message] = []
    for config in city.config.feed:
        try:
            made(config, around)
        except Refusal as refusal:
            faults.append(refusal.reason)
    return faults


def _platforms(city: City, folder: Path) -> list[Message]:
    """What of the settings of its video platforms cannot be used; nobody is asked."""
    where = city_folder(city.read_from)
    faults: list[Message] = []
    for config in city.config.platform:
        own = tuple(camera for camera in city.cameras if camera.id.startswith(f"{config.id}:"))
        around = VideoSurroundings(
            SystemClock(),
            Secrets(folder),
            city.config.zone,
            own,
            city_folder=where if isinstance(where, Path) else None,
        )
        try:
            make_platform(config, around)
        except Refusal as refusal:
            faults.append(refusal.reason)
    return faults


def _tell(faults: Sequence[Message], words: Translator) -> None:
    for fault in faults:
        click.echo(f"× {words.render(fault)}")
    click.echo(words.text("cities.faults", n=len(faults)))


def _summary(city: City, words: Translator) -> str:
    catalog = city.catalog
    return words.text(
        "cities.good",
        city=words.pick(city.config.name_zh, city.config.name_en),
        indicators=len(catalog.indicators),
        bureaus=len(catalog.bureaus),
        indices=len(catalog.plan.specs),
        targets=len(catalog.targets),
        version=city.version,
    )


def _crowded(city: City, data: Path) -> list[Message]:
    """The limits that the history of a seat shows to stand where the value usually is."""
    file = "indicators.csv"
    rows = numbered_table(city_folder(city.place) / file, IndicatorRow)
    lines = {row.code: line for line, row in rows}
    hours = asyncio.run(_hours(city, data))
    return [
        message(
            "cities.crowded",
            file=file,
            line=lines[item.code],
            column=found.column,
            code=item.code,
            limit=found.limit,
            low=round(found.low, item.decimals),
            high=round(found.high, item.decimals),
            n=round(found.alarms),
        )
        for item in city.catalog.indicators
        for found in crowded(hours[keys.reading_key(item.code, city.config.code)], item)
    ]


async def _hours(city: City, data: Path) -> dict[str, Floats]:
    """The hourly means of every indicator over the last days."""
    clock = SystemClock()
    store = Store.open(data, clock)
    try:
        wanted = [keys.reading_key(item.code, city.config.code) for item in city.catalog.indicators]
        now = clock.now()
        found = await store.queries.sparks(wanted, now - DAYS * DAY, now, DAYS * 24)
    finally:
        store.close()
    return found
