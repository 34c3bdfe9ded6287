"""`python main.py bench NAME [--json]`: measure, beside a baseline in the same run."""

import importlib
import inspect
import json
import pkgutil
from types import ModuleType

import click

import app.bench
import widgets.bench
from app.bench._base import Figure, report

_PACKAGES = (app.bench, widgets.bench)


def names() -> dict[str, str]:
    """Every benchmark and its module; where both packages have one, the one with Qt runs."""
    return {
        module.name: f"{package.__name__}.{module.name}"
        for package in _PACKAGES
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_")
    }


@click.command(help="Measure the program beside a baseline.")
@click.argument("name", type=click.Choice(sorted(names())))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--only", multiple=True, help="One figure of several; may be given again.")
@click.option("--full", is_flag=True, help="Take as long as the goals say.")
def command(name: str, as_json: bool, only: tuple[str, ...], full: bool) -> None:
    """Run one benchmark and print its figures."""
    module = importlib.import_module(names()[name])
    figures: list[Figure] = module.run(**_options(module, only, full=full))
    if as_json:
        click.echo(json.dumps(report(name, figures), ensure_ascii=False))
        return
    for figure in figures:
        against = (
            f"  ratio {figure.ratio:.3g} to {figure.baseline_name} ({figure.baseline:,.6g})"
            if figure.ratio is not None
            else ""
        )
        click.echo(f"{figure.name:<22}{figure.value:>16,.6g} {figure.unit}{against}")


def _options(module: ModuleType, only: tuple[str, ...], *, full: bool) -> dict[str, object]:
    """What a benchmark is asked for beyond its run; raises UsageError where it cannot be."""
    asked: dict[str, object] = {}
    takes = inspect.signature(module.run).parameters
    for name, value in (("only", only), ("full", full)):
        if value and name not in takes:
            raise click.UsageError(f"this benchmark does not take --{name}")
        if value:
            asked[name] = value
    unknown = set(only) - set(module.NAMES if only else ())
    if unknown:
        raise click.UsageError(
            f"no figure {', '.join(sorted(unknown))}; there are {', '.join(module.NAMES)}"
        )
    return asked
