"""The options of a subcommand that asks a gatherer instead of the bureaus, as one argument."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from app.feeds._relay import Gatherers


def gatherer_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds `--gatherer` and its like; the function gets `gatherers`, None where none was named."""

    @click.option("--gatherer", multiple=True, metavar="URL", help="Ask this, not the bureaus.")
    @click.option("--gatherer-credential", default="", help="Name of the secret to show it.")
    @click.option("--gatherer-ca", default="", help="PEM file of the authority that signed its.")
    @wraps(function)
    def with_gatherers(
        gatherer: tuple[str, ...], gatherer_credential: str, gatherer_ca: str, **rest: Any
    ) -> None:
        asked = Gatherers(gatherer, credential=gatherer_credential, ca=gatherer_ca)
        function(gatherers=asked if gatherer else None, **rest)

    return with_gatherers
