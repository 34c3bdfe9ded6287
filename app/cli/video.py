"""`python main.py video masks --data DIR`: the masks that were drawn at seats, as a city's file.

What is drawn at a seat holds at that seat. Written into the city's `video.toml` it holds at all
seats of the city, and no command lifts it; it may be drawn and in the file at once, so that nothing
is shown in between.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from app.city import load_city
from app.cli._folder import data_folder
from app.core.camera_mask import MOST_AREAS, Areas
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.live.camera_masks import CameraMasks
from app.secrets import NoSecret, Secrets
from app.store import camera_masks
from app.store.verify import read_file


@click.group()
def command() -> None:
    """The video of a seat."""


@command.command("masks")
@click.option(
    "--data",
    "folders",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folder of a seat; may be given several times.",
)
@click.option("--city", default="", help="Leave out what this city's video.toml covers already.")
@click.option(
    "--key", "credential", default="", help="Name of the secret that opens the databases."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def masks_command(folders: tuple[Path, ...], city: str, credential: str, lang: str) -> None:
    """Print what is covered at these seats by hand, to be put into the city's video.toml.

    Works while the program runs, and changes nothing. Ends with 1 where a camera has more areas
    than a file may give it.
    """
    words = translator(lang)
    seats = [data_folder(folder) for folder in folders or (None,)]
    try:
        drawn = joined(_drawn(folder, credential) for folder in seats)
        known = load_city(city).video.masks if city else {}
    except (Refusal, NoSecret) as error:
        raise click.ClickException(words.render(error.reason)) from error
    missing = {
        camera: areas
        for camera, every in sorted(drawn.items())
        if (areas := tuple(area for area in every if area not in known.get(camera, ())))
    }
    if missing:
        click.echo(toml_of(missing, words))
    told = message("videomask.export", n=len(missing))
    click.echo(words.render(told if missing else message("videomask.export_none")), err=True)
    crowded = [
        camera for camera, areas in missing.items()
        if len(areas) + len(known.get(camera, ())) > MOST_AREAS
    ]  # fmt: skip
    for camera in crowded:
        text = words.render(message("videomask.export_many", camera=camera, most=MOST_AREAS))
        click.echo(text, err=True)
    if crowded:
        sys.exit(1)


def joined(seats: Iterable[dict[str, Areas]]) -> dict[str, Areas]:
    """What is covered at any of several seats; the same area once."""
    found: dict[str, Areas] = {}
    for drawn in seats:
        for camera, areas in drawn.items():
            found[camera] = tuple(dict.fromkeys((*found.get(camera, ()), *areas)))
    return found


def toml_of(masks: dict[str, Areas], words: Translator) -> str:
    """Rows of `video.toml`."""
    lines = [f"# {words.render(message('videomask.export_head'))}"]
    for camera, areas in masks.items():
        name, shape = (msgspec.json.encode(part).decode() for part in (camera, areas))
        lines += ["", "[[mask]]", f"camera = {name}", f"areas = {shape}"]
    return "\n".join(lines)


def _drawn(folder: Path, credential: str) -> dict[str, Areas]:
    key = Secrets(folder).find(credential).reveal() if credential else None
    masks = CameraMasks()
    masks.take(read_file(folder, key, camera_masks.load))
    return {camera: masks.drawn(camera) for camera in masks.cameras()}
