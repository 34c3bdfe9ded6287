"""`python -m app.sim.video.make FOLDER`: makes the clips that are shipped in assets/video.

`--films` names a folder with Intel's sample videos (assets/video/PROVENANCE.md); without it only
the drawn scenes are made.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import click

from app.sim.video.encode import filtered, labelled, write
from app.sim.video.scenes import FPS, SCENES, pictures


class Film(NamedTuple):
    """A stretch of a real film, in seconds."""

    name: str
    file: str
    begin: float
    end: float
    size: str
    fps: Fraction


FILMS = (
    Film("road", "car-detection.mp4", 0.0, 24.0, "768:432", Fraction(25, 2)),
    Film("line", "bottle-detection.mp4", 0.0, 24.0, "640:360", Fraction(25)),
)


def film(folder: Path, one: Film) -> Iterator[av.VideoFrame]:
    """The pictures of a film's stretch."""
    with av.open(str(folder / one.file)) as file:
        for picture in file.decode(video=0):
            if one.begin <= (picture.time or 0.0) < one.end:
                yield picture


def make_films(source: Path, folder: Path) -> None:
    """Cut, scale and label the real films."""
    for one in FILMS:
        steps = [("fps", str(one.fps)), ("scale", one.size)]
        pictures = labelled(filtered(film(source, one), steps))
        write(folder / f"{one.name}.mp4", pictures, one.fps, "libx264", 30)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--films", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path, films: Path | None) -> None:
    """Make the clips into FOLDER."""
    if films is not None:
        make_films(films, folder)
    for scene in SCENES:
        drawn = labelled(pictures(scene))
        write(folder / f"{scene.name}.mp4", drawn, Fraction(FPS), scene.codec, scene.crf)


if __name__ == "__main__":
    main()
