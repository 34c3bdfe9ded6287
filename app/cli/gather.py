"""`python main.py gather`: the ingest of a city without a screen, written to its store."""

import asyncio
import signal
from pathlib import Path

import click

from app.cli._folder import data_folder
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.last_good import open_city
from app.live.health import FeedHealth
from app.live.hub import Kind, Subscription
from app.runtime import Runtime

LOOK_S = 1.0


@click.command()
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--for", "seconds", type=click.FloatRange(min=0), default=0.0, help="0: for ever.")
@click.option("--broker", default="", help="MQTT broker for the simulator, mqtt://host:port.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(city_name: str, data: Path | None, seconds: float, broker: str, lang: str) -> None:
    """Take in every feed of a city and keep its history; says when a feed comes or goes."""
    words = translator(lang)
    try:
        folder = data_folder(data, city_name, "gather")
        asyncio.run(gather(city_name, folder, seconds, broker, words))
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error


async def gather(
    city_name: str, folder: Path, seconds: float, broker: str, words: Translator
) -> None:
    """Until the time is over, or a signal says stop."""
    city, reports = open_city(city_name, folder)
    for report in reports:
        click.echo(words.render(report), err=True)
    runtime = Runtime(city, folder, "hall", broker=broker)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if seconds:
        loop.call_later(seconds, over.set)
    subscription = runtime.hub.subscribe()
    said: dict[str, str] = {}
    await runtime.start()
    try:
        while not over.is_set():
            try:
                await asyncio.wait_for(over.wait(), LOOK_S)
            except TimeoutError:
                tell(subscription, runtime.picture.feeds, said, words)
        tell(subscription, runtime.picture.feeds, said, words)
    finally:
        await runtime.stop()


def tell(
    subscription: Subscription,
    feeds: dict[str, FeedHealth],
    said: dict[str, str],
    words: Translator,
) -> None:
    """One line for every feed whose state is another than was said last."""
    for name in sorted(subscription.drain().get(Kind.FEED, ())):
        health = feeds[name]
        if said.get(name) == health.state:
            continue
        said[name] = health.state
        why = words.render(health.trouble) if health.trouble else ""
        state = words.text(f"feed.state.{health.state}")
        label = words.pick(health.name_zh, health.name_en)
        click.echo(
            words.render(
                message("gather.state", name=label, state=state, why=why, accepted=health.accepted)
            )
        )
