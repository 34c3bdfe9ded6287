"""`python main.py lint-scene [SCENE...]`: what cannot be read on the wall, with its panel."""

import asyncio
import re
import tempfile
from pathlib import Path

import click
import msgspec

from app.city import load_city
from app.core.i18n import Translator, translator
from app.core.message import Refusal
from widgets import offscreen
from widgets.map.before import allow_maps
from widgets.session import Options, Session
from widgets.wall_lint import Fault, FaultKind, lint_window

SIZES = {"hall": "7680x2160", "desk": "1920x1080", "cockpit": "1920x1080"}
_SIZE = re.compile(r"([1-9]\d{2,4})x([1-9]\d{2,4})")
ANSWER_S = 3.0
TURNS = 40  # of the loop, for answers to a scene's questions


@click.command(name="lint-scene", help="List what cannot be read in scenes: too small, faint, cut.")
@click.argument("scenes", nargs=-1)
@click.option("--seat", type=click.Choice(["hall", "desk", "cockpit"]), default="hall")
@click.option("--city", default="huaian", help="A city of the program, or a folder.")
@click.option("--wall-profile", type=click.Path(path_type=Path, exists=True))
@click.option("--size", default="", help="WIDTHxHEIGHT in pixels.")
@click.option("--after", default=8.0, help="Seconds of the simulator before looking.")
@click.option("--short/--no-short", default=False, help="List texts that end in … too.")
@click.option("--lang", type=click.Choice(["zh_CN", "en"]), default="zh_CN")
def command(
    scenes: tuple[str, ...],
    seat: str,
    city: str,
    wall_profile: Path | None,
    size: str,
    after: float,
    short: bool,
    lang: str,
) -> None:
    """Open each scene offscreen with the simulator's data and list its faults; 1 if any."""
    words = translator(lang)
    found = _SIZE.fullmatch(size or SIZES[seat])
    if found is None:
        raise click.BadParameter(words.text("lint.size", text=size))
    width, height = int(found[1]), int(found[2])
    with tempfile.TemporaryDirectory(prefix="chengmai-lint-") as place:
        folder = Path(place)
        offscreen.one(folder, width, height)
        options = Options(seat=seat, data=folder, language=lang, wall_profile=wall_profile)
        try:
            faults = _lint(options, city, scenes, after)
        except Refusal as refusal:
            raise click.ClickException(words.render(refusal.reason)) from refusal
    counted = [fault for fault in faults if short or fault.kind is not FaultKind.SHORT]
    for fault in counted:
        click.echo(_line(fault, words, seat))
    click.echo(words.text("lint.found", n=len(counted)))
    if counted:
        raise SystemExit(1)


def _lint(options: Options, city: str, scenes: tuple[str, ...], after: float) -> list[Fault]:
    import qasync
    from PySide6.QtWidgets import QApplication

    allow_maps()
    application = QApplication.instance() or QApplication(["chengmai"])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    session = Session(options, load_city(city), translator(options.language))
    session.show()
    with loop:
        return loop.run_until_complete(_look(session, scenes, after))


async def _look(session: Session, scenes: tuple[str, ...], after: float) -> list[Fault]:
    running = asyncio.ensure_future(session.run())
    found: list[Fault] = []
    try:
        await asyncio.wait([running], timeout=after)
        for address in scenes or tuple(session.shell.scenes):
            found += await _of_scene(session, address)
    finally:
        session.end()
        await running
    return list({msgspec.json.encode(fault): fault for fault in found}.values())


async def _of_scene(session: Session, address: str) -> list[Fault]:
    """The faults of a scene on all of its screens; raises Refusal where it cannot be shown."""
    shell, found = session.shell, []
    shell.check(address)
    pages = shell.scenes[address.partition("/")[0].partition("#")[0]].scene.pages
    for page in range(pages):
        name = address if page == 0 else f"{address.partition('#')[0]}#{page + 1}"
        shell.show_scene(name)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if asked := _asked(session):
            await asyncio.wait(asked, timeout=ANSWER_S)
        shell.bridge.drain()
        for window in shell.windows:
            found += lint_window(window, shell.looks.wall)
    return found


def _asked(session: Session) -> list["asyncio.Task[object]"]:
    panels = (panel for window in session.shell.windows for panel in window.panels.values())
    return [task for panel in panels for task in panel.asked]


def _line(fault: Fault, words: Translator, seat: str) -> str:
    unit = {FaultKind.CONTRAST: ":1", FaultKind.SMALL: "′" if seat == "hall" else " px"}
    suffix = unit.get(fault.kind, " px")
    said = words.text(
        f"lint.{fault.kind.value}",
        text=fault.text[:60],
        measured=f"{fault.measured:g}{suffix}",
        limit=f"{fault.limit:g}{suffix}",
    )
    return f"{fault.file}:{fault.line} {fault.panel}: {said}"
