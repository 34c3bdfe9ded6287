"""`python main.py crs FILE`: which datum the coordinates of a file look like."""

from collections.abc import Iterator
from pathlib import Path

import click

from app.city import load_city
from app.cli._folder import CITY
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.gis import crs as systems
from app.gis.compare import compare, reference_of
from app.gis.files import read
from app.gis.reference import Reference, of_city
from app.gis.telling import tried_lines
from app.gis.verdict import Verdict


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--city", "city_name", default=CITY, show_default=True)
@click.option("--layer-of", "only", default="", help="Compare only what has this code or name.")
@click.option(
    "--boundaries",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file known to be right (areas, roads or named places), instead of the city's own.",
)
@click.option("--boundaries-crs", default="cgcs2000", show_default=True)
@click.option("--lon", default="", help="Column of a CSV file.")
@click.option("--lat", default="", help="Column of a CSV file.")
@click.option("--layer", default="", help="File inside an archive.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    file: Path,
    city_name: str,
    only: str,
    boundaries: Path | None,
    boundaries_crs: str,
    lon: str,
    lat: str,
    layer: str,
    lang: str,
) -> None:
    """Compare FILE with the known boundaries and say what its coordinates are. Exit code 1 where
    it cannot be told or must not be used."""
    words = translator(lang)
    try:
        known = _reference(city_name, boundaries, boundaries_crs)
        features = read(file, lon=lon, lat=lat, layer=layer)
        if only and not any(only in column for column in features.cells):
            raise Refusal(message("mapfile.cli.no_only", word=only))
        verdict = compare(features, known, only)
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    for line in told(verdict, features.stated, words):
        click.echo(line)
    for fault in features.faults:
        click.echo(words.render(fault), err=True)
    if not verdict.crs:
        raise SystemExit(1)


def told(verdict: Verdict, stated: str, words: Translator) -> Iterator[str]:
    """The verdict, what it rests on, and what to declare."""
    yield words.render(verdict.text)
    for title, what in tried_lines(verdict):
        line = message("mapfile.cli.tried", crs=title, what=words.render(what))
        yield "  " + words.render(line)
    if verdict.compared:
        counted = message("mapfile.cli.matched", compared=verdict.compared, matched=verdict.matched)
        yield words.render(counted)
    if stated:
        yield words.render(message("mapfile.cli.stated", crs=systems.title(stated)))
    if verdict.crs:
        id_ = "mapfile.cli.declare_swap" if verdict.swap else "mapfile.cli.declare"
        yield words.text(id_, crs=verdict.crs)


def _reference(city_name: str, boundaries: Path | None, crs: str) -> Reference:
    if boundaries is None:
        return of_city(load_city(city_name))
    return reference_of(read(boundaries), crs, boundaries.name)
