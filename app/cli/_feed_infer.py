"""`python main.py feed infer FILE`: a proposed `[[feed]]` from a sample, for a person to mend."""

from pathlib import Path

import click

from app.city import load_city
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.formats._guess_sample import NoRecords, guess_sample
from app.formats._guess_write import proposal


@click.command("infer")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(file: Path, city_name: str, lang: str) -> None:
    """Propose the settings of a feed for FILE (JSON, CSV, XML or GeoJSON) as TOML."""
    words = translator(lang)
    try:
        city = load_city(city_name)
        sample = guess_sample(file.read_bytes())
    except NoRecords as error:
        raise click.ClickException(
            words.render(message("infer.nothing", file=file.name))
        ) from error
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    text = proposal(
        sample,
        city.catalog,
        city.config.zone,
        city.config.code,
        file.stem,
        lambda word: remark(word, words),
        {config.id for config in city.config.feed},
    )
    click.echo(text, nl=False)


def remark(word: str, words: Translator) -> str:
    """The comment of a guess, or of what has to be filled in."""
    asked = word.removeprefix("todo_")
    if asked != word:
        return words.render(message("infer.todo", what=words.text(f"infer.todo.{asked}")))
    return words.render(message("infer.check", what=words.text(f"infer.check.{word}")))
