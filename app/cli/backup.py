"""`python main.py backup FOLDER`: verified copies of both databases, and `--check FILE` for one."""

from pathlib import Path

import click

from app.cli._folder import data_folder
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from app.secrets import Secrets
from app.store.backup import verify
from app.store.store import Store


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="TARGET is a copy: only say whether it is good.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--key", "credential", default="", help="Name of the secret of the databases.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(target: Path, check: bool, data: Path | None, credential: str, lang: str) -> None:
    """Copy the databases of this data folder; the program must be closed."""
    words = translator(lang)
    folder = data_folder(data)
    try:
        key = Secrets(folder).find(credential).reveal() if credential else None
        if check:
            verify(target, key)
            click.echo(words.render(message("store.backup_good", file=target.name)))
            return
        store = Store.open(folder, SystemClock(), key)
        try:
            copies = store.backup_blocking(target)
        finally:
            store.close()
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    for copy in copies:
        click.echo(words.render(message("store.backup_good", file=str(copy))))
