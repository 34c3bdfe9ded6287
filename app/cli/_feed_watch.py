"""`python main.py feed watch FEED`: one feed live, line by line; it changes nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click

from app.city import load_city
from app.cli._folder import data_folder
from app.cli._one_feed import anonymous, delay, feed_of, running
from app.core.health import FeedHealth
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.live.batch import Batch, Mailbox
from app.live.feed_detail import FeedDetail

_SAMPLES = 5


@click.command("watch")
@click.argument("feed_id")
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--for", "seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True)
@click.option("--every", type=click.FloatRange(min=0.1), default=2.0, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder with the secrets.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    feed_id: str, city_name: str, seconds: float, every: float, data: Path | None, lang: str
) -> None:
    """Show what a feed of the city brings: rate, delay, rejects with reasons, the last record.
    Exit code 1 where nothing could be used."""
    words = translator(lang)
    try:
        last = watch(feed_id, city_name, seconds, every, data_folder(data, city_name), words)
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    if last is None or not last.accepted:
        raise SystemExit(1)


def watch(
    feed_id: str, city_name: str, seconds: float, every: float, folder: Path, words: Translator
) -> FeedHealth | None:
    """Until the time is over or Ctrl-C; gives the last health."""
    city = load_city(city_name)
    config = anonymous(feed_of(city, feed_id))
    news = threading.Event()
    mailbox = Mailbox(news.set)
    seen = _Seen(feed_id)
    until = time.monotonic() + seconds
    try:
        with running(city, config, mailbox, folder) as ingest:
            ingest.watch(frozenset({feed_id}))
            due = time.monotonic() + every
            while (left := min(due, until) - time.monotonic()) > 0 or due < until:
                if left > 0 and news.wait(left):
                    news.clear()
                    seen.take(mailbox.take())
                    continue
                due += every
                _say(seen.line(words))
    except KeyboardInterrupt:
        click.echo(words.text("watch.stopped"))
    seen.take(mailbox.take())
    _say(seen.line(words))
    _say(seen.summary(words))
    return seen.health


class _Seen:
    """What came of the feed so far."""

    def __init__(self, feed: str) -> None:
        self._feed = feed
        self.health: FeedHealth | None = None
        self._detail: FeedDetail | None = None
        self._last = ""

    def take(self, batch: Batch | None) -> None:
        """Note a batch."""
        if batch is None:
            return
        self.health = batch.health.get(self._feed, self.health)
        self._detail = batch.details.get(self._feed, self._detail)

    def line(self, words: Translator) -> Iterator[str]:
        """How it is now; the last record where it is another than was said."""
        health = self.health
        if health is None:
            yield words.text("feed.state.starting")
            return
        yield words.render(
            message(
                "watch.line",
                state=words.text(f"feed.state.{health.state}"),
                rate=f"{health.rate:.1f}",
                accepted=health.accepted,
                rejected=health.rejected,
                delay=delay(health.delay_ms / 1000, words),
                why=words.render(health.trouble) if health.trouble else "",
            )
        )
        taken = self._detail.taken if self._detail else ()
        if taken and taken[0].text != self._last:
            self._last = taken[0].text
            yield f"  {words.text(f'feeds_page.kind.{taken[0].kind}')} {taken[0].text}"

    def summary(self, words: Translator) -> Iterator[str]:
        """The rejects by reason, what else is suspicious, and a few samples."""
        health = self.health
        if health is None:
            return
        for reason, count in sorted(health.reasons.items(), key=lambda item: -item[1]):
            yield f"  × {words.text(f'feed.reason.{reason}')}  {count}"
        for suspicion in health.suspicion:
            yield f"  ! {words.render(suspicion)}"
        for sample in (self._detail.refused if self._detail else ())[:_SAMPLES]:
            yield f"  {words.text(f'feed.reason.{sample.reason}')}: {sample.text}"


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)
