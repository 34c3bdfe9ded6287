"""`python main.py [run]`: the windows of a seat."""

import asyncio
import logging
import os
from pathlib import Path

import click

from app.cli._folder import data_folder
from app.cli._gatherer import gatherer_options
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal, message
from app.feeds._relay import Gatherers
from app.last_good import open_city
from app.live.address import parse_address
from app.secrets import Secrets
from widgets import offscreen
from widgets.scene_memory import ShownFile, file_of, read
from widgets.session import Options, Session

DEFAULT_OUT = Path("out")


@click.command(help="Open the windows of a seat (the default).")
@click.option("--seat", type=click.Choice(["desk", "hall", "cockpit"]), default="desk")
@click.option("--city", default="huaian", help="A city of the program, or a folder with city.toml.")
@click.option("--scene", default="", help="What to begin with: overview, theme/flood, a round.")
@click.option("--show", multiple=True, metavar="MONITOR=SCENE", help="A monitor's own scene.")
@click.option("--wall", multiple=True, metavar="MONITOR", help="Give a desk's monitor to the hall.")
@click.option(
    "--wall-profile",
    type=click.Path(path_type=Path, exists=True),
    help="The wall's size, pitch, seams, farthest seat (default: wall.toml of the data folder).",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: what the seat had.")
@click.option("--data", type=click.Path(path_type=Path), help="Where databases and settings lie.")
@click.option("--screens", type=click.Path(path_type=Path, exists=True), help="A file of monitors.")
@click.option("--shot", type=click.Path(path_type=Path), help="Write every screen there and exit.")
@click.option("--after", default=5.0, help="Seconds to run before --shot.")
@click.option("--shot-every", type=float, help="Write every screen each so many seconds.")
@click.option("--out", type=click.Path(path_type=Path), help="Where --shot-every writes.")
@click.option("--broker", default="", help="mqtt://host:port that the demonstration uses too.")
@click.option(
    "--scenario",
    type=click.Choice(["auto", "calm", "storm", "cut"]),
    default="auto",
    help="What the demonstration city goes through.",
)
@click.option("--key", default="", help="The name of the secret that opens the databases.")
@gatherer_options
@click.option("--feeds/--no-feeds", default=True, help="Without: only what the cache holds.")
@click.option("--first-paint", is_flag=True, help="Say when the first picture is up, and exit.")
@click.option("--dark/--light", default=None, help="The cockpit by night; default: as it was.")
@click.option("--full-screen", is_flag=True, help="Without window frames.")
def command(
    seat: str,
    city: str,
    scene: str,
    show: tuple[str, ...],
    wall: tuple[str, ...],
    wall_profile: Path | None,
    lang: str | None,
    data: Path | None,
    screens: Path | None,
    shot: Path | None,
    after: float,
    shot_every: float | None,
    out: Path | None,
    broker: str,
    scenario: str,
    key: str,
    gatherers: Gatherers | None,
    feeds: bool,
    first_paint: bool,
    dark: bool | None,
    full_screen: bool,
) -> None:
    """Compose the options, then run until the last window closes."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    folder = data_folder(data, city, seat)
    folder.mkdir(parents=True, exist_ok=True)
    kept = read(file_of(folder, seat))
    words = translator(lang or language_of(kept))
    if not (shown := offscreen.has_display(os.environ)) or shot or screens:
        offscreen.use(folder, seat, screens)
    if not shown and not shot and not first_paint:
        out, shot_every = out or DEFAULT_OUT, shot_every or 5.0
        click.echo(words.text("cli.no_display", out=str(out), n=round(shot_every)))
    try:
        options = Options(
            seat=seat,
            data=folder,
            language=words.language,
            scene=scene,
            show=tuple(monitor_scene(text) for text in show),
            walls=wall,
            wall_profile=wall_profile,
            broker=broker,
            scenario=scenario,
            key=Secrets(folder).find(key).reveal() if key else None,
            gatherers=gatherers,
            feeds=feeds,
            light=not dark,
            theme=kept.theme if dark is None else "",
            full=full_screen,
            shot=shot,
            after_s=after,
            out=(out or DEFAULT_OUT) if shot_every else None,
            every_s=shot_every or 5.0,
            first_paint=first_paint,
        )
        run(options, city)
    except Refusal as refusal:
        raise click.ClickException(words.render(refusal.reason)) from refusal


def language_of(kept: ShownFile) -> str:
    """The language that the seat had, the first where that is none of ours."""
    return kept.language if kept.language in LANGUAGES else LANGUAGES[0]


def monitor_scene(text: str) -> tuple[str, str]:
    """`HDMI-1=theme/flood` to its two sides; raises Refusal."""
    monitor, mark, address = text.partition("=")
    if not mark or not monitor:
        raise Refusal(message("scene.bad_show", text=text[:80]))
    return monitor, parse_address(address).text()


def run(options: Options, city: str) -> None:
    """Run a session; raises Refusal where it cannot begin."""
    from PySide6.QtWidgets import QApplication

    from widgets.loop import Loop
    from widgets.map.before import allow_maps
    from widgets.single import SingleInstance

    words = translator(options.language)
    loaded, said = open_city(city, options.data)
    allow_maps()
    application = QApplication(["chengmai"])
    application.setQuitOnLastWindowClosed(False)
    instance = SingleInstance(options.data)
    if not instance.claim():
        click.echo(words.text("cli.running_already"))
        return
    loop = Loop(application)
    asyncio.set_event_loop(loop)
    try:
        session = Session(options, loaded, words, instance)
        session.runtime.reports.extend(said)
        session.show()
        with loop:
            loop.run_until_complete(session.run())
    finally:
        instance.release()
