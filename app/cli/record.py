"""`python main.py record --city X --feed ID --for 60 OUT.journal`: a live feed to a journal."""

import threading
import time
from pathlib import Path

import click

from app.city import load_city
from app.cli._folder import data_folder
from app.cli._one_feed import feed_of, running
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from app.core.model import Position
from app.feeds._journal import Head, JournalWriter
from app.live.batch import Batch, Mailbox


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--feed", "feed_id", required=True, help="Id of a feed of the city.")
@click.option("--for", "seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True)
@click.option("--licence", default="", help="Under which licence the recording may be passed on.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    out: Path,
    city_name: str,
    feed_id: str,
    seconds: float,
    licence: str,
    data: Path | None,
    lang: str,
) -> None:
    """Record what a feed brings, masked, to be played by a feed of kind `replay`."""
    words = translator(lang)
    try:
        count = record(out, city_name, feed_id, seconds, licence, data_folder(data, city_name))
    except FileExistsError as error:
        raise click.ClickException(
            words.render(message("journal.exists", file=str(out)))
        ) from error
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    click.echo(words.render(message("journal.done", n=count, file=str(out))))


def record(
    out: Path, city_name: str, feed_id: str, seconds: float, licence: str, folder: Path
) -> int:
    """Record for so many seconds; gives the number of records written."""
    city = load_city(city_name)
    config = feed_of(city, feed_id)
    head = Head(
        city=city.name,
        feeds=(config.id,),
        world=city.config.world,
        begun=SystemClock().now(),
        licence=licence,
        attribution_zh=city.config.attribution_zh,
        attribution_en=city.config.attribution_en,
    )
    news = threading.Event()
    mailbox = Mailbox(news.set)
    until = time.monotonic() + seconds
    with JournalWriter(out, head) as journal:
        with running(city, config, mailbox, folder):
            while (left := until - time.monotonic()) > 0:
                if news.wait(left):
                    news.clear()
                    write(journal, mailbox.take())
        write(journal, mailbox.take())
        return journal.count


def write(journal: JournalWriter, batch: Batch | None) -> None:
    """Everything of a batch, in the order of arrival."""
    if batch is None:
        return
    for segment in batch.log:
        for reading in segment.readings:
            journal.put(segment.received, segment.source, reading)
    for sourced in batch.records:
        journal.put(sourced.received, sourced.source, sourced.record)
    for columns in batch.positions.values():
        for row, identity in enumerate(columns.ids):
            heading = float(columns.heading[row])
            position = Position(
                id=str(identity),
                layer=columns.layer,
                lon=float(columns.lon[row]),
                lat=float(columns.lat[row]),
                observed=int(columns.observed[row]),
                heading=None if heading != heading else heading,
            )
            journal.put(columns.received, columns.source, position)
