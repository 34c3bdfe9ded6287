"""`python main.py weigh CITY`: the weights of its indicators from experts and from the past."""

import asyncio
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from app.city import City, city_folder, load_city
from app.cli._folder import CITY, data_folder
from app.config import load_toml
from app.core import keys
from app.core.catalog import DAY, Quantity
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal
from app.rules.score import score
from app.rules.weigh import CITY as WHOLE
from app.rules.weigh import Experts, Floats, Matrix, Weighed, weigh, weigh_dimensions
from app.store.store import Store

DAYS = 60


@click.command()
@click.argument("city", default=CITY)
@click.option("--out", type=click.Path(path_type=Path), help="Write weights.csv here.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder whose history is used.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(city: str, out: Path | None, data: Path | None, lang: str) -> None:
    """Weights from experts.toml and the scores of the last 60 days; the program must be closed."""
    words = translator(lang)
    try:
        loaded = load_city(city)
        experts = load_toml(city_folder(city) / "experts.toml", Experts)
        found = _weighed(loaded, experts, data_folder(data, city))
    except FileNotFoundError as error:
        raise click.ClickException(words.text("rules.no_experts", city=city)) from error
    except Refusal as refusal:
        raise click.ClickException(words.render(refusal.reason)) from refusal
    for matrix, item in zip(experts.matrix, found, strict=True):
        groups = zip(matrix.group, item.judged.weights, strict=True)
        said = "  ".join(f"{words.pick(g.name_zh, g.name_en)} {weight:.3f}" for g, weight in groups)
        click.echo(f"{item.dimension}: CR {item.judged.ratio:.3f}  {said}", err=True)
    text = _table([item for item in found if item.dimension != WHOLE])
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="")
        click.echo(words.text("rules.weighed", file=str(out)))


def _weighed(city: City, experts: Experts, folder: Path) -> list[Weighed]:
    store = Store.open(folder, SystemClock())
    try:
        return [_of(matrix, experts, city, store) for matrix in experts.matrix]
    finally:
        store.close()


def _of(matrix: Matrix, experts: Experts, city: City, store: Store) -> Weighed:
    if matrix.dimension == WHOLE:
        return weigh_dimensions(matrix)
    items = [item for item in city.catalog.indicators if item.dimension == matrix.dimension]
    return weigh(matrix, experts, items, asyncio.run(_scores(store, city, items)))


async def _scores(store: Store, city: City, items: Sequence[Quantity]) -> Floats:
    """A row per day, a column per indicator: the score of the day's mean, NaN for none."""
    now = SystemClock().now()
    every = [keys.reading_key(item.code, city.config.code) for item in items]
    found = await store.queries.sparks(every, now - DAYS * DAY, now, DAYS)
    columns = []
    for key, quantity in zip(every, items, strict=True):
        values = found.get(key, np.full(DAYS, np.nan))
        points = [score(float(v), quantity) if np.isfinite(v) else None for v in values]
        columns.append([np.nan if point is None else point for point in points])
    return np.array(columns).T


def _table(found: Sequence[Weighed]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["code", "weight"])
    for item in found:
        writer.writerows((code, f"{weight:.4f}") for code, weight in item.weights.items())
    return lines.getvalue()
