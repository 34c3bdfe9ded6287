"""`python main.py audit verify --data DIR`: is what was decided still what is written?"""

import sys
import time
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from app.cli._folder import data_folder
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from app.core.model import Ms
from app.secrets import NoSecret, Secrets
from app.store import viewings
from app.store.verify import read_file, verify_file
from app.store.viewings import Ending

_SPANS = {
    Ending.KNOWN: "audit.view",
    Ending.OPEN: "audit.view_open",
    Ending.LOST: "audit.view_lost",
}


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


@command.command("views")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--camera", default="", help="Of one camera only, by its id.")
@click.option("--days", type=click.FloatRange(0, 3660), default=1.0, show_default=True)
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True)
@click.option(
    "--key", "credential", default="", help="Name of the secret that opens the databases."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def views_command(
    data: Path | None, camera: str, days: float, limit: int, credential: str, lang: str
) -> None:
    """Who saw which camera, newest first: also what a scene or a round opened by itself.

    Times are this machine's. Works while the program runs: a view that is not over says so, and one
    that was cut off because the program was ended by force says when it was last known to run.
    """
    words = translator(lang)
    folder = data_folder(data)
    now = round(time.time() * 1000)
    since = now - round(days * 86_400_000)
    read = partial(viewings.seen, camera=camera, since=since, until=now + 1, limit=limit)
    try:
        key = Secrets(folder).find(credential).reveal() if credential else None
        found = read_file(folder, key, read)
    except (Refusal, NoSecret) as error:
        raise click.ClickException(words.render(error.reason)) from error
    for one in found:
        view = one.view
        seconds = round(view.ms / 1000)
        click.echo(
            words.render(
                message(
                    _SPANS[one.ending],
                    camera=view.camera,
                    since=_local(view.since),
                    until=_local(view.until),
                    seconds=seconds,
                    times=view.times,
                    by=view.by,
                    wall=view.wall or "-",
                    person=one.person or "-",
                    role=one.role or "-",
                    seat=one.seat,
                )
            )
        )
    click.echo(words.render(message("audit.views", n=len(found))))


def _local(at: Ms) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
