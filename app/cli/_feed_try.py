"""`python main.py feed try FILE`: what a sample of foreign data becomes, or why it is refused."""

import tomllib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import msgspec

from app.catalogue.lookups import map_with_tables
from app.city import city_folder, load_city
from app.cli._one_feed import feed_of
from app.config import ConfigError, FeedConfig
from app.core.catalog import Catalog
from app.core.clock import Clock, SystemClock, to_datetime
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.core.model import World
from app.feeds._quarantine import MAX_SAMPLE, describe
from app.feeds._sink import Sink
from app.formats._base import BREATH, Made, Payload, format_of, formats


@click.command("try")
@click.argument("file", type=click.File("rb"))
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--feed", "feed_id", help="Id of a feed of the city; its format or `map` is tried.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file that holds a mapping or a whole [[feed]], instead of a feed's.",
)
@click.option(
    "--format", "format_name", type=click.Choice(formats().names()), help="Instead of the feed's."
)
@click.option("--topic", default="", help="The MQTT topic that the sample came on.")
@click.option("--plain", is_flag=True, help="Refused records as they stand, personal data and all.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    file: Any,
    city_name: str,
    feed_id: str | None,
    map_file: Path | None,
    format_name: str | None,
    topic: str,
    plain: bool,
    lang: str,
) -> None:
    """Show what every record of FILE (- for what is piped in) becomes. Exit code 1 where one is
    refused."""
    words = translator(lang)
    try:
        city = load_city(city_name)
        feed = feed_of(city, feed_id) if feed_id else None
        config = settings(feed, map_file, format_name or "", city_folder(city_name))
        payload = Payload(
            file.read(),
            SystemClock().now(),
            tuple(topic.split("/")) if topic else (),
            name=_name(file),
        )
        results = list(attempt(payload, config, city.catalog, SystemClock(), city.config.zone))
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    for line in lines(results, words, ZoneInfo(city.config.zone), plain=plain):
        click.echo(line)
    if any(made.record is None for made in results):
        if not plain:
            click.echo(words.text("try.masked"), err=True)
        raise SystemExit(1)


def _name(file: Any) -> str:
    """The name of a file; of what is piped in there is none."""
    name = str(getattr(file, "name", ""))
    return "" if name.startswith("<") else Path(name).name


def settings(
    config: FeedConfig | None, map_file: Path | None, format_name: str, folder: Traversable
) -> FeedConfig:
    """The feed whose meaning is tried; `folder` is the city's, where tables of codes may lie.
    Raises ConfigError."""
    base = config or FeedConfig(id="try", kind="mqtt", name_zh="试接", name_en="Trial")
    if map_file is not None:
        base = _from_file(base, map_file, folder)
    if format_name:
        base = msgspec.structs.replace(base, format=format_name)
    if not base.map and not base.format:
        raise ConfigError(message("try.no_map"))
    return base


def _from_file(base: FeedConfig, file: Path, folder: Traversable) -> FeedConfig:
    try:
        given: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(message("try.bad_toml", file=file.name, error=str(error))) from error
    feeds = given.get("feed")
    if isinstance(feeds, list) and feeds and isinstance(feeds[0], dict):
        given = feeds[0]
    mapping = given.get("map", {} if "kind" in given else given)
    if not isinstance(mapping, dict):
        raise ConfigError(message("try.no_map"))
    name, options = given.get("format", ""), given.get("format_options", {})
    if mapping is not given and isinstance(name, str) and isinstance(options, dict):
        base = msgspec.structs.replace(base, format=name, format_options=options)
    return msgspec.structs.replace(base, map=map_with_tables(base.id, mapping, folder))


def attempt(
    payload: Payload, config: FeedConfig, catalog: Catalog, clock: Clock, zone: str
) -> Iterator[Made]:
    """Read a payload and put every record through the checks that a live one meets."""
    format_ = format_of(config, catalog, zone)
    sink = Sink(
        config,
        catalog,
        clock,
        city_world=World.REAL,
        urgent=lambda: None,
        waiting=lambda: 0,
    )
    for made in format_.read(payload):
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


def lines(results: list[Made], words: Translator, zone: ZoneInfo, *, plain: bool) -> Iterator[str]:
    """One line per record with the city's time, then the sum. What was refused is masked unless
    asked for `plain`."""
    shown = _as_it_stands if plain else describe
    for made in sorted(results, key=lambda item: item.number):
        if made.record is not None:
            kind = words.text(f"feeds_page.kind.{type(made.record).__name__.lower()}")
            at = f"{to_datetime(made.record.observed, zone):%Y-%m-%d %H:%M:%S}"
            yield f"{made.number} ✓ {kind} {at} {msgspec.json.encode(made.record).decode()}"
            continue
        reason = words.text(f"feed.reason.{made.reason}")
        field = f" [{made.field}]" if made.field else ""
        yield f"{made.number} × {reason}{field}  {shown(made.sample)}"
    good = sum(made.record is not None for made in results)
    yield words.render(message("try.sum", n=good, refused=len(results) - good))


def _as_it_stands(sample: object) -> str:
    try:
        return msgspec.json.encode(sample).decode()[:MAX_SAMPLE]
    except (TypeError, ValueError, RecursionError):  # bytes of no text, an element of a tree
        return describe(sample)
