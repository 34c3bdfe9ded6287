"""`python main.py people add --number 0002 --role duty_officer`: who may sign on."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.city import load_city
from app.cli._folder import data_folder
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.live.people import NUMBER_PATTERN, People
from app.secrets import Secret, Secrets
from app.store.store import Store


@click.group()
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option(
    "--key", "credential", default="", help="Name of the secret that opens the databases."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
@click.pass_context
def command(
    context: click.Context, city_name: str, data: Path | None, credential: str, lang: str
) -> None:
    """Work numbers, posts and PINs. The program of this data folder must be closed."""
    context.obj = (city_name, data_folder(data, city_name), credential, translator(lang))


Given = tuple[str, Path, str, Translator]


@contextmanager
def _people(given: Given) -> Iterator[People]:
    city_name, folder, credential, words = given
    try:
        city = load_city(city_name)
        key = Secrets(folder).find(credential).reveal() if credential else None
        clock = SystemClock()
        store = Store.open(folder, clock, key)
        try:
            yield People(store.ops, clock, city.duty_roles, city.config.world)
        finally:
            store.close()
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error


def _pin(words: Translator) -> Secret:
    given = os.environ.get("CHENGMAI_PIN", "")
    if not given:
        given = click.prompt(
            words.text("people.prompt"), hide_input=True, confirmation_prompt=True, err=True
        )
    return Secret(given)


@command.command("add")
@click.option("--number", required=True, help="Work number: 3 to 8 letters and digits.")
@click.option("--role", required=True, help="A post of the roster, such as duty_officer.")
@click.pass_obj
def add(given: Given, number: str, role: str) -> None:
    """Enter somebody, or give a new post and PIN (asked for, or in CHENGMAI_PIN)."""
    words = given[3]
    if not re.fullmatch(NUMBER_PATTERN, number):
        raise click.ClickException(words.render(message("people.bad_number", number=number[:40])))
    pin = _pin(words)
    with _people(given) as people:
        people.add(number, role, pin)
    click.echo(words.text("people.added", number=number, role=role))


@command.command("remove")
@click.option("--number", required=True)
@click.pass_obj
def remove(given: Given, number: str) -> None:
    """Let a number sign on no more; what it did stays in the audit."""
    with _people(given) as people:
        people.remove(number)
    click.echo(given[3].text("people.removed", number=number))


@command.command("list")
@click.pass_obj
def list_people(given: Given) -> None:
    """Numbers and posts, never PINs."""
    with _people(given) as people:
        for entry in people.everybody():
            state = given[3].text("people.active" if entry.active else "people.inactive")
            role = people.roles.get(entry.role)
            name = given[3].pick(role.name_zh, role.name_en) if role else entry.role
            click.echo(f"{entry.number}\t{entry.role}\t{name}\t{state}")
