"""`python main.py feed try FILE`: what a sample of foreign data becomes, or why it is refused."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from app.city import load_city
from app.cli import _reference
from app.cli._one_feed import feed_of
from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog
from app.core.clock import Clock, SystemClock
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.core.model import World
from app.feeds._quarantine import describe
from app.feeds._sink import Sink
from app.formats._base import BREATH, Made, Payload, format_of


@click.group()
def command() -> None:
    """Work on feeds."""


@command.command("try")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--feed", "feed_id", help="Id of a feed of the city; its `map` is tried.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file that holds the mapping, instead of a feed's.",
)
@click.option("--topic", default="", help="The MQTT topic that the sample came on.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def try_(
    file: Path, city_name: str, feed_id: str | None, map_file: Path | None, topic: str, lang: str
) -> None:
    """Show what every record of FILE becomes. Exit code 1 where one is refused."""
    words = translator(lang)
    try:
        city = load_city(city_name)
        config = settings(feed_of(city, feed_id) if feed_id else None, map_file)
        results = list(
            attempt(file.read_bytes(), config, city.catalog, SystemClock(), city.config.zone, topic)
        )
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    for line in lines(results, words):
        click.echo(line)
    if any(made.record is None for made in results):
        raise SystemExit(1)


def settings(config: FeedConfig | None, map_file: Path | None) -> FeedConfig:
    """The feed whose mapping is tried."""
    if map_file is None:
        if config is None or not config.map:
            raise ConfigError(message("try.no_map"))
        return config
    try:
        mapping: dict[str, Any] = tomllib.loads(map_file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(message("try.bad_toml", file=map_file.name, error=str(error))) from error
    base = config or FeedConfig(id="try", kind="mqtt", name_zh="试接", name_en="Trial")
    return msgspec.structs.replace(base, map=mapping.get("map", mapping))


def attempt(
    data: bytes, config: FeedConfig, catalog: Catalog, clock: Clock, zone: str, topic: str = ""
) -> Iterator[Made]:
    """Map a payload and put every record through the checks that a live one meets."""
    format_ = format_of(config, catalog, zone)
    sink = Sink(
        config,
        catalog,
        clock,
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
    )
    levels = tuple(topic.split("/")) if topic else ()
    for made in format_.read(Payload(data, clock.now(), levels)):
        if made is BREATH:
            continue
        if made.record is None:
            yield made
            continue
        before = sink.quarantine.reasons.copy()
        sink.take([made.record])
        refused = sink.quarantine.reasons - before
        if refused:
            yield msgspec.structs.replace(made, record=None, reason=next(iter(refused)))
        else:
            yield made


def lines(results: list[Made], words: Translator) -> Iterator[str]:
    """One line per record, then the sum."""
    for made in sorted(results, key=lambda item: item.number):
        if made.record is not None:
            kind = type(made.record).__name__.lower()
            yield f"{made.number} ✓ {kind} {msgspec.json.encode(made.record).decode()}"
            continue
        reason = words.text(f"feed.reason.{made.reason}")
        field = f" [{made.field}]" if made.field else ""
        yield f"{made.number} × {reason}{field}  {describe(made.sample)}"
    good = sum(made.record is not None for made in results)
    yield words.render(message("try.sum", n=good, refused=len(results) - good))


command.add_command(_reference.command)
