"""`python main.py feed ...`: everything that is done with feeds before and beside the screens."""

import click

from app.cli import _feed_check, _feed_infer, _feed_try, _feed_watch, _reference


@click.group()
def command() -> None:
    """Work on feeds."""


for _part in (_feed_check, _feed_infer, _feed_try, _feed_watch, _reference):
    command.add_command(_part.command)
