"""`python main.py check-city CITY`: everything that is wrong with a city's files, at once."""

import sys

import click

from app.catalogue.faults import CityFaults
from app.city import load_city
from app.cli._folder import CITY
from app.config import ConfigError
from app.core.i18n import LANGUAGES, translator


@click.command()
@click.argument("city", default=CITY)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(city: str, lang: str) -> None:
    """Read CITY, a name or a folder, and say what is wrong with it; exit code 1 where it is."""
    words = translator(lang)
    try:
        loaded = load_city(city)
    except CityFaults as wrong:
        for fault in wrong.faults:
            click.echo(f"× {words.render(fault)}")
        click.echo(words.text("cities.faults", n=len(wrong.faults)))
        sys.exit(1)
    except ConfigError as error:
        raise click.ClickException(words.render(error.reason)) from error
    catalog = loaded.catalog
    said = words.text(
        "cities.good",
        city=words.pick(loaded.config.name_zh, loaded.config.name_en),
        indicators=len(catalog.indicators),
        bureaus=len(catalog.bureaus),
        indices=len(catalog.plan.specs),
        targets=len(catalog.targets),
        version=loaded.version,
    )
    click.echo(f"✓ {said}")
