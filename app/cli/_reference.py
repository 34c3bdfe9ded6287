"""`python main.py feed reference`: docs/reference-feeds.md from the classes themselves."""

import click

from app.feeds._reference import reference


@click.command("reference")
def command() -> None:
    """Print the reference of all transports and formats."""
    click.echo(reference(), nl=False)
