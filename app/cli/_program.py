"""The command line: subcommands are files, found by name and imported when they are called."""

import importlib
import pkgutil
from collections.abc import Sequence

import click
from click_default_group import DefaultGroup


class Program(DefaultGroup):  # type: ignore[misc]  # the library has no types
    """A click group over the modules of packages; each module has a click command `command`."""

    def __init__(self, packages: Sequence[str]) -> None:
        super().__init__(name="chengmai", default="run", default_if_no_args=True)
        self._modules = {
            module.name.replace("_", "-"): f"{package}.{module.name}"
            for package in packages
            for module in pkgutil.iter_modules(importlib.import_module(package).__path__)
            if not module.name.startswith("_")
        }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand there is."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of a name; an option in its place belongs to `run`."""
        if cmd_name.startswith("-"):
            # Options without a subcommand are `run`'s; the library puts them back from arg0.
            ctx.arg0 = cmd_name  # type: ignore[attr-defined]
            cmd_name = self.default_cmd_name
        if cmd_name not in self._modules:
            return None
        command = importlib.import_module(self._modules[cmd_name]).command
        assert isinstance(command, click.Command)
        return command
