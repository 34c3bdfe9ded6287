"""`python main.py audit verify --data DIR`: is what was decided still what is written?"""

import sys
from pathlib import Path

import click

from app.cli._folder import data_folder
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from app.secrets import NoSecret, Secrets
from app.store.verify import verify_file


@click.group()
def command() -> None:
    """The audit of operators' commands."""


@command.command("verify")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--expect", default="", help="A newest hash noted earlier; it must be in the chain.")
@click.option(
    "--key", "credential", default="", help="Name of the secret that opens the databases."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def verify_command(data: Path | None, expect: str, credential: str, lang: str) -> None:
    """Read the whole audit and say which lines were changed, removed, put in or moved.

    Ends with 1 where something was found.
    """
    words = translator(lang)
    folder = data_folder(data)
    try:
        key = Secrets(folder).find(credential).reveal() if credential else None
        report = verify_file(folder, key, expect)
    except (Refusal, NoSecret) as error:
        raise click.ClickException(words.render(error.reason)) from error
    for finding in report.findings:
        click.echo(words.render(finding), err=True)
    if report.findings:
        click.echo(words.render(message("audit.bad", n=len(report.findings))), err=True)
        sys.exit(1)
    click.echo(words.render(message("audit.good", n=report.lines, hash=report.head.hash)))
