"""`python main.py salvage FILE`: what can be read of a damaged database, into the present one."""

from pathlib import Path

import click

from app.cli._folder import data_folder
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from app.secrets import Secrets
from app.store.store import Store
from app.store.writer import Db


@click.command()
@click.argument("damaged", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", type=click.Choice([db.value for db in Db]), required=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--key", "credential", default="", help="Name of the secret of the databases.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(damaged: Path, into: str, data: Path | None, credential: str, lang: str) -> None:
    """Add the readable rows of a file put aside; rows that are there stay as they are."""
    words = translator(lang)
    folder = data_folder(data)
    try:
        key = Secrets(folder).find(credential).reveal() if credential else None
        store = Store.open(folder, SystemClock(), key)
        try:
            saved = store.salvage(damaged, Db(into), key)
        finally:
            store.close()
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    click.echo(words.render(message("store.rescued", file=damaged.name, **saved.arguments())))
