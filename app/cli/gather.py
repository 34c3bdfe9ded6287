"""`python main.py gather`: a city taken in without a screen, kept, and served to many seats."""

import asyncio
import logging
import signal
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, ClassVar

import click
import msgspec

from app.cli._folder import data_folder
from app.core.health import FeedHealth
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.core.privacy import Privacy
from app.feeds._relay import Gatherers
from app.gather.gatherer import Gatherer, Settings
from app.gather.server import place
from app.last_good import open_city
from app.live.hub import Kind, Subscription
from app.runtime import Runtime
from app.secrets import Secrets

LOOK_S = 1.0


class Options(msgspec.Struct, frozen=True):
    """What the command line said."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    city_name: str
    data: Path | None
    seconds: float
    broker: str
    listen: str
    credential: str
    certificate: str
    key: str
    max_seats: int
    standby_of: tuple[str, ...]
    standby_credential: str
    ca: str
    silent_s: float
    steady_s: float
    health: str
    log_file: Path | None
    log_mb: int
    log_keep: int
    lang: str


@click.command()
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--for", "seconds", type=click.FloatRange(min=0), default=0.0, help="0: for ever.")
@click.option("--broker", default="", help="MQTT broker for the simulator, mqtt://host:port.")
@click.option("--listen", default="", help="[HOST:]PORT for seats; without: none are served.")
@click.option("--credential", default="", help="Name of the secret that seats have to show.")
@click.option("--certificate", default="", help="PEM file of this server, for wss://.")
@click.option("--key", default="", help="PEM file of its key, where it is apart.")
@click.option("--max-seats", type=click.IntRange(1, 1000), default=128, show_default=True)
@click.option("--standby-of", multiple=True, metavar="URL", help="Follow this gatherer.")
@click.option("--standby-credential", default="", help="Name of the secret for that gatherer.")
@click.option("--ca", default="", help="PEM file of the authority that signed that gatherer's.")
@click.option("--silent-after", "silent_s", default=15.0, show_default=True, help="Take over, s.")
@click.option("--steady-after", "steady_s", default=60.0, show_default=True, help="Hand back, s.")
@click.option("--health", default="", help="[HOST:]PORT of the read-only health endpoint.")
@click.option("--log", "log_file", type=click.Path(path_type=Path), help="A log that rotates.")
@click.option("--log-mb", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--log-keep", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(**given: Any) -> None:
    """Take in every feed of a city and keep its history; serve it to seats (docs/howto-gather.md).

    Says when a feed comes or goes.
    """
    options = Options(**given)
    words = translator(options.lang)
    try:
        keep_log(options)
        asyncio.run(gather(options, words))
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error


def keep_log(options: Options) -> None:
    """Write the program's log to a file of bounded size; raises Refusal."""
    if options.log_file is None:
        return
    try:
        handler = RotatingFileHandler(
            options.log_file,
            maxBytes=options.log_mb * 1_000_000,
            backupCount=options.log_keep,
            encoding="utf-8",
        )
    except OSError as error:
        text = error.strerror or type(error).__name__
        raise Refusal(message("gatherer.log", file=str(options.log_file), error=text)) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)


def assembled(options: Options, words: Translator) -> Gatherer:
    """The gatherer that the options describe; raises Refusal."""
    folder = data_folder(options.data, options.city_name, "gather")
    settings = Settings(
        listen=place(options.listen) if options.listen else None,
        health=place(options.health) if options.health else None,
        credential=options.credential,
        certificate=options.certificate,
        key=options.key,
        max_seats=options.max_seats,
        standby=bool(options.standby_of),
        silent_s=options.silent_s,
        steady_s=options.steady_s,
    )
    token = Secrets(folder).find(options.credential).reveal() if options.credential else ""
    first = Gatherers(
        options.standby_of, credential=options.standby_credential, ca=options.ca, polls=True
    )
    city, reports = open_city(options.city_name, folder)
    for report in reports:
        click.echo(words.render(report), err=True)
    runtime = Runtime(
        city,
        folder,
        "hall",
        broker=options.broker,
        gatherers=first if options.standby_of else None,
        screens=False,
    )
    return Gatherer(runtime, settings, token)


async def gather(options: Options, words: Translator) -> None:
    """Until the time is over, or a signal says stop."""
    gatherer = assembled(options, words)
    runtime = gatherer.runtime
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if options.seconds:
        loop.call_later(options.seconds, over.set)
    subscription = runtime.hub.subscribe()
    said: dict[str, str] = {}
    try:
        await gatherer.start()
        tell_ports(gatherer, words)
        while not over.is_set():
            try:
                async with asyncio.timeout(LOOK_S):
                    await over.wait()
            except TimeoutError:
                tell_role(gatherer, words)
                tell(subscription, runtime.picture.feeds, said, words)
        tell(subscription, runtime.picture.feeds, said, words)
    finally:
        await gatherer.stop()


def tell_ports(gatherer: Gatherer, words: Translator) -> None:
    """Where seats are served and health is told; the ports may have been chosen by the system."""
    if gatherer.port:
        click.echo(words.render(message("gatherer.serves", port=str(gatherer.port))))
    if gatherer.health_port:
        click.echo(words.render(message("gatherer.health", port=str(gatherer.health_port))))


def tell_role(gatherer: Gatherer, words: Translator) -> None:
    """Look after the standby; one line when it takes over or hands back."""
    before = gatherer.role
    gatherer.look()
    if gatherer.role != before:
        click.echo(words.text(f"gatherer.role.{gatherer.role}"))


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
