"""`python main.py map-import FILE --crs … --name …`: a foreign file becomes a layer of the map."""

import getpass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from app.city import load_city
from app.cli._folder import CITY, data_folder
from app.cli.crs import told
from app.core.clock import SystemClock, to_datetime
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.gis import crs as systems
from app.gis.intake import Terms, accept, imported, plan, remove
from app.gis.layer import LayerConfig
from app.gis.reference import of_city

FOLDER = "layers"


@click.command("map-import")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--crs", default="", help="wgs84, cgcs2000, gcj02, bd09, EPSG:n, or file: its own.")
@click.option("--name", "name_zh", default="", help="Name of the layer.")
@click.option("--name-en", default="")
@click.option("--id", "id_", default="", help="Id of the layer; made of the file's name.")
@click.option("--group", default="", help="Heading in the list of layers.")
@click.option("--source", default="", help="Who the data come from.")
@click.option("--licence", default="")
@click.option("--label", default="", help="Column that names things on the map.")
@click.option("--by", default="", help="Column that says the colour.")
@click.option("--swap", is_flag=True, help="The file's numbers stand north before east.")
@click.option("--anyway", is_flag=True, help="Although the known boundaries speak against it.")
@click.option("--lon", default="", help="Column of a CSV file.")
@click.option("--lat", default="", help="Column of a CSV file.")
@click.option("--layer", default="", help="File inside an archive.")
@click.option("--list", "listed", is_flag=True, help="Show what was imported.")
@click.option("--remove", "removed", default="", metavar="ID", help="Take a layer away.")
@click.option("--city", "city_name", default=CITY, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    file: Path | None,
    lon: str,
    lat: str,
    layer: str,
    listed: bool,
    removed: str,
    city_name: str,
    data: Path | None,
    lang: str,
    **given: str | bool,
) -> None:
    """Take FILE in as a layer, with a declared coordinate system. Without one nothing is written,
    and it is said what the file looks like. The program shows it from its next start on."""
    words = translator(lang)
    folder = data_folder(data, city_name) / FOLDER
    try:
        if listed:
            _show(folder, ZoneInfo(load_city(city_name).config.zone), words)
        elif removed:
            remove(folder, removed)
            click.echo(words.text("mapfile.cli.gone", id=removed))
        elif file is None:
            raise click.UsageError(words.text("mapfile.cli.no_file"))
        else:
            _take(file, (lon, lat, layer), given, city_name, folder, words)
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error


def _take(
    file: Path,
    where: tuple[str, str, str],
    given: dict[str, str | bool],
    city_name: str,
    folder: Path,
    words: Translator,
) -> None:
    lon, lat, layer = where
    found = plan(file, of_city(load_city(city_name)), lon=lon, lat=lat, layer=layer)
    click.echo(words.render(found.text))
    for line in told(found.verdict, found.stated, words):
        click.echo(line)
    if not given["name_zh"]:
        raise Refusal(message("mapfile.cli.no_name"))
    id_ = given.pop("id_")
    terms = Terms(**given, id=str(id_), who=getpass.getuser())  # type: ignore[arg-type]
    config, features = accept(found, terms, folder, SystemClock().now())
    for fault in features.faults:
        click.echo(words.render(fault), err=True)
    done = words.text(
        "mapfile.cli.done",
        id=config.id,
        name=words.pick(config.name_zh, config.name_en),
        count=features.count,
        crs=systems.title(config.crs),
    )
    click.echo(done)


def _show(folder: Path, zone: ZoneInfo, words: Translator) -> None:
    configs = list(imported(folder))
    for config in configs:
        click.echo(_line(config, zone, words))
    if not configs:
        click.echo(words.text("mapfile.cli.none"))


def _line(config: LayerConfig, zone: ZoneInfo, words: Translator) -> str:
    taken = config.options.get("imported", {})
    at = int(taken.get("at", 0))
    return words.text(
        "mapfile.cli.listed",
        id=config.id,
        name=words.pick(config.name_zh, config.name_en),
        crs=systems.title(config.crs),
        source=words.pick(config.source_zh, config.source_en),
        who=taken.get("who", "-"),
        date=to_datetime(at, zone).strftime("%Y-%m-%d %H:%M"),
    )
